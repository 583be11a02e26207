import { describe, expect, test } from "@jest/globals";
import { dynamoTable } from "../../functions/store/dynamoTable.ts";
import { HoldStore, requestsHeldBy, type StoredHold } from "../../functions/store/holds.ts";
import { createStore } from "../../functions/store/session.ts";
import { PRESENT } from "../../functions/store/table.ts";
import { duringTests } from "../support/duringTests.ts";
import { localTable } from "../support/localStore.ts";
import { ACME, STAMP } from "../support/records.ts";
import { startDynamo } from "../support/storeKinds.ts";

const STATE = {
  number: 0,
  current: { start: 600_000, roster: 50, users: 0, members: 0 },
  past: [],
  begun: {},
};

async function stateOf(store: HoldStore): Promise<StoredHold> {
  const state = await store.read();
  if (state === undefined) throw new Error("nothing was written");
  return state;
}

const dynamo = duringTests(startDynamo);

describe.each(["SQLite", "dynoxide"])("the guard over removals in %s", (kind) => {
  const begun = async () => {
    const table = kind === "SQLite" ? localTable() : dynamoTable(dynamo().client, await dynamo().freshTable());
    const view = createStore(table).begin().view(ACME, "managed");
    const store = new HoldStore(view);
    expect(await store.write(undefined, STATE, STAMP)).toBe("written");
    return { store, view, state: await stateOf(store) };
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
    const later = await stateOf(store);
    await store.noteHeld(later, "members", STAMP);
    await expect(store.noteHeld({ ...later, number: 2 }, "members", STAMP)).resolves.toBeUndefined();
    const held = await stateOf(store);
    expect(held).toMatchObject({ number: 1, hold: { lost: 9 } });
    const kept = { users: 0, groups: 1, members: 1, latest: { at: STAMP.at } };
    expect(requestsHeldBy(held)).toMatchObject(kept);
    // A change that was begun before it is finished, and leaves what it kept back as it is; the next hold begins with its own.
    expect(await store.write(held, { ...next, begun: {} }, STAMP)).toBe("written");
    expect(requestsHeldBy(await stateOf(store))).toMatchObject(kept);
    expect(await store.write(await store.read(), { ...next, number: 2 }, STAMP, "users")).toBe("written");
    expect(requestsHeldBy(await stateOf(store))).toMatchObject({ users: 1, groups: 0, members: 0 });
  });

  test("takes a number that is none for one that is gone, whichever it is, and is written anew as a whole", async () => {
    const { store, view } = await begun();
    const hold = { kind: "users", since: STAMP.at, lost: 9, asked: 1, roster: 50, limit: 9, ...STAMP } as const;
    const whole = { ...STATE, number: 3, current: { start: 600_000, roster: 50, users: 4, members: 5 }, hold };
    const none = { start: 0, roster: 0, users: 0, members: 0 };
    for (const name of ["e", "n", "s", "ro", "u", "m"]) {
      for (const damage of [{ set: { [name]: "many" } }, { remove: [name], condition: PRESENT }]) {
        expect(await store.write(await stateOf(store), whole, STAMP, "users")).toBe("written");
        await view.write([{ update: view.keys.hold(), ...damage }]);
        const state = await stateOf(store);
        expect(state).toMatchObject({ number: name === "n" ? 0 : 3, current: none, hold });
        expect(await store.write(state, whole, STAMP, "users")).toBe("written");
        expect(await stateOf(store)).toMatchObject({ number: 3, current: whole.current, epoch: state.epoch + 1 });
      }
    }
  });

  test("counts the requests that it holds anew where their number is none", async () => {
    const { store, view } = await begun();
    await view.write([{ update: view.keys.hold(), set: { hu: "many", hg: 4 } }]);
    expect(requestsHeldBy(await stateOf(store))).toMatchObject({ users: 0, groups: 4, members: 0 });
    for (const request of ["users", "users", "groups", "members"] as const) {
      await store.noteHeld(await stateOf(store), request, STAMP);
    }
    expect(requestsHeldBy(await stateOf(store))).toMatchObject({ users: 2, groups: 5, members: 1 });
  });
});
