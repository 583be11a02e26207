import { setImmediate } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { createDynamoStore, dynamoTable } from "../../functions/store/dynamoTable.ts";
import type { Store } from "../../functions/store/session.ts";
import { SqliteTable } from "../../functions/store/sqliteTable.ts";
import type { Table } from "../../functions/store/table.ts";
import { orgIdBehind } from "../support/cascade.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { brokenInvariants, foundInAllOrgs } from "../support/invariants.ts";
import { localStore } from "../support/localStore.ts";
import { storeManyUsers, userJson } from "../support/manyUsers.ts";
import { startDynamo } from "../support/storeKinds.ts";
import type { Target } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { whereTransactionsMeet } from "../support/transactionsMeet.ts";
import { type Answer, at, type Tenant } from "../support/wire.ts";
import {
  Clients,
  created,
  group,
  inLanes,
  lastOf,
  membersOf,
  overlap,
  type PendingLine,
  patch,
  person,
  type Span,
  statusOf,
  succeeded,
  values,
} from "./manyClients.ts";

const WRITERS = 50;
/** As many users as the tests take. */
const CROWD = 362;

/**
 * Fifty clients at once on one thing: every answer is one that the client itself can have brought about, and what is stored
 * in the end is what some order of the requests leaves (product.md 5.1).
 */
describe.each(["memory", "dynoxide"])("fifty writers at once, on the %s store", (kind) => {
  let target: Target;
  let org: Tenant;
  /** Users of whom each test takes its own. */
  let crowd: string[];
  /** What is broken after each test, and what fsck finds in the end, over the store itself. */
  let found: () => Promise<string[]>;
  let inspected: () => Promise<string[]>;
  let close = async (): Promise<void> => undefined;

  beforeAll(async () => {
    // Every call lets the others go on, so that requests meet between any two of theirs.
    let table: Table = new SqliteTable(undefined, { turn: () => setImmediate() });
    let store: Store = localStore(table);
    found = () => foundInAllOrgs(store);
    if (kind === "dynoxide") {
      const dynamo = await startDynamo();
      const tableName = await dynamo.freshTable();
      const client = whereTransactionsMeet(dynamo.client);
      table = dynamoTable(client, tableName);
      store = createDynamoStore({ client, tableName });
      close = () => dynamo.stop();
      found = () => brokenInvariants(client, tableName, orgIdBehind(org));
    }
    inspected = () => foundInAllOrgs(store);
    target = inProcessTarget(kind, testEndpoint(store), 1);
    org = await target.org({ preset: "open" });
    const attributesOf = (userName: string) => userJson(userName, "");
    crowd = await storeManyUsers({ table, orgId: orgIdBehind(org), count: CROWD, attributesOf });
  });

  afterEach(async () => expect(await found()).toEqual([]));
  afterAll(async () => {
    try {
      expect(await inspected()).toEqual([]);
    } finally {
      await close();
    }
  });

  test.each(["PATCH", "PUT"] as const)("replacing the members by %s leave those of one writer", async (method) => {
    const people = crowd.splice(0, WRITERS);
    const name = `replaced by ${method}`;
    const id = await created(org, "/Groups", group(name));
    const clients = new Clients(org);
    const writes = await inLanes(WRITERS, WRITERS, async (index) => {
      const members = people.slice(index, index + 3);
      const value = values(members);
      const body = method === "PUT" ? group(name, value) : patch({ op: "replace", path: "members", value });
      const told = await clients.ask({ method, path: `/Groups/${id}`, body, may: [200] });
      return { ...told, value: members.toSorted().join() };
    });
    expect(clients.unforeseen()).toEqual([]);
    expect(lastOf(writes)).toContain((await membersOf(org, id)).join());
  });

  test("two replacements of several transactions each, at once, leave what one of them asked for", async () => {
    const people = crowd.splice(0, 150);
    const wishes = [people.slice(0, 110), people.slice(65)];
    const id = await created(org, "/Groups", group("large"));
    const statuses = await inLanes(2, 2, (index) =>
      statusOf(org, "PUT", `/Groups/${id}`, group("large", values(wishes[index] ?? []))),
    );
    expect(statuses).toEqual([200, 200]);
    expect(wishes.map((wish) => wish.toSorted())).toContainEqual(await membersOf(org, id));
  });

  test("groups that take in and let go the same users, while these change themselves, lose nothing of either", async () => {
    const people = crowd.splice(0, 12);
    const [staying, leaving] = [people.slice(0, 6), people.slice(6)];
    const teams = await inLanes(6, 6, (index) => created(org, "/Groups", group(`shares${index}`, values(leaving))));
    const clients = new Clients(org);
    await inLanes(WRITERS, 24, (index) => {
      const team = `/Groups/${teams[index % 6]}`;
      const add = patch({ op: "add", path: "members", value: values(staying) });
      const remove = patch({ op: "remove", path: "members", value: values(leaving) });
      const title = patch({ op: "replace", path: "title", value: `title ${index}` });
      return clients.ask(
        index < 12
          ? { method: "PATCH", path: team, body: index < 6 ? add : remove, may: [200] }
          : { method: "PATCH", path: `/Users/${people[index - 12]}`, body: title, may: [200] },
      );
    });
    expect(clients.unforeseen()).toEqual([]);
    for (const [index, id] of people.entries()) {
      const { json } = await org.request({ method: "GET", path: `/Users/${id}` });
      const shown = (at(json, "groups") as { value: string }[] | undefined)?.map(({ value }) => value);
      const groups = index < 6 ? teams.toSorted() : undefined;
      expect({ shown, title: at(json, "title") }).toEqual({ shown: groups, title: `title ${index + 12}` });
    }
  });

  test("adding, removing, renaming, replacing and deleting members of one group lose no change", async () => {
    const people = crowd.splice(0, 100);
    // As many as the requests below delete.
    const [kept, doomed] = [people.slice(0, 30), people.slice(80, 90)];
    const id = await created(org, "/Groups", group("busy"));
    const clients = new Clients(org);
    /** What each request makes of a member (whether it is one), or of the name of the group. */
    const writes = new Map<string, (Span & { readonly value: string | boolean })[]>();
    const note = (told: Span, thing: string, value: string | boolean) =>
      writes.set(thing, [...(writes.get(thing) ?? []), { ...told, value }]);
    const beginning = { asked: 0, answered: 0 };
    for (const member of people) note(beginning, member, false);
    note(beginning, "name", "busy");
    const noteRoster = (told: PendingLine, roster: readonly string[]) => {
      for (const member of people) note(told, member, roster.includes(member));
    };
    const path = `/Groups/${id}`;
    await inLanes(WRITERS, 100, async (index) => {
      const member = people[(index * 7) % people.length] ?? "";
      const change = (operation: object, headers = {}, may = [200]) =>
        clients.ask({ method: "PATCH", path, body: patch(operation), headers, may });
      switch (index % 10) {
        case 0: {
          const value = `busy${index}`;
          return note(await change({ op: "replace", path: "displayName", value }), "name", value);
        }
        case 1: {
          const told = await clients.ask({ method: "PUT", path, body: group("busy", values(kept)), may: [200] });
          noteRoster(told, kept);
          return note(told, "name", "busy");
        }
        case 2: {
          // Each is deleted once, and goes for good.
          const gone = doomed[Math.floor(index / 10)] ?? "";
          await clients.ask({ method: "DELETE", path: `/Users/${gone}`, may: [204] });
          return;
        }
        case 3:
        case 4:
          return note(await change({ op: "remove", path: `members[value eq "${member}"]` }), member, false);
        case 5: {
          const roster = people.slice(index % 60, (index % 60) + 35);
          return noteRoster(await change({ op: "replace", path: "members", value: values(roster) }), roster);
        }
        case 6: {
          // Only who names a version can be told that it is another one by now.
          const read = await clients.ask({ method: "GET", path: `${path}?excludedAttributes=members`, may: [200] });
          const headers = { "If-Match": String(read.answer.headers.etag) };
          const told = await change({ op: "add", path: "members", value: values([member]) }, headers, [200, 412]);
          return succeeded(told) ? note(told, member, true) : undefined;
        }
        default:
          return note(await change({ op: "add", path: "members", value: values([member]) }), member, true);
      }
    });
    expect(clients.unforeseen()).toEqual([]);
    const busy = await org.request({ method: "GET", path });
    expect(lastOf(writes.get("name") ?? [])).toContain(at(busy.json, "displayName"));
    const members = await membersOf(org, id);
    const lost = people.filter((member) => {
      if (doomed.includes(member)) return members.includes(member);
      return !lastOf(writes.get(member) ?? []).has(members.includes(member));
    });
    expect(lost).toEqual([]);
    expect(await statusOf(org, "PUT", path, group("quiet", values(kept)))).toBe(200);
    expect(await membersOf(org, id)).toEqual(kept.toSorted());
  });

  test("changing different things of one user, single and multi-valued, lose no change", async () => {
    const numbered = (word: string) => Array.from({ length: WRITERS }, (_, n) => `${word}${n}`);
    const before = {
      ...person("changed"),
      phoneNumbers: numbered("line").map((type) => ({ type, value: `old of ${type}` })),
      entitlements: numbered("old").map((value) => ({ value })),
    };
    const path = `/Users/${await created(org, "/Users", before)}`;
    const clients = new Clients(org);
    const titles: (Span & { readonly value: string })[] = [];
    await inLanes(WRITERS, WRITERS, async (n) => {
      const change = (operation: object, headers = {}, may = [200]) =>
        clients.ask({ method: "PATCH", path, body: patch(operation), headers, may });
      await change({ op: "replace", path: `phoneNumbers[type eq "line${n}"].value`, value: `new of line${n}` });
      if (n % 2 === 0) {
        await change({ op: "remove", path: `entitlements[value eq "old${n}"]` });
        const value = `title ${n}`;
        titles.push({ ...(await change({ op: "replace", path: "title", value })), value });
        return;
      }
      await change({ op: "add", path: "roles", value: [{ value: `role${n}` }] });
      // Only who names a version can be told that it is another one by now.
      const read = await clients.ask({ method: "GET", path, may: [200] });
      const etag = String(read.answer.headers.etag);
      const value = `title of ${etag} by ${n}`;
      const told = await change({ op: "replace", path: "title", value }, { "If-Match": etag }, [200, 412]);
      if (!succeeded(told)) return;
      expect(versionOf(told.answer)).toBe(versionOf(read.answer) + 1);
      titles.push({ ...told, value });
    });
    expect(clients.unforeseen()).toEqual([]);
    const { json } = await org.request({ method: "GET", path });
    const valuesAt = (name: string) => [at(json, name)].flat().map((entry) => String(at(entry, "value")));
    expect(valuesAt("phoneNumbers").sort()).toEqual(numbered("new of line").sort());
    const odd = (word: string) => numbered(word).filter((_, n) => n % 2 === 1);
    expect(valuesAt("roles").sort()).toEqual(odd("role").sort());
    expect(valuesAt("entitlements").sort()).toEqual(odd("old").sort());
    expect(lastOf(titles)).toContain(at(json, "title"));
    // Each change that was answered made one version, and each version was answered once.
    const changes = clients.told.filter((told) => told.asking.method === "PATCH" && succeeded(told));
    const versions = changes.map(({ answer }) => versionOf(answer)).sort((a, b) => a - b);
    expect(versions).toEqual(changes.map((_, n) => n + 2));
  });

  test("changing, deleting and creating one user again are told of the deletion, and of one user of that name", async () => {
    const path = `/Users/${await created(org, "/Users", person("again"))}`;
    const clients = new Clients(org);
    const deleting: PendingLine[] = [];
    await inLanes(WRITERS, 100, async (index) => {
      const title = `title ${index}`;
      const may = [200, 404];
      switch (index % 5) {
        case 0:
          return clients.ask({ method: "PUT", path, body: { ...person("again"), title }, may });
        case 1:
          return clients.ask({ method: "POST", path: "/Users", body: person("again"), may: [201, 409] });
        case 2:
          if (index !== 52) return clients.ask({ method: "GET", path, may });
          return deleting.push(await clients.ask({ method: "DELETE", path, may: [204] }));
        default:
          return clients.ask({ method: "PATCH", path, body: patch({ op: "add", path: "title", value: title }), may });
      }
    });
    expect(clients.unforeseen()).toEqual([]);
    const [deletion] = deleting;
    if (deletion === undefined) throw new Error("nobody deleted the user");
    const [made, ...madeToo] = clients.told.filter(({ answer }) => answer.status === 201);
    expect(madeToo).toEqual([]);
    // Nobody knows of the deletion before it was asked for, and everybody after it was answered.
    const wrong = clients.told.filter(({ asking, answer, asked, answered }) => {
      if (asking.method === "DELETE") return false;
      if (asking.method !== "POST")
        return answer.status === 404 ? answered < deletion.asked : asked > deletion.answered;
      if (answer.status === 201) return answered < deletion.asked;
      // Taken by the first one until it goes, by the second one from then on.
      return made === undefined ? asked > deletion.answered : asked > deletion.answered && answered < made.asked;
    });
    expect(wrong).toEqual([]);
    const there = await org.request({ method: "GET", path: '/Users?filter=userName eq "again@example.com"' });
    expect(at(there.json, "totalResults")).toBe(made === undefined ? 0 : 1);
  });

  test.each([
    { what: "userName", path: "/Users", of: (name: string) => person(name), value: "WANTED@example.com" },
    { what: "displayName", path: "/Groups", of: (name: string) => group(name), value: "WANTED" },
  ])("wanting one $what never have it two at a time, and are refused it only while another has it", async (name) => {
    const { what, path, of, value } = name;
    const own = await inLanes(16, WRITERS, (index) => created(org, path, of(`wants${index}`)));
    const clients = new Clients(org);
    /** From when to when somebody surely had it, and at most had it. */
    const holders: { readonly surely: Span; readonly atMost: Span }[] = [];
    const refused: PendingLine[] = [];
    await inLanes(WRITERS, WRITERS, async (n) => {
      const rename = (to: string, may: readonly number[]) => {
        const body = patch({ op: "replace", path: what, value: to });
        return clients.ask({ method: "PATCH", path: `${path}/${own[n]}`, body, may: [...may, 200] });
      };
      for (let round = 0; round < 3; round += 1) {
        const creates = (n + round) % 3 === 0;
        const got = await (creates
          ? clients.ask({ method: "POST", path, body: of("wanted"), may: [201, 409] })
          : rename(value, [409]));
        if (!succeeded(got)) {
          refused.push(got);
          continue;
        }
        const left = await (creates
          ? clients.ask({ method: "DELETE", path: `${path}/${at(got.answer.json, "id")}`, may: [204] })
          : rename(`away${n}`, []));
        holders.push({
          surely: { asked: got.answered, answered: left.asked },
          atMost: { asked: got.asked, answered: left.answered },
        });
      }
    });
    expect(clients.unforeseen()).toEqual([]);
    expect(holders.length).toBeGreaterThan(0);
    expect(refused.length).toBeGreaterThan(0);
    const shared = holders.filter((one) => holders.some((other) => other !== one && overlap(one.surely, other.surely)));
    expect(shared).toEqual([]);
    expect(refused.filter((told) => !holders.some(({ atMost }) => overlap(told, atMost)))).toEqual([]);
    const there = await org.request({ method: "GET", path: `${path}?filter=${what} eq "${value}"` });
    expect(at(there.json, "totalResults")).toBe(0);
  });
});

function versionOf(answer: Answer): number {
  return Number(/^W\/"(\d+)"$/.exec(answer.headers.etag ?? "")?.[1]);
}
