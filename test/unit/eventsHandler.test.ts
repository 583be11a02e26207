import { describe, expect, test } from "@jest/globals";
import type { DynamoDBRecord } from "aws-lambda";
import { eventsHandler, eventsVisit } from "../../functions/http/events.ts";
import type { RemovalReport } from "../../functions/http/massChangeWatch.ts";
import type { DeadLetter } from "../../functions/provisioning/deadLetters.ts";
import type { DirectoryEvent, Published } from "../../functions/provisioning/events/busEvents.ts";
import { Database } from "../../functions/store/database.ts";
import { FeedReader } from "../../functions/store/eventFeed.ts";
import { feedShardOf } from "../../functions/store/eventKeys.ts";
import type { SqliteTable } from "../../functions/store/sqliteTable.ts";
import { plainItem } from "../../functions/store/streamRecord.ts";
import { type Item, type Key, type Table, TableBusy } from "../../functions/store/table.ts";
import { beginLogged, eventsEndpoint } from "../support/eventLogs.ts";
import { accessTo, localTable } from "../support/localStore.ts";
import { orgIdOf } from "../support/records.ts";

const ORG = "Ab12Cd34";
const OTHER_ORG = "Zz12Cd34";
const USER = "u0f3KbTqYw9ZpLmN4xR7sVd";
const TEAM = "g0f3KbTqYw9ZpLmN4xR7sVd";
const MARK = "2026-01-02T03:04:05.678Z Xk29fLq0aB71 c6af9ac6 1f0e9d2c";

type Image = NonNullable<NonNullable<DynamoDBRecord["dynamodb"]>["NewImage"]>;

/** As Lambda hands a record over. */
function record(pk: string, sk: string, sequence: number, after?: Image, before?: Image): DynamoDBRecord {
  const eventName = after === undefined ? "REMOVE" : before === undefined ? "INSERT" : "MODIFY";
  const keys: Image = { pk: { S: pk }, sk: { S: sk } };
  return {
    eventID: String(sequence),
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: "eu-central-1",
    eventName,
    dynamodb: {
      Keys: keys,
      ...(after === undefined ? {} : { NewImage: { ...keys, ...after } }),
      ...(before === undefined ? {} : { OldImage: { ...keys, ...before } }),
      SequenceNumber: String(sequence),
      StreamViewType: "NEW_AND_OLD_IMAGES",
    },
  };
}

function userImage(version: number, active: boolean, more: Image = {}): Image {
  const attributes = { userName: "ada@acme.example", active };
  const d = `{"v":${version},"c":"2026-01-01T00:00:00.000Z"}\n${JSON.stringify(attributes)}`;
  return { sv: { N: "1" }, v: { N: String(version) }, lr: { S: MARK }, d: { S: d }, ...more };
}

const CREATED = record(`O#${ORG}#U`, USER, 1, userImage(1, true));
const DEACTIVATED = record(`N#${ORG}#U`, USER, 2, userImage(2, false), userImage(1, true));
const POISON = record(`O#${ORG}#U`, USER, 3, { ...userImage(2, true), d: { S: "{}\n{ada@acme" } });
const JOINED = record(`O#${ORG}#G`, TEAM, 4, {
  v: { N: "1" },
  lr: { S: MARK },
  d: { S: '{}\n{"displayName":"Engines"}' },
  mc: { S: `1f0e9d2c +${USER}` },
});
const DELETED = record(`O#${ORG}#U`, USER, 5, undefined, userImage(2, true));
const DELETED_MARK: Image = {
  pk: { S: `O#${ORG}#X` },
  sk: { S: USER },
  kind: { S: "user" },
  v: { N: "3" },
  at: { S: "2026-01-02T03:04:05.678Z" },
  tokenId: { S: "Xk29fLq0aB71" },
  reference: { S: "c6af9ac6" },
};

/** Reads as ever. */
function unwritable(table: SqliteTable): Table {
  const write = async () => {
    throw new TableBusy("outage", new Error("no answer"));
  };
  return {
    get: table.get.bind(table),
    getMany: table.getMany.bind(table),
    getTogether: table.getTogether.bind(table),
    query: table.query.bind(table),
    queryReverse: table.queryReverse.bind(table),
    deleteMany: table.deleteMany.bind(table),
    write,
  };
}

interface Handling {
  readonly publish?: (events: readonly DirectoryEvent[]) => Published;
  /** A table that an earlier batch was written to. */
  readonly table?: Table;
}

/** A table with two orgs, and with what a deletion left. */
async function tableOf(): Promise<SqliteTable> {
  const table = localTable();
  const database = new Database(accessTo(table));
  for (const org of [ORG, OTHER_ORG]) await beginLogged(database, orgIdOf(org));
  await table.write([{ put: plainItem(DELETED_MARK) as Item & Key }]);
  return table;
}

async function handled(records: readonly DynamoDBRecord[], { publish, table }: Handling = {}) {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const published: DirectoryEvent[] = [];
  const watched: RemovalReport[] = [];
  const letters: DeadLetter[] = [];
  const access = accessTo(table ?? (await tableOf()));
  const parts = eventsEndpoint(() => new Database(access), {
    bus: {
      async publish(events) {
        const outcome = publish?.(events) ?? { taken: events.length };
        published.push(...events.slice(0, outcome.taken));
        return outcome;
      },
    },
    watch: async (report) => {
      watched.push(report);
    },
    deadLetters: {
      async send(letter) {
        letters.push(letter);
        return true;
      },
    },
    now: () => 1_000,
    log: (line) => lines.push(line),
  });
  const answer = await eventsHandler(parts)(
    { Records: [...records] },
    { awsRequestId: "7c1f", getRemainingTimeInMillis: () => 60_000 },
  );
  return { answer, letters, lines, published, watched, parts };
}

describe("a batch of the stream", () => {
  test("is logged and published in its order, and one line counts the events by type", async () => {
    const { answer, lines, published } = await handled([CREATED, DEACTIVATED, JOINED, DELETED]);
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(published.map(({ type, managed }) => [type, managed])).toEqual([
      ["user.created", true],
      ["user.deactivated", false],
      ["team.created", true],
      ["membership.added", true],
      ["user.deleted", true],
    ]);
    expect(published[0]).toMatchObject({
      org: ORG,
      orgName: "org-ab12cd34",
      id: USER,
      seq: 1,
      tokenId: "Xk29fLq0aB71",
      reference: "c6af9ac6",
    });
    expect(lines).toEqual([
      expect.objectContaining({
        type: "events.batch",
        level: "INFO",
        records: 4,
        published: 5,
        events: {
          "user.created": 1,
          "user.deactivated": 1,
          "team.created": 1,
          "user.deleted": 1,
        },
        cold: true,
      }),
    ]);
    expect(JSON.stringify([published, lines])).not.toMatch(/ada@|Engines/);
  });

  test("is added up by org for whoever watches over mass changes: what an identity provider took away, once it was told", async () => {
    const gone = (org: string, sequence: number) =>
      record(`O#${org}#U`, USER, sequence, userImage(2, false), userImage(1, true));
    const left = { mc: { S: `1f0e9d2c -${USER}-g1111111111111111111111` }, v: { N: "2" }, n: { N: "0" } };
    const team = { lr: { S: MARK }, d: { S: '{}\n{"displayName":"Engines"}' } };
    const records = [
      gone(ORG, 1),
      DELETED,
      record(`O#${ORG}#G`, TEAM, 6, { ...team, ...left }, { ...team, v: { N: "1" }, n: { N: "2" } }),
      // The application's own side is the application's own business.
      DEACTIVATED,
      gone("Zz12Cd34", 7),
    ];
    const source = { ref: "c6af9ac6", tokenId: "Xk29fLq0aB71" };
    const removals = { deactivated: 1, deleted: 1, membersRemoved: 2 };
    const acme = { orgId: ORG, org: "org-ab12cd34", removals, ...source };
    const other = {
      orgId: OTHER_ORG,
      org: "org-zz12cd34",
      removals: { deactivated: 1, deleted: 0, membersRemoved: 0 },
      ...source,
    };
    const { parts, watched } = await handled(records);
    expect(watched).toHaveLength(2);
    expect(watched).toEqual(expect.arrayContaining([acme, other]));
    // What comes again is no second loss.
    const context = { awsRequestId: "7c1f", getRemainingTimeInMillis: () => 60_000 };
    await eventsHandler(parts)({ Records: records }, context);
    expect(watched).toHaveLength(2);
  });

  test("is logged once where one batch brings a deletion twice", async () => {
    const { answer, lines } = await handled([CREATED, DELETED, DELETED]);
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(lines).toMatchObject([{ level: "INFO", events: { "user.created": 1, "user.deleted": 1 } }]);
  });

  test("asks again from the first record that was not logged", async () => {
    const table = await tableOf();
    await handled([CREATED], { table });
    const { answer, lines, published } = await handled([CREATED, JOINED, DELETED], { table: unwritable(table) });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "1" }] });
    expect(lines).toMatchObject([{ level: "ERROR", again: 3, published: 0, events: {}, cause: { name: "Error" } }]);
    expect(published).toEqual([]);
  });

  test("is logged without offering the bus anything for a minute after it failed; a visit offers it", async () => {
    const access = accessTo(await tableOf());
    const offered: string[] = [];
    let now = 1_000;
    let answer: Published = { taken: 0, cause: "TimeoutError" };
    const lines: Readonly<Record<string, unknown>>[] = [];
    const parts = eventsEndpoint(() => new Database(access), {
      bus: {
        async publish(events) {
          offered.push(...events.map(({ type }) => type));
          return answer;
        },
      },
      now: () => now,
      log: (line) => lines.push(line),
    });
    const context = { awsRequestId: "7c1f", getRemainingTimeInMillis: () => 60_000 };
    const handle = eventsHandler(parts);
    await handle({ Records: [CREATED] }, context);
    expect(offered.splice(0)).toEqual(["user.created"]);
    now += 59_000;
    expect(await handle({ Records: [JOINED] }, context)).toEqual({ batchItemFailures: [] });
    expect(lines.at(-1)).toMatchObject({ level: "INFO", published: 0, events: { "team.created": 1 } });
    expect(offered).toEqual([]);
    await eventsVisit(parts)(context);
    expect(offered.splice(0)).toEqual(["user.created"]);
    now += 61_000;
    answer = { taken: 1 };
    await handle({ Records: [DELETED] }, context);
    expect(offered).toEqual(["user.created", "team.created", "membership.added"]);
  });

  test("holds up no log where the bus refuses: the next visit goes on from there, and a line says why", async () => {
    let refusing = true;
    const publish = (events: readonly DirectoryEvent[]): Published =>
      refusing ? { taken: 1, cause: "Throttled" } : { taken: events.length };
    const { answer, lines, published, parts } = await handled([CREATED, JOINED], { publish });
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(lines).toMatchObject([
      {
        level: "ERROR",
        published: 1,
        busCause: { name: "Throttled" },
        events: { "user.created": 1, "team.created": 1 },
      },
    ]);
    await eventsVisit(parts)({ awsRequestId: "7c1f", getRemainingTimeInMillis: () => 60_000 });
    expect(lines.pop()).toMatchObject({ type: "events.visit", level: "ERROR", VisitsFailed: 1 });
    refusing = false;
    await eventsVisit(parts)({ awsRequestId: "7c1f", getRemainingTimeInMillis: () => 60_000 });
    expect(published.map(({ type }) => type)).toEqual([
      "user.created",
      "user.created",
      "user.created",
      "team.created",
      "membership.added",
    ]);
    expect(lines[1]).toMatchObject({ type: "events.visit", level: "INFO", published: 3, erased: 0 });
    expect(lines[1]).not.toHaveProperty("VisitsFailed");
    // Nothing to do, nothing to say.
    await eventsVisit(parts)({ awsRequestId: "7c1f", getRemainingTimeInMillis: () => 60_000 });
    expect(lines).toHaveLength(2);
  });

  test.each([
    ["heads of the feed", "get", "busCause"],
    ["the erasures that are due", "queryReverse", "cause"],
  ] as const)("is visited again where the table refuses %s, and a line says why", async (_what, method, named) => {
    const table = await tableOf();
    await handled([CREATED], { table, publish: () => ({ taken: 0, cause: "Throttled" }) });
    let broken = true;
    const failing = new Proxy<Table>(table, {
      get: (target, name, receiver) => {
        const its = Reflect.get(target, name, receiver);
        if (typeof its !== "function") return its;
        return broken && name === method ? () => Promise.reject(new Error("ada@acme.example")) : its.bind(target);
      },
    });
    const {
      lines,
      parts: its,
      published,
    } = await handled([], {
      table: failing,
      publish: ({ length }) => ({ taken: length }),
    });
    const context = { awsRequestId: "7c1f", getRemainingTimeInMillis: () => 60_000 };
    lines.splice(0);
    // As the table's own clock.
    const parts = { ...its, now: Date.now };
    await eventsVisit(parts)(context);
    expect(lines).toMatchObject([
      { type: "events.visit", level: "ERROR", [named]: { name: "Error" }, VisitsFailed: 1 },
    ]);
    expect(JSON.stringify(lines)).not.toContain("@acme");
    broken = false;
    await eventsVisit(parts)(context);
    expect(published.map(({ type }) => type)).toEqual(["user.created"]);
  });

  test("passes over an event of the log that somebody damaged, and one line names its key", async () => {
    let refusing = true;
    const publish = (events: readonly DirectoryEvent[]): Published =>
      refusing ? { taken: 0, cause: "Throttled" } : { taken: events.length };
    const { lines, published, parts } = await handled([CREATED, JOINED, DELETED], { publish });
    refusing = false;
    const database = parts.open();
    const { items } = await database.query(`E#${ORG}#L`);
    const sk = String(items[1]?.sk);
    await database.write([{ update: { pk: `E#${ORG}#L`, sk }, set: { d: "{ada@acme.example" } }]);
    const context = { awsRequestId: "7c1f", getRemainingTimeInMillis: () => 60_000 };
    await eventsVisit(parts)(context);
    expect(published.map(({ type }) => type)).toEqual(["user.created", "user.deleted"]);
    const key = `E#${ORG}#L ${sk}`;
    expect(lines.slice(1)).toMatchObject([
      { type: "events.visit", level: "ERROR", published: 2, damagedEvents: [key] },
    ]);
    expect(JSON.stringify(lines)).not.toContain("@acme");
    await eventsVisit(parts)(context);
    expect(lines).toHaveLength(2);
  });

  test("is offered to the bus although a run broke off while its clock was days ahead", async () => {
    let refusing = true;
    const publish = (events: readonly DirectoryEvent[]): Published =>
      refusing ? { taken: 0, cause: "Throttled" } : { taken: events.length };
    const { parts, published } = await handled([CREATED], { publish });
    refusing = false;
    const reader = new FeedReader(parts.open(), feedShardOf(orgIdOf(ORG)), "bus");
    for (const [ahead, offered] of [
      [60_000, 0],
      [3 * 86_400_000, 1],
    ] as const) {
      await reader.lease(await reader.place(), parts.now() + ahead);
      await eventsVisit(parts)({ awsRequestId: "7c1f", getRemainingTimeInMillis: () => 60_000 });
      expect(published).toHaveLength(offered);
    }
  });

  test("a record that cannot be read holds up none of the others, and its line names the resource, not what it held", async () => {
    const { answer, letters, lines, published } = await handled([CREATED, POISON, DELETED]);
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(published.map(({ type }) => type)).toEqual(["user.created", "user.deleted"]);
    expect(lines).toEqual([
      expect.objectContaining({
        type: "events.unreadable",
        level: "ERROR",
        orgId: ORG,
        resourceId: USER,
        sequence: "3",
      }),
      expect.objectContaining({ type: "events.batch", level: "ERROR", unreadable: 1, published: 2 }),
    ]);
    const letter = { consumer: "events", at: "1970-01-01T00:00:01.000Z", sequence: "3", org: ORG, resourceId: USER };
    expect(letters).toEqual([{ ...letter, cause: "SyntaxError" }]);
    expect(JSON.stringify([lines, letters])).not.toContain("@acme");
  });

  test("an attribute that somebody added by hand takes no event away, whatever its type", async () => {
    const by: Image = { checked: { BOOL: true }, on: { M: { day: { N: "1" } } }, none: { NULL: true } };
    const change = record(`O#${ORG}#U`, USER, 1, userImage(1, true, by));
    const { letters, published } = await handled([change]);
    expect(published.map(({ type }) => type)).toEqual(["user.created"]);
    expect(letters).toEqual([]);
  });

  test.each([
    ["an image without the mark of a write", { lr: { S: "garbage" } }],
    ["an image without a version", { v: { S: "two" } }],
    ["attributes that are no JSON", { d: { S: "" } }],
  ])("cannot be read: %s", async (_case, more) => {
    const { lines } = await handled([record(`O#${ORG}#U`, USER, 1, userImage(1, true, more))]);
    expect(lines.map(({ type }) => type)).toEqual(["events.unreadable", "events.batch"]);
  });

  test.each([
    ["a token", record(`T#${"a".repeat(64)}`, "T", 1, { d: { S: "{}" } })],
    ["an index item", record(`O#${ORG}#UN`, "ada@acme.example", 1, { id: { S: USER } })],
    ["an edge", record(`O#${ORG}#M#${TEAM}`, USER, 1, { g1s: { S: TEAM } })],
    ["a counter", record(`O#${ORG}#C`, "U#a", 1, { nn: { N: "1" } })],
    ["a user's removal without a trace", record(`N#${ORG}#U`, USER, 1, undefined, userImage(1, true))],
    [
      "a user between the steps of a change",
      record(`O#${ORG}#U`, USER, 1, userImage(1, true, { w: { S: "{}" } }), userImage(1, true)),
    ],
    ["a tombstone", record(`O#${ORG}#X`, USER, 1, DELETED_MARK)],
    ["the removal of what could not be read", record(`O#${ORG}#U`, USER, 1, undefined, { d: { S: "no JSON" } })],
    ["an org that is gone", record("O#Gone0000#U", USER, 1, userImage(1, true))],
  ])("tells nothing: %s", async (_case, one) => {
    const { lines, published } = await handled([one]);
    expect(published).toEqual([]);
    expect(lines.map(({ type }) => type)).toEqual(["events.batch"]);
  });
});
