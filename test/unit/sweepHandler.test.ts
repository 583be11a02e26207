import { describe, expect, test } from "@jest/globals";
import type { DynamoDBRecord } from "aws-lambda";
import { sweepHandler } from "../../functions/http/sweep.ts";
import type { DeadLetter } from "../../functions/provisioning/deadLetters.ts";
import { JobStore } from "../../functions/store/jobs.ts";
import { type OrgId, openDeletions } from "../../functions/store/keys.ts";
import { readDeletion } from "../../functions/store/openDeletions.ts";
import { StoreBusy } from "../../functions/store/records.ts";
import type { Directory, Store } from "../../functions/store/session.ts";
import { readRecord } from "../../functions/store/streamRecord.ts";
import { localStore } from "../support/localStore.ts";
import { checkLogLine } from "../support/logLines.ts";
import { ACME, idOf, ids, LATER, MUCH_LATER, makeGroup, makeUsers, present, STAMP } from "../support/records.ts";

const DEAD = `O#${ACME}#DEAD`;

function record(pk: string, sk: string, sequence: number, eventName: "INSERT" | "MODIFY" = "INSERT"): DynamoDBRecord {
  const [Keys, SequenceNumber] = [{ pk: { S: pk }, sk: { S: sk } }, String(sequence)];
  const before = eventName === "INSERT" ? {} : { OldImage: Keys };
  return { eventName, dynamodb: { SequenceNumber, Keys, NewImage: Keys, ...before } };
}

type Sweep = Directory["memberships"]["sweepDeletions"];

/** The store whose sweeps `around` makes of its own. */
function sweptBy(store: Store, around: (own: Sweep) => Sweep): Store {
  return {
    begin: () => {
      const session = store.begin();
      return Object.assign(session, {
        directory: (orgId: OrgId) => {
          const { memberships } = store.begin().directory(orgId);
          return { memberships: { sweepDeletions: around(memberships.sweepDeletions.bind(memberships)) } };
        },
      });
    },
  };
}

/** A store with a user in three groups, deleted, and the function over it. */
async function deleted(around: (own: Sweep) => Sweep = (own) => own) {
  const store = localStore();
  const directory = store.begin().directory(ACME);
  await makeUsers(directory.users, 2);
  for (let n = 0; n < 3; n++) await makeGroup(directory.groups, n, ids("u", 2));
  await directory.users.delete(present(await directory.users.find(idOf("u", 0))), STAMP);
  const lines: Readonly<Record<string, unknown>>[] = [];
  const letters: DeadLetter[] = [];
  const clock = { now: Date.parse(STAMP.at) + 1_000 };
  const handler = sweepHandler({
    store: sweptBy(store, around),
    readDeletion: (record) => readDeletion(readRecord(record)),
    deadLetters: {
      async send(letter) {
        letters.push(letter);
        return letters.length === 1;
      },
    },
    now: () => clock.now,
    log: (line) => {
      checkLogLine(line);
      lines.push(line);
    },
    version: "1.2.3",
  });
  // The memory store looks at the real clock: time enough beyond it.
  const context = { awsRequestId: "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9", getRemainingTimeInMillis: () => 1e13 };
  const call = (event: Parameters<typeof handler>[0]) => handler(event, context);
  return { call, clock, directory, letters, lines };
}

describe("a batch of markers from the stream", () => {
  test("is swept, and one line says so", async () => {
    const { call, directory, lines } = await deleted();
    const answer = await call({ Records: [record(DEAD, idOf("u", 0), 1)] });
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(await directory.memberships.groupsOf(idOf("u", 0))).toEqual([]);
    expect(lines).toEqual([
      expect.objectContaining({ type: "sweep.batch", level: "INFO", deletions: 1, unfinished: 0, ref: "a4b5c6d7e8f9" }),
    ]);
  });

  test("passes over what is no new marker", async () => {
    const { call, lines } = await deleted();
    const others = [record(`O#${ACME}#X`, idOf("u", 0), 1), record(DEAD, idOf("u", 0), 2, "MODIFY")];
    expect(await call({ Records: others })).toEqual({ batchItemFailures: [] });
    expect(lines).toEqual([expect.objectContaining({ deletions: 0 })]);
  });

  test("sends a record that cannot be read to the dead letters, and sweeps the others", async () => {
    const { call, directory, letters, lines } = await deleted();
    const poison = [record(DEAD, "ada@acme.example", 1), record(`O#bad#DEAD`, idOf("u", 1), 2)];
    expect(await call({ Records: [...poison, record(DEAD, idOf("u", 0), 3)] })).toEqual({ batchItemFailures: [] });
    expect(await directory.memberships.groupsOf(idOf("u", 0))).toEqual([]);
    const at = "2026-01-02T03:04:06.678Z";
    expect(letters).toEqual([
      { consumer: "sweep", at, sequence: "1", org: ACME, resourceId: undefined, cause: "Error" },
      { consumer: "sweep", at, sequence: "2", org: undefined, resourceId: idOf("u", 1), cause: "Error" },
    ]);
    expect(lines.map(({ type, level, letter }) => [type, level, letter])).toEqual([
      ["sweep.unreadable", "ERROR", "kept"],
      ["sweep.unreadable", "ERROR", "lost"],
      ["sweep.batch", "ERROR", undefined],
    ]);
    expect(JSON.stringify([letters, lines])).not.toContain("acme.example");
  });

  test("asks again for the first one that fails, and for those behind it", async () => {
    const { call, lines } = await deleted(() => () => Promise.reject(new StoreBusy("throttled")));
    const answer = await call({ Records: [record(DEAD, "x", 1), record(DEAD, idOf("u", 0), 2), record(DEAD, "y", 3)] });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "2" }] });
    expect(lines.at(-1)).toMatchObject({
      type: "sweep.batch",
      level: "ERROR",
      cause: { name: "StoreBusy" },
      orgId: ACME,
      resourceId: idOf("u", 0),
    });
  });

  test("is swept together, and one that fails keeps no other from it", async () => {
    const batches: (readonly string[])[] = [];
    const { call, directory, letters } = await deleted((own) => async (ids, until, stamp) => {
      batches.push(ids);
      const [first = "", ...others] = ids;
      return [{ error: new TypeError(first) }, ...(await own(others, until, stamp))];
    });
    await directory.users.delete(present(await directory.users.find(idOf("u", 1))), STAMP);
    const records = [record(DEAD, idOf("u", 7), 1), record(DEAD, idOf("u", 0), 2), record(DEAD, idOf("u", 1), 3)];
    const answer = await call({ Records: [...records, record(DEAD, "unreadable", 4)] });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "1" }] });
    expect(batches).toEqual([[idOf("u", 7), idOf("u", 0), idOf("u", 1)]]);
    expect(await directory.memberships.stored(idOf("g", 1))).toEqual([]);
    // It comes again with the rest, and is told then.
    expect(letters).toEqual([]);
  });
});

describe("a visit of the schedule", () => {
  test("sweeps what is old for good, and says nothing where there is nothing", async () => {
    const { call, clock, directory, lines } = await deleted();
    await call({});
    expect(lines).toEqual([]);
    expect(await directory.memberships.groupsOf(idOf("u", 0))).toHaveLength(3);
    clock.now = Date.parse(MUCH_LATER.at);
    await call({});
    expect(lines).toEqual([
      expect.objectContaining({ type: "sweep.visit", level: "INFO", done: 1, open: 0, JobsOpen: 0 }),
    ]);
    expect(await directory.memberships.groupsOf(idOf("u", 0))).toEqual([]);
    expect((await new JobStore(directory.view).deletions()).jobs).toEqual([]);
    await call({});
    expect(lines).toHaveLength(1);
  });

  test("goes on behind a deletion that fails, says which one it was, and meets it again", async () => {
    const second = idOf("u", 1);
    const { call, clock, directory, lines } = await deleted((own) => async (ids, until, stamp) => {
      const others = ids.filter((id) => id !== idOf("u", 0));
      const outcomes = await own(others, until, stamp);
      return ids.map((id) => outcomes[others.indexOf(id)] ?? { error: new TypeError("poison") });
    });
    await directory.users.delete(present(await directory.users.find(second)), LATER);
    clock.now = Date.parse(MUCH_LATER.at);
    await call({});
    const failed = { orgId: ACME, resourceId: idOf("u", 0), cause: { name: "TypeError" } };
    expect(lines).toEqual([
      expect.objectContaining({ type: "sweep.visit", level: "ERROR", done: 1, open: 1, JobsOpen: 1 }),
    ]);
    expect(lines[0]).toMatchObject(failed);
    expect((await new JobStore(directory.view).deletions()).jobs).toEqual([
      expect.objectContaining({ id: idOf("u", 0) }),
    ]);
  });

  test("counts what names neither a user nor a group among what is open", async () => {
    const { call, clock, directory, lines } = await deleted();
    const { database, keys } = directory.view;
    const poison = ["poison", "rubbish"].map((id) => ({
      ...keys.marker(id),
      at: STAMP.at,
      g1p: openDeletions(id),
      g1s: STAMP.at,
    }));
    await Promise.all(poison.map((put) => database.write([{ put }])));
    clock.now = Date.parse(MUCH_LATER.at);
    await call({});
    expect(lines).toEqual([
      expect.objectContaining({ type: "sweep.visit", level: "ERROR", done: 1, open: 2, unreadable: 2, JobsOpen: 2 }),
    ]);
  });

  test("warns of what it could not sweep", async () => {
    const { call, clock, lines } = await deleted(() => async () => ["unfinished"]);
    expect(await call({ Records: [record(DEAD, idOf("u", 0), 1)] })).toEqual({ batchItemFailures: [] });
    clock.now = Date.parse(MUCH_LATER.at);
    await call({});
    expect(lines).toEqual([
      expect.objectContaining({ type: "sweep.batch", level: "INFO", deletions: 1, unfinished: 1 }),
      expect.objectContaining({ type: "sweep.visit", level: "WARN", done: 0, open: 1, JobsOpen: 1 }),
    ]);
  });
});
