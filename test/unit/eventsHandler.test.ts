import { describe, expect, test } from "@jest/globals";
import type { DynamoDBRecord } from "aws-lambda";
import { eventsHandler } from "../../functions/http/events.ts";
import type { RemovalReport } from "../../functions/http/massChangeWatch.ts";
import type { DeadLetter } from "../../functions/provisioning/deadLetters.ts";
import { type DirectoryEvent, loginNames, type Published } from "../../functions/provisioning/events.ts";
import { readChanges } from "../../functions/store/changes.ts";
import { readRecord } from "../../functions/store/streamRecord.ts";
import { checkLogLine } from "../support/logLines.ts";
import { orgRecord } from "../support/records.ts";

const ORG = "Ab12Cd34";
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
const DELETED = record(`O#${ORG}#X`, USER, 5, {
  kind: { S: "user" },
  v: { N: "3" },
  at: { S: "2026-01-02T03:04:05.678Z" },
  tokenId: { S: "Xk29fLq0aB71" },
  reference: { S: "c6af9ac6" },
});

async function handled(records: readonly DynamoDBRecord[], publish?: (events: readonly DirectoryEvent[]) => Published) {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const published: DirectoryEvent[] = [];
  const watched: RemovalReport[] = [];
  const letters: DeadLetter[] = [];
  const handler = eventsHandler({
    readChanges: (record) => readChanges(readRecord(record)),
    nameOrgs: loginNames({ orgById: async (id) => orgRecord(id, "acme") }),
    bus: {
      async publish(events) {
        published.push(...events);
        return publish?.(events) ?? { taken: events.length };
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
    log: (line) => {
      checkLogLine(line);
      lines.push(line);
    },
    version: "1.2.3",
  });
  const answer = await handler(
    { Records: [...records] },
    { awsRequestId: "7c1f", getRemainingTimeInMillis: () => 60_000 },
  );
  return { answer, letters, lines, published, watched };
}

describe("a batch of the stream", () => {
  test("is published in its order, and one line counts the events by type", async () => {
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
      orgName: "acme",
      id: USER,
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
          "membership.added": 1,
          "user.deleted": 1,
        },
        cold: true,
      }),
    ]);
    expect(JSON.stringify([published, lines])).not.toMatch(/ada|Engines/);
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
    const acme = { orgId: ORG, org: "acme", removals: { deactivated: 1, deleted: 1, membersRemoved: 2 }, ...source };
    const other = {
      orgId: "Zz12Cd34",
      org: "acme",
      removals: { deactivated: 1, deleted: 0, membersRemoved: 0 },
      ...source,
    };
    expect((await handled(records)).watched).toEqual([acme, other]);
    const { watched } = await handled(records, () => ({ taken: 2, cause: "Throttled" }));
    expect(watched).toEqual([{ ...acme, removals: { deactivated: 1, deleted: 1, membersRemoved: 0 } }]);
  });

  test("asks again from the first record that was not published", async () => {
    const { answer, lines } = await handled([CREATED, JOINED, DELETED], () => ({ taken: 2, cause: "Throttled" }));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "4" }] });
    expect(lines).toEqual([
      expect.objectContaining({ level: "ERROR", again: 2, published: 2, cause: { name: "Throttled" } }),
    ]);
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
    expect(JSON.stringify([lines, letters])).not.toContain("acme");
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
    ["settings", record(`C#${ORG}`, "META", 1, { d: { S: "{}" } })],
    ["a token", record(`T#${"a".repeat(64)}`, "T", 1, { d: { S: "{}" } })],
    ["an index item", record(`O#${ORG}#UN`, "ada@acme.example", 1, { id: { S: USER } })],
    ["an edge", record(`O#${ORG}#M#${TEAM}`, USER, 1, { g1s: { S: TEAM } })],
    ["a counter", record(`O#${ORG}#C`, "U#a", 1, { nn: { N: "1" } })],
    ["a user's removal", record(`O#${ORG}#U`, USER, 1, undefined, userImage(1, true))],
    [
      "a user between the steps of a change",
      record(`O#${ORG}#U`, USER, 1, userImage(1, true, { w: { S: "{}" } }), userImage(1, true)),
    ],
    ["a tombstone's end", record(`O#${ORG}#X`, USER, 1, undefined, DELETED.dynamodb?.NewImage)],
  ])("tells nothing: %s", async (_case, one) => {
    const { lines, published } = await handled([one]);
    expect(published).toEqual([]);
    expect(lines.map(({ type }) => type)).toEqual(["events.batch"]);
  });

  test("a deletion that an earlier release recorded has no version and is told all the same", async () => {
    const { v: _, ...old } = DELETED.dynamodb?.NewImage ?? {};
    const { published } = await handled([record(`O#${ORG}#X`, USER, 1, old)]);
    expect(published).toEqual([expect.objectContaining({ type: "user.deleted", id: USER, version: undefined })]);
  });
});

describe("the login names of events", () => {
  const events = ["Ab12Cd34", "Purged00", "Ab12Cd34"].map((org, n) => ({
    type: "user.created" as const,
    org,
    managed: true,
    id: USER,
    version: n + 1,
    at: "2026-01-02T03:04:05.678Z",
    tokenId: "Xk29fLq0aB71",
    reference: "c6af9ac6",
  }));

  test("are read once for each organization, and left out where there is none or the table does not answer", async () => {
    const asked: string[] = [];
    let broken = false;
    const nameOrgs = loginNames({
      orgById: async (id) => {
        asked.push(id);
        if (broken) throw new Error("no answer");
        return id === "Purged00" ? undefined : orgRecord(id, "acme");
      },
    });
    const named = ["acme", undefined, "acme"];
    expect((await nameOrgs(events)).map(({ orgName }) => orgName)).toEqual(named);
    broken = true;
    expect((await nameOrgs(events)).map(({ orgName, version }) => [orgName, version])).toEqual(
      named.map((name, n) => [name, n + 1]),
    );
    expect(asked).toEqual(["Ab12Cd34", "Purged00", "Purged00"]);
  });
});
