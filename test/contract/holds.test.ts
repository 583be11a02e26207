import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { dynamoTable } from "../../functions/store/dynamoTable.ts";
import { HoldStore, type StoredHold } from "../../functions/store/holds.ts";
import { createStore } from "../../functions/store/session.ts";
import { localTable } from "../support/localStore.ts";
import { ACME, STAMP } from "../support/records.ts";
import { type RunningDynamo, startDynamo } from "../support/storeKinds.ts";

const STATE = {
  number: 0,
  current: { start: 600_000, roster: 50, users: 0, members: 0 },
  past: [],
  begun: {},
};

let dynamo: RunningDynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

describe.each(["SQLite", "dynoxide"])("the guard over removals in %s", (kind) => {
  const fresh = async () => {
    const table = kind === "SQLite" ? localTable() : dynamoTable(dynamo.client, await dynamo.freshTable());
    return new HoldStore(createStore(table).begin().view(ACME, "managed"));
  };
  const begun = async (): Promise<{ store: HoldStore; state: StoredHold }> => {
    const store = await fresh();
    expect(await store.write(undefined, STATE, STAMP)).toBe("written");
    const state = await store.read();
    if (state === undefined) throw new Error("nothing was written");
    return { store, state };
  };

  test("counts those who come at once up to the most, and not one more", async () => {
    const { store, state } = await begun();
    const counts = await Promise.all(Array.from({ length: 12 }, () => store.count(state, "users", 2, 8)));
    expect(counts.filter((outcome) => outcome === "written")).toHaveLength(5);
    expect((await store.read())?.current).toMatchObject({ users: 10, members: 0 });
    await store.countBack(state.epoch, "users", 3);
    await store.countBack(state.epoch + 1, "users", 3);
    expect((await store.read())?.current.users).toBe(7);
  });

  test("is replaced by one of those who read the same, and by nobody who missed a count", async () => {
    const { store, state } = await begun();
    const hold = { kind: "users", since: STAMP.at, lost: 9, asked: 1, roster: 50, limit: 9, ...STAMP } as const;
    const next = { ...STATE, number: 1, hold };
    await store.count(state, "members", 1, 5);
    expect(await store.write(state, next, STAMP, "users")).toMatchObject({ stored: { current: { members: 1 } } });
    const read = await store.read();
    const outcomes = await Promise.all([1, 2, 3].map(() => store.write(read, next, STAMP, "groups")));
    expect(outcomes.filter((outcome) => outcome === "written")).toHaveLength(1);
    await store.noteHeld(1, "members", STAMP);
    await expect(store.noteHeld(2, "members", STAMP)).resolves.toBeUndefined();
    const { state: held, requests } = (await store.readWithRequests()) ?? {};
    expect(held).toMatchObject({ number: 1, hold: { lost: 9 } });
    expect(requests).toMatchObject({ users: 0, groups: 1, members: 1, latest: { at: STAMP.at } });
  });
});
