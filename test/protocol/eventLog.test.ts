import { beforeEach, describe, expect, test } from "@jest/globals";
import { eventsCommands } from "../../bin/rollcall/eventsCommands.ts";
import { signedSender } from "../../bin/rollcall/localApi.ts";
import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";
import { Database } from "../../functions/store/database.ts";
import { eraseDue } from "../../functions/store/eraseEvents.ts";
import { FEED_SHARDS, feedShardOf } from "../../functions/store/eventKeys.ts";
import { isOrgId } from "../../functions/store/keys.ts";
import { OrgData } from "../../functions/store/orgData.ts";
import { removeFormer, renewHead } from "../../functions/store/renewLog.ts";
import type { Item, Scalar } from "../../functions/store/table.ts";
import { documented } from "../support/documented.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { type LoggedStore, loggedStore } from "../support/logWriter.ts";
import { orgIdOf, present } from "../support/records.ts";
import { rollcallOver } from "../support/rollcallOver.ts";
import { tableAround } from "../support/tableAround.ts";
import { contents } from "../support/tables.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { at, type Tenant } from "../support/wire.ts";
import { ordinaryUser } from "./idp/setup.ts";

const DAY = 86_400_000;
const UPDATED = { type: "user.updated", version: 2, time: "", actor: "", reference: "" };
const STRANGER = `u${"0".repeat(22)}`;

describe("the event log", () => {
  let now: number;
  let logged: LoggedStore;
  let lines: Readonly<Record<string, unknown>>[];
  let org: Tenant;

  beforeEach(async () => {
    now = Date.parse("2026-03-01T00:00:00.000Z");
    lines = [];
    logged = loggedStore(() => now);
    org = await target().org();
  });

  const endpoint = () => ({ ...testEndpoint(logged.store, (line) => lines.push(line)), now: () => now });
  const target = () => inProcessTarget("memory", endpoint(), 1);
  const directory = (method: "GET" | "POST" | "PUT", path: string, body?: JsonObject) =>
    documented(logged.store, lines, "directory", () => now)(method, path, body);
  const admin = (method: "GET" | "POST" | "PATCH" | "DELETE", path: string, body?: JsonObject) =>
    documented(logged.store, lines, "admin", () => now)(method, path, body);
  const events = async (query = "") => {
    const { status, json } = await directory("GET", `orgs/${org.slug}/events${query}`);
    expect({ status, json }).toMatchObject({ status: 200 });
    return { ...json, events: list(json.events), next: String(json.next), head: String(json.head) };
  };
  const refusal = async (path: string) => {
    const { status, json } = await directory("GET", path);
    return `${status} ${String(json.code)}`;
  };
  const orgId = async () => String((await admin("GET", `orgs/${org.slug}`)).json.id);

  async function scim(method: string, path: string, body?: unknown): Promise<string> {
    now += 1_000;
    const answer = await org.request({ method, path, body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.text}`);
    return String(at(answer.json, "id"));
  }
  const patch = (operations: Json) => ({
    schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    Operations: operations,
  });
  const newUser = (name: string) => scim("POST", "/Users", ordinaryUser(name));

  test("shows what happened, in order and with values, and where to go on", async () => {
    const user = await newUser("ada");
    await scim("PATCH", `/Users/${user}`, patch([{ op: "replace", path: "active", value: false }]));
    const body = { schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"], displayName: "Engines" };
    const team = await scim("POST", "/Groups", { ...body, members: [{ value: user }] });
    await scim("DELETE", `/Users/${user}`);
    await logged.log();
    const page = await events();
    expect(page.events.map(({ type, seq }) => `${seq} ${type}`)).toEqual([
      "1 org.created",
      "2 token.created",
      "3 user.created",
      "4 user.deactivated",
      "5 team.created",
      "6 user.deleted",
    ]);
    expect(page.next).toBe(page.head);
    const token = page.events[1]?.resource;
    expect(page.events[3]).toEqual({
      seq: 4,
      id: expect.any(String),
      type: "user.deactivated",
      time: "2026-03-01T00:00:02.000Z",
      org: org.slug,
      resource: user,
      version: 2,
      managed: true,
      changed: ["active"],
      actor: token,
      reference: expect.stringMatching(/^[0-9a-f]{12}$/),
      before: { active: true },
      after: { active: false },
    });
    expect(page.events[4]).toMatchObject({ resource: team, added: [user], after: { displayName: "Engines" } });
    expect(page.events[5]).not.toHaveProperty("before");
    expect(page.events[0]).toMatchObject({ resource: await orgId() });
    expect(JSON.stringify(page)).not.toContain(org.token.slice(-20));
    // The id of an event is the place behind it.
    const rest = await events(`?after=${page.events[3]?.id}`);
    expect(rest.events).toEqual(page.events.slice(4));
    expect((await events(`?after=${page.head}`)).events).toEqual([]);
    expect((await events("?after=0&limit=2")).events).toEqual(page.events.slice(0, 2));
  });

  test("of an organization of which nothing is logged yet has a head, from which the first event is read", async () => {
    const before = await events();
    expect(before).toMatchObject({ events: [], next: before.head });
    await logged.log();
    const first = await events(`?after=${before.head}`);
    expect(first.events.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(await events("?after=0")).toEqual(first);
  });

  test("is read by types and by resource, and a page may be empty and not the last", async () => {
    const [ada, bob] = [await newUser("ada"), await newUser("bob")];
    for (const value of ["A", "B", "C"])
      await scim("PATCH", `/Users/${ada}`, patch([{ op: "replace", path: "nickName", value }]));
    await scim("DELETE", `/Users/${bob}`);
    await logged.log();
    const all = (await events()).events;
    const only = (wanted: (event: JsonObject) => boolean) => all.filter(wanted);
    expect((await events("?types=user.*")).events).toEqual(only(({ type }) => String(type).startsWith("user.")));
    expect((await events("?types=user.deleted,org.*")).events).toEqual(
      only(({ type }) => type === "user.deleted" || type === "org.created"),
    );
    const ofAda = only(({ resource }) => resource === ada);
    expect(ofAda).toHaveLength(4);
    expect((await events(`?resource=${ada}`)).events).toEqual(ofAda);
    const paged = await events(`?resource=${ada}&limit=3`);
    expect(paged.events).toEqual(ofAda.slice(0, 3));
    expect((await events(`?resource=${ada}&after=${paged.next}`)).events).toEqual(ofAda.slice(3));
    expect((await events(`?resource=${ada}&types=user.created`)).events).toEqual(ofAda.slice(0, 1));
    expect((await events(`?resource=${await orgId()}`)).events).toEqual(all.slice(0, 1));
    const nothing = await events(`?resource=${STRANGER}`);
    expect(nothing).toMatchObject({ events: [], next: nothing.head });
    const none = await events("?types=team.*");
    expect(none).toMatchObject({ events: [], next: none.head });
  });

  test("is read by a resource with more events than are looked for one by one, and by types on the way", async () => {
    const [ada] = [await newUser("ada"), await newUser("bob")];
    for (let value = 1; value <= 205; value += 1)
      await scim("PATCH", `/Users/${ada}`, patch([{ op: "replace", path: "nickName", value: `n${value}` }]));
    await logged.log();
    const ofAda = (await events("?limit=1000")).events.filter(({ resource }) => resource === ada);
    expect(ofAda).toHaveLength(206);
    const found: JsonObject[] = [];
    for (let after = "0"; ; ) {
      const page = await events(`?resource=${ada}&limit=50&after=${after}`);
      found.push(...page.events);
      if (page.next === page.head) break;
      after = page.next;
    }
    expect(found).toEqual(ofAda);
    expect((await events(`?resource=${ada}&types=user.created`)).events).toEqual(ofAda.slice(0, 1));
    const newest = (await directory("GET", `orgs/${org.slug}/history/${ada}?limit=1000`)).json;
    expect(list(newest.events)).toEqual(ofAda.toReversed().slice(0, 100));
  });

  test("shows the history of one resource from the newest event on, also of a deleted one", async () => {
    const ada = await newUser("ada");
    for (const value of ["A", "B", "C"])
      await scim("PATCH", `/Users/${ada}`, patch([{ op: "replace", path: "nickName", value }]));
    await newUser("bob");
    await scim("DELETE", `/Users/${ada}`);
    await logged.log();
    const expected = (await events(`?resource=${ada}`)).events.toReversed();
    expect(expected).toHaveLength(5);
    const path = `orgs/${org.slug}/history/${ada}`;
    expect(list((await directory("GET", path)).json.events)).toEqual(expected);
    const first = (await directory("GET", `${path}?limit=2`)).json;
    expect(list(first.events)).toEqual(expected.slice(0, 2));
    const second = (await directory("GET", `${path}?limit=2&before=${first.next}`)).json;
    expect(list(second.events)).toEqual(expected.slice(2, 4));
    const third = (await directory("GET", `${path}?limit=2&before=${second.next}`)).json;
    expect(third).toMatchObject({ events: expected.slice(4) });
    expect(third).not.toHaveProperty("next");
    expect((await directory("GET", `orgs/${org.slug}/history/${STRANGER}`)).json).toEqual({ events: [] });
    const other = `orgs/${org.slug}/history/${await orgId()}`;
    expect(await refusal(`${other}?before=${first.next}`)).toBe("400 value.eventCursor");
  });

  test.each([
    ["after=17", "400 value.eventCursor"],
    ["after=-1", "400 value.eventCursor"],
    ["after=%00", "400 value.eventCursor"],
    ["limit=0", "400 value.wholeNumber"],
    ["limit=-5", "400 value.wholeNumber"],
    ["wait=21", "400 value.range"],
    ["wait=-1", "400 value.range"],
    ["wait=long", "400 value.range"],
    ["types=user.renamed", "400 value.eventTypes"],
    ["types=*", "400 value.eventTypes"],
    ["types=user.created,", "400 value.eventTypes"],
    ["resource=ada", "400 value.eventResource"],
    ["since=2026", "400 value.since"],
    ["since=tomorrow", "400 value.since"],
    ["after=0&since=2026-01-01T00:00:00Z", "400 value.afterAndSince"],
  ])("refuses %s", async (query, expected) => {
    expect(await refusal(`orgs/${org.slug}/events?${query}`)).toBe(expected);
  });

  test.each([
    ["", "400 value.range"],
    ["?shard=16", "400 value.range"],
    ["?shard=-1", "400 value.range"],
    ["?shard=1.5", "400 value.range"],
    ["?shard=0&after=17", "400 value.feedCursor"],
    [`?shard=0&after=${Buffer.from("F.1..0").toString("base64url")}`, "400 value.feedCursor"],
    [`?shard=0&after=${Buffer.from("F.0.Aaaaaa.-1").toString("base64url")}`, "400 value.feedCursor"],
    [`?shard=0&after=${Buffer.from("F.0.Aaaaaa.01").toString("base64url")}`, "400 value.feedCursor"],
    [`?shard=0&after=${Buffer.from("F.0..0").toString("base64url")}!`, "400 value.feedCursor"],
  ])("of all organizations refuses feed%s", async (query, expected) => {
    expect(await refusal(`feed${query}`)).toBe(expected);
  });

  test("refuses a number that the log has not reached, and a cursor of another log, of which it says nothing", async () => {
    await newUser("ada");
    await logged.log();
    const [id, { head }] = [await orgId(), await events()];
    const [, generation] = Buffer.from(head, "base64url").toString().split(".");
    const cursor = (...parts: unknown[]) => Buffer.from(parts.join(".")).toString("base64url");
    const asked = (after: string) => refusal(`orgs/${org.slug}/events?after=${after}`);
    expect(await asked(cursor(id, generation, 4))).toBe("400 value.eventCursorAhead");
    expect(await asked(cursor(id, generation, Number.MAX_SAFE_INTEGER))).toBe("400 value.eventCursorAhead");
    expect(await asked(cursor(id, generation, -1))).toBe("400 value.eventCursor");
    // What comes to the same without being it: nobody gave it out.
    expect(await asked(`${cursor(id, generation, 4)}!`)).toBe("400 value.eventCursor");
    expect(await asked(cursor(id, "Zzzzzz", 1))).toBe("410 gone.otherLog");
    expect(await asked(cursor(id, "Zzzzzz", 0))).toBe("410 gone.otherLog");
    // Of a log without an event yet there is no generation that could differ.
    expect(await asked(cursor("Zz99Zz99", "", 0))).toBe("410 gone.otherLog");
    const mine = org;
    org = await target().org();
    await logged.log();
    const others = await events();
    org = mine;
    // One of another organization, one of none: nobody can tell them apart.
    const answers = [others.head, cursor("Zz99Zz99", "Zzzzzz", 1)].map((after) =>
      directory("GET", `orgs/${org.slug}/events?after=${after}`),
    );
    const [one, two] = (await Promise.all(answers)).map(({ status, json }) => ({
      status,
      detail: String(json.detail).replace(/ref: \w+/, ""),
    }));
    expect(one).toEqual(two);
    expect(one?.status).toBe(410);
  });

  describe("keeps events for as long as it says", () => {
    test("then 410, whether or not they are removed, and without a cursor the oldest ones that can be read", async () => {
      await logged.log();
      const early = await events("?limit=1");
      for (let day = 0; day < 10; day += 1) {
        now += 2 * DAY;
        await newUser(`user${day}`);
        await logged.log();
      }
      const all = (await events()).events;
      // Of 12 events the first five are too old then.
      now = Date.parse(String(all[4]?.time)) + 90 * DAY + 1;
      expect((await events()).events).toEqual(all.slice(5));
      expect(await refusal(`orgs/${org.slug}/events?after=0`)).toBe("410 gone.expired");
      expect(await refusal(`orgs/${org.slug}/events?after=${early.next}`)).toBe("410 gone.expired");
      expect(await refusal(`orgs/${org.slug}/events?after=${all[3]?.id}&types=org.*`)).toBe("410 gone.expired");
      expect((await events(`?after=${all[4]?.id}`)).events).toEqual(all.slice(5));
      const old = String(all[2]?.resource);
      expect((await events(`?resource=${old}`)).events).toEqual([]);
      expect((await directory("GET", `orgs/${org.slug}/history/${old}`)).json.events).toEqual([]);
      for (let index = 0; index < all.length; index += 1)
        expect((await events(`?since=${all[Math.max(5, index)]?.time}`)).events).toEqual(all.slice(Math.max(5, index)));
      // TTL takes the items in any order, and late.
      for (const { pk, sk } of contents(logged.table).filter((item) => String(item.sk).endsWith("0000000000000003")))
        await logged.store.begin().database.write([{ delete: { pk: String(pk), sk: String(sk) } }]);
      expect((await events()).events).toEqual(all.slice(5));
      expect(await refusal(`orgs/${org.slug}/events?after=${all[1]?.id}`)).toBe("410 gone.expired");
      now += 90 * DAY;
      const nothing = await events();
      expect(nothing).toMatchObject({ events: [], next: nothing.head });
    });

    test("which an organization shortens in the same batch as others change: from then on events go sooner", async () => {
      await newUser("ada");
      await logged.log();
      await admin("PATCH", `orgs/${org.slug}`, { eventRetentionDays: 30 });
      await newUser("bob");
      await logged.log();
      await newUser("eve");
      await logged.log();
      const last = contents(logged.table).findLast(({ pk }) => /^E#.*#L$/.test(String(pk)));
      expect(last?.ttl).toBe(Math.ceil(Number(last?.t) / 1000) + 32 * 86_400);
    });

    test("which an organization may shorten, and give back", async () => {
      await newUser("ada");
      await logged.log();
      const path = `orgs/${org.slug}`;
      expect((await admin("PATCH", path, { eventRetentionDays: 30 })).json).toMatchObject({ eventRetentionDays: 30 });
      now += 31 * DAY;
      expect(await refusal(`${path}/events?after=0`)).toBe("410 gone.expired");
      expect((await admin("PATCH", path, { eventRetentionDays: null })).json).toMatchObject({
        eventRetentionDays: null,
      });
      expect((await events("?after=0&limit=3")).events).toHaveLength(3);
      for (const eventRetentionDays of [6, 91, 7.5])
        expect((await admin("PATCH", path, { eventRetentionDays })).json).toMatchObject({ code: "value.range" });
      await logged.log();
      expect((await events("?types=org.updated")).events.map(({ after }) => after)).toEqual([
        { eventRetentionDays: 30 },
        {},
      ]);
    });
  });

  test("ends with a purge, also for whoever comes after one of the same name", async () => {
    await newUser("ada");
    await logged.log();
    const { head } = await events();
    const path = `orgs/${org.slug}`;
    await admin("POST", `${path}/deletion`, { reason: "left" });
    expect((await events()).events).not.toEqual([]);
    now += DAY;
    expect((await admin("POST", `${path}/purge`, { confirm: org.slug })).json).toMatchObject({ done: false });
    expect(await refusal(`${path}/events?after=${head}`)).toBe("410 gone.purging");
    expect(await refusal(`${path}/history/${STRANGER}`)).toBe("410 gone.purging");
    while ((await admin("POST", `${path}/purge`, { confirm: org.slug })).json.done !== true) now += 1_000;
    expect(await refusal(`${path}/events?after=${head}`)).toBe("404 notFound.org");
    await logged.log();
    await admin("POST", "orgs", { org: org.slug });
    expect(await refusal(`${path}/events?after=${head}`)).toBe("410 gone.otherLog");
    await logged.log();
    expect(await refusal(`${path}/events?after=${head}`)).toBe("410 gone.otherLog");
    expect((await events()).events).toMatchObject([{ seq: 1, type: "org.created" }]);
  });

  test("is told of by the feed over all organizations, shard by shard, and by the list of heads", async () => {
    const shards = Array.from({ length: 16 }, (_, shard) => shard);
    const ask = async (shard: number, query = "") => (await directory("GET", `feed?shard=${shard}${query}`)).json;
    const heads = await Promise.all(shards.map((shard) => ask(shard)));
    expect(heads.every(({ entries, next, head }) => list(entries).length === 0 && next === head)).toBe(true);
    const ids = [await orgId()];
    await logged.log();
    await newUser("ada");
    await newUser("bob");
    await logged.log();
    const news = await Promise.all(shards.map((shard) => ask(shard, `&after=${heads[shard]?.head}`)));
    const told = news.flatMap(({ entries }) => list(entries));
    expect(told).toEqual([
      { org: org.slug, orgId: ids[0], from: 1, to: 2 },
      { org: org.slug, orgId: ids[0], from: 3, to: 4 },
    ]);
    const shard = news.findIndex(({ entries }) => list(entries).length > 0);
    expect(news[shard]?.next).toBe(news[shard]?.head);
    const one = await ask(shard, "&after=0&limit=1");
    expect(list(one.entries)).toEqual(told.slice(0, 1));
    expect(list((await ask(shard, `&after=${one.next}`)).entries)).toEqual(told.slice(1));
    const listed = list((await directory("GET", "orgs")).json.orgs);
    expect(listed).toEqual([{ org: org.slug, id: ids[0], head: (await events()).head }]);
    // Who begins now reads what may show by halves once more, and nothing of what is old.
    expect(list((await ask(shard, `&after=${(await ask(shard)).next}`)).entries)).toEqual(told);
    now += DAY;
    const late = await ask(shard);
    expect([late.entries, late.next]).toEqual([[], news[shard]?.head]);
    now -= DAY;
    // Kept for seven days.
    now += 7 * DAY;
    const { status, json } = await directory("GET", `feed?shard=${shard}&after=${one.next}`);
    expect([status, json.code]).toEqual([410, "gone.feed"]);
    // A consumer that begins at the head may miss what shows by halves.
    expect(json.detail).toContain('Read each shard without "after" and keep its "next".');
    expect((await ask(shard, `&after=${news[shard]?.head}`)).entries).toEqual([]);
    await admin("POST", `orgs/${org.slug}/deletion`, { reason: "left" });
    now += DAY;
    while ((await admin("POST", `orgs/${org.slug}/purge`, { confirm: org.slug })).json.done !== true) now += 1_000;
    await logged.log();
    expect(list((await ask(shard, `&after=${news[shard]?.head}`)).entries)).toEqual([
      { org: org.slug, orgId: ids[0], ended: true },
    ]);
  });

  test("lists heads page by page", async () => {
    for (let count = 0; count < 4; count += 1) await target().org();
    await logged.log();
    const all = list((await directory("GET", "orgs")).json.orgs);
    expect(all).toHaveLength(5);
    const paged: JsonObject[] = [];
    for (let cursor = ""; ; ) {
      const { json } = await directory("GET", `orgs?count=2${cursor}`);
      paged.push(...list(json.orgs));
      if (json.next === undefined) break;
      cursor = `&cursor=${json.next}`;
    }
    expect(paged).toEqual(all);
    expect(await refusal("orgs?cursor=~")).toBe("400 value.directoryCursor");
  });

  describe("after a restore", () => {
    test("begins anew, and no cursor of before goes on in it", async () => {
      const empty = await events();
      await newUser("ada");
      await logged.log();
      const before = await events();
      const path = `orgs/${org.slug}/data/events/renew`;
      const feedBefore = await Promise.all(
        Array.from({ length: 16 }, async (_, shard) => (await directory("GET", `feed?shard=${shard}`)).json.head),
      );
      const renewed = await admin("POST", path, { feed: true });
      expect(renewed.json).toEqual({ removed: 6 });
      for (const cursor of [empty.head, before.head, before.events[0]?.id])
        expect(await refusal(`orgs/${org.slug}/events?after=${cursor}`)).toBe("410 gone.otherLog");
      for (const [shard, cursor] of feedBefore.entries())
        expect(await refusal(`feed?shard=${shard}&after=${cursor}`)).toBe("410 gone.feed");
      const begun = await events();
      expect(begun).toMatchObject({ events: [], next: begun.head });
      await newUser("bob");
      await logged.log();
      const after = await events(`?after=${begun.head}`);
      expect(after.events).toMatchObject([{ seq: 1, type: "user.created" }]);
      expect(await events("?after=0")).toEqual(after);
      expect(contents(logged.table).filter(({ pk }) => /^E#.*#[LV]$/.test(String(pk)))).toHaveLength(2);
      expect((await admin("POST", path, { from: "nonsense" })).json).toMatchObject({ code: "value.from" });
      // A step of a renewal before this one, or of another org's: nothing of this log goes.
      expect((await admin("POST", path, { from: "Other1" })).json).toMatchObject({ code: "value.from" });
      expect(await events("?after=0")).toEqual(after);
    });

    test("every log and the feed begin anew with one command, whichever organization comes first", async () => {
      const orgs = [org];
      while (orgs.length < 20) orgs.push(await target().org());
      await newUser("ada");
      await logged.log();
      const headOf = async ({ slug }: Tenant) => (await directory("GET", `orgs/${slug}/events`)).json.head;
      const before = await Promise.all(orgs.map(headOf));
      const feedBefore = await Promise.all(
        Array.from(
          { length: FEED_SHARDS },
          async (_, shard) => (await directory("GET", `feed?shard=${shard}`)).json.head,
        ),
      );
      const { code, out } = await rollcallOver(endpoint(), eventsCommands)("events", "renew", "--all", "--json");
      expect(code).toBe(0);
      const logs = list(JSON.parse(out).logs).map((log) => log.org);
      expect(logs.sort()).toEqual(orgs.map(({ slug }) => slug).sort());
      for (const [index, { slug }] of orgs.entries())
        expect(await refusal(`orgs/${slug}/events?after=${before[index]}`)).toBe("410 gone.otherLog");
      for (const [shard, cursor] of feedBefore.entries())
        expect(await refusal(`feed?shard=${shard}&after=${cursor}`)).toBe("410 gone.feed");
    });

    test("is begun anew once where the answer is lost and the call comes twice, with events in between", async () => {
      const id = await orgId();
      if (!isOrgId(id)) throw new Error("no id of an org");
      const { database } = logged.store.begin();
      for (let call = 1; call <= 2; call += 1) {
        expect(await renewHead(database, id, { slug: org.slug }, "Again1", now)).toBe("renewed");
        await newUser(`user${call}`);
        await logged.log();
      }
      expect((await events("?after=0")).events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    });

    test("can be begun anew while its writer writes: nothing is logged twice, and no number is missing", async () => {
      for (let round = 0; round < 5; round += 1) {
        for (let user = 0; user < 4; user += 1) await newUser(`user${round}.${user}`);
        await Promise.all([logged.log(), admin("POST", `orgs/${org.slug}/data/events/renew`, {})]);
        await logged.log();
        const { events: left } = await events("?after=0");
        expect(left.map(({ seq }) => seq)).toEqual(left.map((_, index) => index + 1));
        expect(new Set(left.map(({ resource, version }) => `${resource} ${version}`)).size).toBe(left.length);
        expect((await admin("POST", `orgs/${org.slug}/data/events/fsck`, {})).json.findings).toEqual([]);
      }
    });
  });

  test("loses the values of one person when somebody asks for it, at once and everywhere", async () => {
    const secret = "Ada-Secret-Nickname";
    const [ada, bob] = [await newUser("ada"), await newUser("bob")];
    await scim("PATCH", `/Users/${ada}`, patch([{ op: "replace", path: "nickName", value: secret }]));
    await scim("PATCH", `/Users/${ada}`, patch([{ op: "remove", path: "nickName" }]));
    await logged.log();
    expect(dump()).toContain(secret);
    const path = (id: string) => `orgs/${org.slug}/data/events/${id}/erase`;
    expect((await admin("POST", path(ada))).json).toEqual({ id: ada, erased: 3 });
    expect((await admin("POST", path(ada))).json).toEqual({ id: ada, erased: 0 });
    expect(dump()).not.toContain(secret);
    const { events: left } = await events();
    expect(left.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
    for (const event of left.filter(({ resource }) => resource === ada)) {
      expect(event).toMatchObject({ valuesOmitted: true, changed: expect.any(Array) });
      expect(event).not.toHaveProperty("after");
    }
    expect(left.find(({ resource }) => resource === bob)).toMatchObject({ after: { userName: expect.any(String) } });
    expect((await admin("POST", path(STRANGER))).json).toMatchObject({
      status: "404",
      code: "notFound.loggedResource",
    });
    const mine = org;
    org = await target().org();
    expect((await admin("POST", path(bob))).json).toMatchObject({ status: "404", code: "notFound.loggedResource" });
    org = mine;
    expect((await events(`?resource=${bob}`)).events).toMatchObject([{ after: { userName: expect.any(String) } }]);
  });

  test("loses the values of somebody with many events in several visits, each of which gets further", async () => {
    const secret = "Ada-Secret-Nickname";
    const ada = await newUser("ada");
    for (let change = 1; change <= 24; change += 1)
      await scim("PATCH", `/Users/${ada}`, patch([{ op: "replace", path: "nickName", value: `${secret}${change}` }]));
    await org.request({ method: "DELETE", path: `/Users/${ada}` });
    await logged.log();
    now += 20 * DAY;
    // Each read takes a second, and a visit twenty.
    const table = tableAround(logged.table, (send, kind) => {
      if (kind === "read") now += 1_000;
      return send();
    });
    const database = new Database({ table, now: () => now, random: Math.random, wait: async () => undefined });
    let visits = 1;
    while ((await eraseDue(database, 90, now + 20_000)) === 0 && visits < 20) visits += 1;
    expect(visits).toBeGreaterThan(1);
    expect(visits).toBeLessThan(20);
    expect(dump()).not.toContain(secret);
  });

  test("begins anew in several steps where one has no time, and not while its organization is purged", async () => {
    await newUser("ada");
    await logged.log();
    const path = `orgs/${org.slug}/data/events/renew`;
    const { database } = logged.store.begin();
    const id = orgIdOf(await orgId());
    expect(await renewHead(database, id, { slug: org.slug }, "Again1", now)).toBe("renewed");
    expect(await removeFormer(database, id, "Again1", now)).toEqual({ removed: 0, done: false });
    expect((await admin("POST", path, { from: "Again1" })).json.removed).toBeGreaterThan(3);
    await new OrgData(database, id).close(org.slug);
    expect((await admin("POST", path, {})).json).toMatchObject({ status: "409", code: "conflict.inspectionPurging" });
  });

  test("loses the values of somebody whose deletion a clock dated years ahead", async () => {
    const ada = await newUser("Ada-Secret-Name");
    now += 3_650 * DAY;
    await org.request({ method: "DELETE", path: `/Users/${ada}` });
    await logged.log();
    now -= 3_650 * DAY;
    expect(dump()).toContain("Ada-Secret-Name");
    const { table } = logged;
    const database = new Database({ table, now: () => now, random: Math.random, wait: async () => undefined });
    expect(await eraseDue(database, 90, Number.POSITIVE_INFINITY)).toBe(1);
    expect(dump()).not.toContain("Ada-Secret-Name");
    expect(await eraseDue(database, 90, Number.POSITIVE_INFINITY)).toBe(0);
  });

  const dump = () => JSON.stringify(contents(logged.table).filter(({ pk }) => String(pk).startsWith("E#")));

  describe("is held against the directory", () => {
    const inspect = async (wishes: JsonObject = {}, ask = admin) => {
      const findings: string[] = [];
      let from: Json | undefined;
      do {
        const { json } = await ask("POST", `orgs/${org.slug}/data/events/fsck`, { ...wishes, ...(from && { from }) });
        for (const { code, ids, repair } of list(json.findings)) findings.push(`${code} ${ids} ${repair}`);
        from = json.next;
      } while (from !== undefined);
      return findings.sort();
    };

    /** As DynamoDB removes items, here without delay. */
    async function expire(): Promise<void> {
      const isOver = ({ pk, ttl }: Item) => String(pk).startsWith("E#") && Number(ttl) * 1_000 < now;
      for (const { pk, sk } of contents(logged.table).filter(isOver))
        await logged.store.begin().database.write([{ delete: { pk: String(pk), sk: String(sk) } }]);
    }

    test("which misses no event that its time has removed: of an idle organization all, in the middle those of a shorter time", async () => {
      await newUser("ada");
      await logged.log();
      now += 10 * DAY;
      for (const eventRetentionDays of [7, null]) {
        await admin("PATCH", `orgs/${org.slug}`, { eventRetentionDays });
        await logged.log();
        now += DAY;
        await newUser(`user${eventRetentionDays}`);
        await logged.log();
      }
      now += 12 * DAY;
      await expire();
      const first = await events("?limit=9");
      expect(first.events.map(({ seq }) => seq)).toEqual([1, 2, 3]);
      // Who began at the oldest event cannot pass the missing ones, and gets through by beginning later.
      expect(await refusal(`orgs/${org.slug}/events?after=${first.next}`)).toBe("410 gone.expired");
      const { code, err } = await rollcallOver(endpoint(), eventsCommands)("events", org.slug);
      expect([code, err]).toEqual([
        1,
        expect.stringMatching(/ the next ones are gone\. Begin later, with a shorter --since\./),
      ]);
      const later = new Date(Date.parse(String(first.events[2]?.time)) + DAY).toISOString();
      const rest = await events(`?since=${later}`);
      expect([rest.events.length > 0, rest.next]).toEqual([true, first.head]);
      expect(await inspect()).toEqual([]);
      now += 100 * DAY;
      await expire();
      expect((await events()).events).toEqual([]);
      expect(await inspect()).toEqual([]);
    });

    test("which finds what no event covers, once it is overdue, and covers it", async () => {
      const [ada, bob, eve] = [await newUser("ada"), await newUser("bob"), await newUser("eve")];
      await logged.log();
      const before = await events();
      await scim("PATCH", `/Users/${ada}`, patch([{ op: "replace", path: "nickName", value: "A" }]));
      await scim("PATCH", `/Users/${ada}`, patch([{ op: "replace", path: "nickName", value: "B" }]));
      await scim("DELETE", `/Users/${bob}`);
      const dan = await newUser("dan");
      await admin("PATCH", `orgs/${org.slug}`, { displayName: "Another" });
      await logged.log(() => false);
      expect(await inspect()).toEqual([]);
      now += 20 * 60_000;
      const id = await orgId();
      const expected = [
        `log.deletion ${bob} possible`,
        `log.uncovered ${id} possible`,
        `log.uncovered ${ada} possible`,
        `log.uncovered ${dan} possible`,
      ].sort();
      expect(await inspect()).toEqual(expected);
      expect(await inspect({ repair: true })).toEqual(expected.map((line) => line.replace("possible", "done")));
      expect(await inspect()).toEqual([]);
      const { events: appended } = await events(`?after=${before.head}`);
      expect(
        appended.map(({ type, resource, from, version, changed }) => [type, resource, from, version, changed]),
      ).toEqual(
        expect.arrayContaining([
          ["user.updated", ada, 2, 3, ["*"]],
          ["user.deleted", bob, undefined, 2, undefined],
          ["user.created", dan, undefined, 1, expect.any(Array)],
          ["org.updated", id, undefined, 3, ["*"]],
        ]),
      );
      expect(appended).toHaveLength(4);
      // What comes late all the same is known, and what comes next goes on from there.
      await scim("PATCH", `/Users/${ada}`, patch([{ op: "replace", path: "nickName", value: "C" }]));
      await scim("DELETE", `/Users/${eve}`);
      await logged.log();
      expect((await events(`?after=${before.head}`)).events.slice(4)).toMatchObject([
        { type: "user.updated", resource: ada, version: 4, changed: ["nickName"] },
        { type: "user.deleted", resource: eve },
      ]);
      now += 20 * 60_000;
      expect(await inspect()).toEqual([]);
    });

    test("links and tokens too, and what is gone without a trace", async () => {
      const [ada, bob, eve] = [await newUser("ada"), await newUser("bob"), await newUser("eve")];
      await logged.log();
      const before = await events();
      const link = `/orgs/${org.slug}/users/${ada}/link`;
      expect((await target().directory("PUT", link, { applicationId: "4711" })).status).toBe(200);
      const rotated = await admin("POST", `orgs/${org.slug}/tokens/rotate`, {});
      const token = String(at(rotated.json, "token.id"));
      // Of a deletion of long ago no tombstone is left.
      await scim("DELETE", `/Users/${bob}`);
      await scim("DELETE", `/Users/${eve}`);
      const tombstone = contents(logged.table).find(({ pk, sk }) => String(pk).endsWith("#X") && sk === bob);
      await logged.store.begin().database.write([{ delete: { pk: String(tombstone?.pk), sk: bob } }]);
      await logged.log(() => false);
      now += 20 * 60_000;
      const found = await inspect();
      for (const line of [
        `log.uncovered ${ada} possible`,
        `log.uncovered ${token} possible`,
        `log.deletion ${bob} possible`,
        `log.deletion ${eve} possible`,
      ])
        expect(found).toContain(line);
      expect(await inspect({ repair: true })).toEqual(found.map((line) => line.replace("possible", "done")));
      expect(await inspect()).toEqual([]);
      const { events: appended } = await events(`?after=${before.head}`);
      const linked = appended.find(({ type }) => type === "user.linked");
      expect(linked).toMatchObject({ resource: ada, linkVersion: 1, after: { applicationId: "4711" } });
      expect(appended.find(({ resource }) => resource === bob)).toMatchObject({
        type: "user.deleted",
        actor: "",
        time: "",
      });
      expect(appended.find(({ resource }) => resource === eve)).toMatchObject({
        actor: expect.stringMatching(/^\w{12}$/),
      });
      // A link that outlives its user for a while says nothing.
      await scim("DELETE", `/Users/${ada}`);
      await logged.log();
      now += 20 * 60_000;
      expect(await inspect()).toEqual([]);
    });

    test("which takes nothing for lost that is older than the log", async () => {
      const ada = await newUser("ada");
      await logged.log(() => false);
      now += DAY;
      await newUser("bob");
      await logged.log();
      now += DAY;
      // The first event says that the log is younger; the settings are as old as Ada.
      expect(await inspect()).toEqual([]);
      await scim("PATCH", `/Users/${ada}`, patch([{ op: "replace", path: "nickName", value: "A" }]));
      await logged.log();
      now += DAY;
      expect(await inspect()).toEqual([]);
    });

    test("and which finds a number, a way back, a cursor and an entry of the feed that are not as they should be", async () => {
      const [ada, bob] = [await newUser("ada"), await newUser("bob")];
      await scim("PATCH", `/Users/${ada}`, patch([{ op: "replace", path: "nickName", value: "A" }]));
      await scim("PATCH", `/Users/${ada}`, patch([{ op: "replace", path: "nickName", value: "B" }]));
      await logged.log();
      expect(await inspect()).toEqual([]);
      const { database } = logged.store.begin();
      const find = (wanted: (item: Item) => boolean) => {
        const item = contents(logged.table).find(wanted);
        if (item === undefined) throw new Error("no such item");
        return { pk: String(item.pk), sk: String(item.sk) };
      };
      const ofLog = (seq: number) => find(({ sk }) => String(sk).endsWith(`000${seq}`) && String(sk).length === 22);
      await database.write([{ update: ofLog(6), set: { ps: 4 } }]);
      await database.write([{ delete: ofLog(2) }]);
      await database.write([{ update: find(({ pk, sk }) => String(pk).endsWith("#V") && sk === bob), set: { v: 9 } }]);
      await database.write([{ delete: find(({ pk, sk }) => String(pk).startsWith("F#") && sk !== "H") }]);
      expect(await inspect()).toEqual([
        `log.ahead ${bob} none`,
        "log.chain 6 none",
        `log.feed ${await orgId()} none`,
        "log.gap 2 none",
      ]);
    });

    test("and which finds a damaged entry of the feed, and a gap after an event with a damaged time", async () => {
      for (const name of ["ada", "bob", "eve"]) {
        await newUser(name);
        await logged.log();
      }
      const { database } = logged.store.begin();
      const damage = async (wanted: (item: Item) => boolean, set: Readonly<Record<string, Scalar>>) => {
        const { pk, sk } = present(contents(logged.table).find(wanted));
        await database.write([{ update: { pk: String(pk), sk: String(sk) }, set }]);
      };
      await damage(({ pk, from }) => String(pk).startsWith("F#") && Number(from) > 3, { t: "{" });
      await damage(({ sk }) => /^\w{6}0{15}3$/.test(String(sk)), { t: "{" });
      const fourth = present(
        contents(logged.table).find(({ pk, sk }) => /^E#/.test(String(pk)) && /0004$/.test(String(sk))),
      );
      await database.write([{ delete: { pk: String(fourth.pk), sk: String(fourth.sk) } }]);
      expect(await inspect()).toEqual([`log.feed ${await orgId()} none`, "log.gap 4 none"]);
    });

    test("which finds a missing number where its next read begins", async () => {
      for (let n = 0; n < 502; n += 1) await newUser(`user${n}`);
      await logged.log();
      const { pk, sk } = present(
        contents(logged.table).find(
          (item) => String(item.pk).startsWith("E#") && /^\w{6}0{13}501$/.test(String(item.sk)),
        ),
      );
      await logged.store.begin().database.write([{ delete: { pk: String(pk), sk: String(sk) } }]);
      expect(await inspect()).toEqual(["log.gap 501 none"]);
      // A step that has no time left ends after its first piece.
      const late = documented(logged.store, lines, "admin", () => (now += 11_000));
      expect(await inspect({}, late)).toEqual(["log.gap 501 none"]);
      const path = `orgs/${org.slug}/data/events`;
      const from = String((await late("POST", `${path}/fsck`, {})).json.next);
      const place = JSON.parse(Buffer.from(from, "base64url").toString());
      const inFeed = JSON.stringify({ ...place, part: "feed", at: "Other10000000000000001" });
      const other = await admin("POST", `${path}/fsck`, { from: Buffer.from(inFeed).toString("base64url") });
      expect(other.json).toMatchObject({ findings: [] });
      await admin("POST", `${path}/renew`, { feed: true });
      expect((await admin("POST", `${path}/fsck`, { from })).json).toMatchObject({ status: "400", code: "value.from" });
      expect(await inspect()).toEqual([]);
    });

    test("which finds that hundreds of thousands are missing, of the log and of the feed", async () => {
      await newUser("ada");
      await logged.log();
      const { database } = logged.store.begin();
      for (const { pk, sk, h } of contents(logged.table)) {
        const isHead = sk === "H" && /^[EF]#/.test(String(pk)) && typeof h === "number";
        if (isHead) await database.write([{ update: { pk: String(pk), sk: String(sk) }, add: { h: 300_000 } }]);
      }
      expect(await inspect()).toEqual([`log.feed ${await orgId()} none`, expect.stringMatching(/^log\.gap \d+,/)]);
    });

    test("which goes on beyond a user whose last write somebody damaged", async () => {
      const [ada, bob] = [await newUser("ada"), await newUser("bob")];
      await logged.log(() => false);
      const { database } = logged.store.begin();
      const user = { pk: `O#${await orgId()}#U`, sk: ada };
      await database.write([{ update: user, set: { lr: "broken" } }]);
      now += 20 * 60_000;
      expect(await inspect()).toContain(`log.uncovered ${bob} possible`);
    });

    test.each<[string, Readonly<Record<string, Scalar>>]>([
      ["is no JSON", { d: "{" }],
      ["is no text", { d: 7 }],
      ["has another type", { d: JSON.stringify({ ...UPDATED, type: 1 }) }],
      ["has no version", { d: JSON.stringify({ ...UPDATED, version: undefined }) }],
      ["has members that are no list", { d: JSON.stringify({ ...UPDATED, added: {} }) }],
      ["names itself as the event before", { ps: 5 }],
      ["names no subject", { r: 5 }],
    ])("where a damaged event %s: readers take a snapshot there, and an erasure goes on", async (_how, damage) => {
      const ada = await newUser("ada");
      for (const nickName of ["A", "B", "C"])
        await scim("PATCH", `/Users/${ada}`, patch([{ op: "replace", path: "nickName", value: nickName }]));
      await logged.log();
      const of = `orgs/${org.slug}/events`;
      const whole = await events("?after=0");
      const place = (seq: number) => whole.events[seq - 1]?.id;
      expect(whole.events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
      const { database } = logged.store.begin();
      const [fifth] = contents(logged.table).filter(({ sk }) => /^\w{6}0{15}5$/.test(String(sk)));
      const update = { pk: `E#${await orgId()}#L`, sk: String(fifth?.sk) };
      await database.write([{ update, set: damage }]);
      expect((await events("?after=0")).events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
      expect((await events(`?resource=${ada}`)).events.map(({ seq }) => seq)).toEqual([3, 4]);
      for (const query of [`after=${place(4)}`, `after=${place(4)}&resource=${ada}`, `after=${place(4)}&types=org.*`])
        expect(await refusal(`${of}?${query}`)).toBe("410 gone.expired");
      expect((await events(`?after=${place(5)}`)).events.map(({ seq }) => seq)).toEqual([6]);
      const history = `orgs/${org.slug}/history/${ada}`;
      const { json } = await directory("GET", history);
      expect(list(json.events).map(({ seq }) => seq)).toEqual([6]);
      expect(await refusal(`${history}?before=${json.next}`)).toBe("410 gone.expired");
      expect(await inspect()).toContain("log.unreadable 5 none");
      const erased = await admin("POST", `orgs/${org.slug}/data/events/${ada}/erase`);
      expect(erased.json).toMatchObject({ erased: 4 });
      expect(contents(logged.table).filter(({ pk, b }) => pk === update.pk && String(b).includes("nickName"))).toEqual(
        [],
      );
      await admin("POST", `orgs/${org.slug}/data/events/renew`, {});
      expect(await refusal(`${of}?after=${place(4)}`)).toBe("410 gone.otherLog");
      expect(await inspect()).toEqual([]);
    });

    test("whose damaged values count as omitted", async () => {
      await newUser("ada");
      await logged.log();
      const { database } = logged.store.begin();
      const event = contents(logged.table).find(({ sk }) => /^\w{6}0{15}3$/.test(String(sk)));
      await database.write([{ update: { pk: String(event?.pk), sk: String(event?.sk) }, set: { b: "{" } }]);
      expect((await events()).events[2]).toMatchObject({ type: "user.created", valuesOmitted: true });
    });

    test("which does not take a foreign place", async () => {
      const path = `orgs/${org.slug}/data/events/fsck`;
      await newUser("ada");
      await logged.log();
      const late = documented(logged.store, lines, "admin", () => (now += 11_000));
      const { json } = await late("POST", path, {});
      const place = JSON.parse(Buffer.from(String(json.next), "base64url").toString());
      const at = (part: string, sk: string) =>
        Buffer.from(JSON.stringify({ ...place, part, at: sk })).toString("base64url");
      const foreign = at("events", "Other10000000000000001");
      const [long, broken] = [at("cursors", "x".repeat(1_025)), at("cursors", "\ud800")];
      for (const from of ["~", Buffer.from("{}").toString("base64url"), "x".repeat(5_000), foreign, long, broken])
        expect((await admin("POST", path, { from })).json).toMatchObject({ status: "400", code: "value.from" });
    });
  });

  test("names the application's own id of a linked user with every event of the user, and of no other", async () => {
    const [linked, other] = [await newUser("ada"), await newUser("grace")];
    const linking = { applicationId: "4711" };
    expect((await directory("PUT", `orgs/${org.slug}/users/${linked}/link`, linking)).status).toBe(200);
    await logged.log();
    const shown = (await events()).events.map(({ type, resource, applicationId }) => [type, resource, applicationId]);
    expect(shown).toEqual(
      expect.arrayContaining([
        ["user.created", linked, "4711"],
        ["user.linked", linked, "4711"],
        ["user.created", other, undefined],
      ]),
    );
    expect(shown.filter(([, resource, id]) => id !== undefined && resource !== linked)).toEqual([]);
  });

  test("costs what its description says", async () => {
    for (let user = 0; user < 120; user += 1) await newUser(`user${user}`);
    await logged.log();
    const costs = async (path: string) => {
      await directory("GET", path);
      const { ddbCalls, rcu } = lines.at(-1) ?? {};
      return { ddbCalls, rcu };
    };
    const page = await events("?limit=20");
    // The login name, the settings, the head, and two queries: events, and links of their users.
    expect(await costs(`orgs/${org.slug}/events?after=${page.next}&limit=100`)).toEqual({ ddbCalls: 5, rcu: 18 });
    expect(await costs(`orgs/${org.slug}/events?after=${page.head}`)).toEqual({ ddbCalls: 3, rcu: 3 });
    // Its head, and where it has entries their page.
    const shard = feedShardOf(await orgId());
    expect(await costs(`feed?shard=${shard}&after=0`)).toEqual({ ddbCalls: 2, rcu: 2 });
    expect(await costs(`feed?shard=${(shard + 1) % FEED_SHARDS}&after=0`)).toEqual({ ddbCalls: 1, rcu: 1 });
  });

  test("is waited for where the server lets wait, and nowhere else", async () => {
    await logged.log();
    const { head } = await events();
    let waits = 0;
    const ending = new AbortController();
    const waiting = {
      ...endpoint(),
      longPoll: ending.signal,
      wait: async (milliseconds: number) => {
        waits += 1;
        now += milliseconds;
        if (waits === 3) {
          await newUser("ada");
          await logged.log();
        }
      },
    };
    const ask = async (over: typeof waiting, query: string) => {
      const { text } = await signedSender(
        over,
        "directory",
        undefined,
      )({
        method: "GET",
        path: `orgs/${org.slug}/events?after=${head}&${query}`,
      });
      return JSON.parse(text);
    };
    expect(await ask(waiting, "wait=20")).toMatchObject({ events: [{ type: "user.created" }] });
    expect(waits).toBe(3);
    // Only what was asked for ends the waiting; then time does.
    expect(await ask(waiting, "wait=2&types=team.*")).toMatchObject({ events: [] });
    expect(waits).toBe(3 + 14);
    ending.abort();
    expect(await ask(waiting, "wait=20&types=team.*")).toMatchObject({ events: [] });
    const { longPoll: _none, ...deployed } = waiting;
    expect(await ask({ ...deployed, longPoll: undefined } as never, "wait=20&types=team.*")).toMatchObject({
      events: [],
    });
    expect(waits).toBe(3 + 14);
  });
});

function list(json: Json | undefined): JsonObject[] {
  return Array.isArray(json) ? json.filter(isObject) : [];
}
