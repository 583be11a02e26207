import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { BatchWriteCommand } from "@aws-sdk/lib-dynamodb";
import { newResourceId } from "../../functions/provisioning/newId.ts";
import { GROUPS } from "../../functions/provisioning/resources/groupActions.ts";
import { OrgKeys } from "../../functions/store/keys.ts";
import { resourceItem } from "../../functions/store/resourceItems.ts";
import { lambdaContext } from "../support/lambdaContext.ts";
import { at } from "../support/wire.ts";
import { groupBody, userBody } from "./bodies.ts";
import { eventOf, expectAnswer, handledOrg, type LocalTable, openTable, TABLE_NAME } from "./local.ts";
import { machineLine, table } from "./machine.ts";

const ITEMS_PER_WRITE = 25;

/** Prints how many requests, seconds and reads a PUT of so many members takes until it is done, and what a repeat costs. */
export async function benchLargeGroup(members: number): Promise<void> {
  const database = await openTable();
  try {
    const { org, handler, lines } = await handledOrg(database, GROUPS);
    const ids = await storeUsers(database, org.token.split("_")[1] ?? "", members);
    const send = async (method: string, path: string, body: unknown): Promise<[number, string, number]> => {
      const { event } = eventOf({ method, target: `/scim/v2/${org.slug}${path}`, token: org.token, body });
      const started = performance.now();
      const answer = await handler(event, lambdaContext());
      return [answer.statusCode, answer.body, performance.now() - started];
    };
    const [, created] = await send("POST", "/Groups", groupBody("everybody"));
    const path = `/Groups/${String(at(JSON.parse(created), "id"))}`;
    const rows: (string | number)[][] = [];
    const row = (name: string, status: number, milliseconds: number): void => {
      const { trips, ddbCalls, rcu, wcu } = lines.at(-1) ?? {};
      const peak = Math.round(process.memoryUsage().rss / 2 ** 20);
      rows.push([name, status, (milliseconds / 1000).toFixed(1), `${trips}`, `${ddbCalls}`, `${rcu}`, `${wcu}`, peak]);
    };
    const put = async (name: string, roster: readonly string[]): Promise<void> => {
      const body = groupBody("everybody", roster);
      for (let request = 1; ; request++) {
        const [status, text, milliseconds] = await send("PUT", `${path}?excludedAttributes=members`, body);
        row(`${name}, request ${request}`, status, milliseconds);
        if (status === 503) continue;
        expectAnswer({ statusCode: status, body: text }, 200);
        return;
      }
    };
    await put(`PUT ${members} members`, ids);
    await put("PUT the same", ids);
    await put("PUT ten less", ids.slice(10));
    await put("PUT half of them", ids.slice(0, members / 2));
    await put("PUT the other half", ids.slice(members / 2));
    for (let request = 1, done = false; !done; request++) {
      const [status, , milliseconds] = await send(
        "POST",
        "/Groups?excludedAttributes=members",
        groupBody("everybody at once", ids),
      );
      row(`POST ${members} members, request ${request}`, status, milliseconds);
      if (status !== 201 && status !== 503) throw new Error(`a creation was answered ${status}`);
      done = status === 201;
    }
    const [deleted, , took] = await send("DELETE", path, undefined);
    row("DELETE, swept elsewhere", deleted, took);
    console.log(`\nA large group, dynoxide, without ClientRequestToken. ${machineLine()}\n`);
    console.log(table(["request", "status", "s", "trips", "calls", "RCU", "WCU", "RSS MB after"], rows));
  } finally {
    await database.close();
  }
}

/** The users themselves, without what makes them findable by name: a membership asks for no more. */
async function storeUsers({ client }: LocalTable, orgId: string, count: number): Promise<string[]> {
  const keys = new OrgKeys(orgId);
  const ids = Array.from({ length: count }, () => newResourceId("u", randomBytes));
  const at = new Date().toISOString();
  const chunks = Array.from({ length: Math.ceil(count / ITEMS_PER_WRITE) }, (_, chunk) =>
    ids.slice(chunk * ITEMS_PER_WRITE, (chunk + 1) * ITEMS_PER_WRITE),
  ).values();
  const write = async (): Promise<void> => {
    for (const chunk of chunks) {
      const puts = chunk.map((id) => {
        const attributes = JSON.stringify(userBody(id));
        const record = {
          id,
          version: 1,
          created: at,
          lastModified: at,
          attributes,
          keys: { name: id, externalId: undefined, values: [] },
        };
        return { PutRequest: { Item: resourceItem(keys, record, `${at} bench bench bench`) } };
      });
      await client.send(new BatchWriteCommand({ RequestItems: { [TABLE_NAME]: puts } }));
    }
  };
  await Promise.all(Array.from({ length: 8 }, write));
  return ids;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { members: { type: "string", default: "20000" } } });
  await benchLargeGroup(Number(values.members));
}
