import { setTimeout } from "node:timers/promises";
import { foldLines, keepLines } from "../../../functions/provisioning/journal/foldLines.ts";
import { Database } from "../../../functions/store/database.ts";
import { createStore } from "../../../functions/store/session.ts";
import type { Table } from "../../../functions/store/table.ts";
import { median } from "../../bench/machine.ts";
import { orgIdBehind } from "../../support/cascade.ts";
import { inProcessTarget } from "../../support/inProcess.ts";
import { accessTo } from "../../support/localStore.ts";
import { storeManyUsers, storeTeams, userJson } from "../../support/manyUsers.ts";
import { idOf } from "../../support/records.ts";
import { testEndpoint } from "../../support/testEndpoint.ts";
import { type Answer, at } from "../../support/wire.ts";
import { callOf, given, signed } from "../calls/everyCall.ts";
import { CALLS } from "../calls/operations.ts";
import { makePortalSession, portalRequest } from "../portal/portalCaller.ts";
import { journalLines, PAGE_CALLS } from "./portalCalls.ts";
import { SCIM_CALLS } from "./scimCalls.ts";

/** How large an org is. */
export interface Size {
  readonly users: number;
  /** Each has the first user as a member. */
  readonly groups: number;
  /** Of the first group, which has the first users. */
  readonly members: number;
}

/** What one call cost, as its log line says, and how long it took. */
export interface Cost {
  readonly calls: number;
  readonly trips: number;
  readonly rcu: number;
  readonly wcu: number;
  readonly ms: number;
  /** Resources, members or lines in the answer. */
  readonly returned: number;
}

const AS_FORM = { Authorization: null, "Content-Type": "application/x-www-form-urlencoded" };

/** An org of that size on a table of its own, and what stands for the names in the calls. */
export async function worldOf(size: Size, table: Table) {
  const lines: Readonly<Record<string, unknown>>[] = [];
  // As on AWS: the function of deletions hears of them from the stream.
  const endpoint = { ...testEndpoint(createStore(table), (line) => lines.push(line)), sweepLater: () => undefined };
  const target = inProcessTarget("growth", endpoint, 1);
  const org = await target.org();
  const orgId = orgIdBehind(org);
  const attributesOf = (userName: string) => userJson(userName, "");
  // The first one is in more groups than a list takes.
  const groupIdsOf = (n: number) => (n === 0 && size.groups > 1 ? undefined : n < size.members ? [idOf("g", 0)] : []);
  const users = await storeManyUsers({ table, orgId, count: size.users, attributesOf, groupIdsOf });
  await keepLines(new Database(accessTo(table)), foldLines(journalLines(orgId, users, Date.now())));
  const busy = users.slice(0, 1);
  const teams = Array.from({ length: size.groups }, (_none, n) => (n === 0 ? users.slice(0, size.members) : busy));
  const [large = "", other = ""] = await storeTeams({ table, orgId, teams });
  const made = await given(target, org);
  return {
    target,
    org,
    made: new Map([...made, ["user", busy[0] ?? ""], ["few", users[1] ?? ""], ["group", large], ["other", other]]),
    lines,
    orgId,
  };
}

export type World = Awaited<ReturnType<typeof worldOf>>;

/** @param often times; the milliseconds are those of the median @returns the last answer, and what it cost */
export async function measured(
  { lines }: World,
  name: string,
  send: () => Promise<Answer>,
  status?: number,
  often = 1,
): Promise<{ readonly answer: Answer; readonly cost: Cost }> {
  const took: number[] = [];
  let answer: Answer;
  do {
    // In the millisecond of the call before it would write the same due time again, which saves an index its write.
    await setTimeout(2);
    lines.length = 0;
    const start = performance.now();
    answer = await send();
    took.push(performance.now() - start);
    const succeeded = status === undefined ? answer.status < 300 : answer.status === status;
    // A search that no index answers ends at 10,000 resources.
    if (!succeeded && at(answer.json, "scimType") !== "tooMany")
      throw new Error(`${name}: ${answer.status} ${answer.text.slice(0, 300)}`);
  } while (took.length < often);
  const { ddbCalls, trips, rcu, wcu } = lines.at(-1) ?? {};
  const [calls = 0, serial = 0, read = 0, written = 0] = [ddbCalls, trips, rcu, wcu].map((count) => Number(count ?? 0));
  const returned = (answer.text.match(/"(?:id|value|userName)":|u[0-9A-Za-z]{22}/g) ?? []).length;
  return { answer, cost: { calls, trips: serial, rcu: read, wcu: written, ms: median(took), returned } };
}

/**
 * Calls every operation of the admin and directory APIs, every route of SCIM, and what the portal's pages read, in their order.
 * @param reads times that each GET is sent
 * @returns by name what each cost, the last time of several
 */
export async function everyCost(world: World, reads = 1): Promise<ReadonlyMap<string, Cost>> {
  const costs = new Map<string, Cost>();
  const { made, org, target } = world;
  const often = (method: string) => (method === "GET" ? reads : 1);
  for (const [name, example = {}] of CALLS) {
    const call = callOf(name, example, made);
    const send = () => signed(target, call);
    const { answer, cost } = await measured(world, name, send, example.status, often(call.declaration.method));
    for (const [kept, path] of Object.entries(example.keeps ?? {})) made.set(kept, String(at(answer.json, path)));
    costs.set(name, cost);
  }
  const filled = (text: string): string => text.replace(/\{(\w+)\}/g, (all, name: string) => made.get(name) ?? all);
  const { text } = await makePortalSession(target, org.slug, { embed: true });
  for (const { name, path } of PAGE_CALLS) {
    const asks = () =>
      portalRequest(target, "GET", `/orgs/${org.slug}/${filled(path)}`, {
        headers: { Authorization: `Bearer ${text}` },
      });
    costs.set(name, (await measured(world, name, asks, 200, often("GET"))).cost);
  }
  const client = await target.admin("POST", `/orgs/${org.slug}/clients`, {});
  made.set("clientSecret", String(at(client.json, "clientSecret")));
  for (const { name, method, path, body, form, keeps, status } of SCIM_CALLS) {
    const sent = body === undefined ? undefined : JSON.parse(filled(JSON.stringify(body)));
    const request = { method, path: filled(path), body: form === undefined ? sent : filled(form) };
    const headers = form === undefined ? {} : AS_FORM;
    const send = () => org.request({ ...request, headers });
    const { answer, cost } = await measured(world, name, send, status, often(method));
    if (keeps !== undefined) made.set(keeps, String(at(answer.json, "id")));
    costs.set(name, cost);
  }
  return costs;
}
