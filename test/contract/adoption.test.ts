import { beforeEach, describe, expect, test } from "@jest/globals";
import { adoptUser, createUnlessNamed } from "../../functions/store/adopting.ts";
import { settingsKeys } from "../../functions/store/keys.ts";
import type { ResourceRecord, ResourceWrite } from "../../functions/store/records.ts";
import { ABSENT, type Action, PRESENT } from "../../functions/store/table.ts";
import { duringTests } from "../support/duringTests.ts";
import { ACME, idOf, LATER, makeGroup, makeUser, present, STAMP, userWrite } from "../support/records.ts";
import { type FreshStore, STORE_KINDS } from "../support/storeKinds.ts";

/** What allows the adoption: here, that nobody has settings. */
const SETTLED: Action = { check: settingsKeys.org(ACME), condition: ABSENT };
const UNSETTLED: Action = { check: settingsKeys.org(ACME), condition: PRESENT };

describe.each(STORE_KINDS)("a user of the application, taken over by the other side, in $kind", ({ start }) => {
  let fresh: FreshStore;
  const running = duringTests(start);
  beforeEach(async () => {
    fresh = await running().fresh();
  });

  const sides = () => {
    const session = fresh.store.begin();
    return { managed: session.directory(ACME), own: session.unmanaged(ACME) };
  };

  async function adopt(previous: ResourceRecord, write: ResourceWrite, settled = SETTLED) {
    const { managed, own } = sides();
    const adopted = await adoptUser(managed.users, previous, write, LATER, own.view, settled);
    expect(await fresh.broken(ACME)).toEqual([]);
    return adopted;
  }

  const manyEmails = (name: string, count: number): ResourceWrite => {
    const values = Array.from({ length: count }, (_, n) => `${name}${n}@acme.example`);
    return userWrite(name, { values });
  };

  test("keeps id, creation and team, and is found by its new keys on the one side and by none on the other", async () => {
    const { own } = sides();
    const before = await makeUser(own.users, 1, userWrite("ada"));
    const team = await makeGroup(own.groups, 2, [before.id]);
    const other = await makeUser(own.users, 3, userWrite("bob"));
    const adopted = await adopt(before, userWrite("lovelace"));
    const record = { ...before, ...userWrite("lovelace"), version: 2, lastModified: LATER.at };
    expect(adopted).toEqual({ outcome: "adopted", record });

    const after = sides();
    expect(await after.managed.users.find(before.id)).toEqual(record);
    expect(await after.own.users.find(before.id)).toBeUndefined();
    for (const [key, ids] of [
      ["ada", []],
      ["lovelace", [before.id]],
    ] as const) {
      expect(await after.managed.users.idsByName(key)).toEqual(ids);
      expect(await after.managed.users.idsByValue(`${key}@acme.example`)).toEqual(ids);
      expect(await after.managed.users.idsByExternalId(`ext-${key}`)).toEqual(ids);
      expect(await after.own.users.idsByName(key)).toEqual([]);
      expect(await after.own.users.idsByValue(`${key}@acme.example`)).toEqual([]);
      expect(await after.own.users.idsByExternalId(`ext-${key}`)).toEqual([]);
    }
    expect((await after.managed.users.page(0, 10)).total).toBe(1);
    expect(await after.own.users.page(0, 10)).toMatchObject({ total: 1, records: [{ id: other.id }] });
    expect(await after.own.memberships.stored(team.id)).toEqual([before.id]);
    expect(await after.own.memberships.groupsOf(before.id)).toEqual([team.id]);
  });

  test("stays what it is where it has changed, is gone, or was adopted by somebody else", async () => {
    const { own, managed } = sides();
    const first = await makeUser(own.users, 1);
    const changed = await own.users.replace(first, userWrite("other"), STAMP);
    expect(await adopt(first, userWrite("ada"))).toEqual({ outcome: "stale" });
    if (changed.outcome !== "changed") throw new Error("nobody else changes it");
    expect((await adopt(changed.record, userWrite("ada"))).outcome).toBe("adopted");
    expect(await adopt(changed.record, userWrite("bob"))).toEqual({ outcome: "stale" });
    const gone = await makeUser(own.users, 2);
    await own.users.delete(gone, LATER);
    expect(await adopt(gone, userWrite("eve"))).toEqual({ outcome: "stale" });
    expect((await managed.users.page(0, 10)).total).toBe(1);
  });

  test("stays where it is when the name is taken, or what allows it has changed", async () => {
    const { own, managed } = sides();
    const holder = await makeUser(managed.users, 1, userWrite("ada"));
    const before = await makeUser(own.users, 2, userWrite("bob"));
    expect(await adopt(before, userWrite("ada"))).toEqual({ outcome: "taken", holder: holder.id });
    expect(await adopt(before, userWrite("new"), UNSETTLED)).toEqual({ outcome: "unsettled" });
    expect(await sides().own.users.find(before.id)).toEqual(before);
  });

  test("moves with as many values as a transaction carries, and not with one more", async () => {
    const { own } = sides();
    const large = await makeUser(own.users, 1, manyEmails("ada", 46));
    // Seven actions beside, and two externalIds.
    expect(await adopt(large, manyEmails("lovelace", 46))).toEqual({ outcome: "tooLarge" });
    expect((await adopt(large, manyEmails("lovelace", 45))).outcome).toBe("adopted");
  });

  test("stays while a change of it in two steps is between them", async () => {
    const { own } = sides();
    const before = await makeUser(own.users, 1, manyEmails("ada", 50));
    const widen = { update: own.view.keys.resource(before.id), set: { w: '{"mark":"x","k":{"n":"ada","e":[]}}' } };
    await own.view.write([widen]);
    const { managed } = sides();
    expect(await adoptUser(managed.users, before, userWrite("ada"), LATER, own.view, SETTLED)).toEqual({
      outcome: "halfDone",
    });
    expect(present(await sides().own.users.find(before.id)).version).toBe(1);
  });

  test("a user is created unless the name is somebody's on the other side, or on its own", async () => {
    const { own, managed } = sides();
    const theirs = await makeUser(own.users, 1, userWrite("ada"));
    const create = (n: number, name: string) =>
      createUnlessNamed(sides().managed.users, idOf("u", n), userWrite(name), [], LATER, own.view);
    expect(await create(2, "ada")).toEqual({ outcome: "elsewhere", holder: theirs.id });
    expect((await create(2, "bob")).outcome).toBe("created");
    expect(await create(3, "bob")).toEqual({ outcome: "taken", holder: idOf("u", 2) });
    await makeUser(managed.users, 4, userWrite("ada"));
    expect(await create(5, "ada")).toEqual({ outcome: "taken", holder: idOf("u", 4) });
    expect(await fresh.broken(ACME)).toEqual([]);
  });
});
