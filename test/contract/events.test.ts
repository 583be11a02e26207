import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { DirectoryEvent } from "../../functions/provisioning/events/busEvents.ts";
import type { Database } from "../../functions/store/database.ts";
import type { ResourceWrite } from "../../functions/store/records.ts";
import type { Directory } from "../../functions/store/session.ts";
import { beginLogged, published } from "../support/eventLogs.ts";
import { ACME, groupWrite, idOf, ids, LATER, MUCH_LATER, makeGroup, makeUser, STAMP } from "../support/records.ts";
import { CHANGE_SOURCES, type ChangingStore } from "../support/streamedStore.ts";

/** What a consumer cares for, in the order in which the consumer may count on it: by resource and version. */
function brief(events: readonly DirectoryEvent[]): string[] {
  return events.map(({ type, id, member, version, changed }) =>
    [type, id, member, version, changed?.join(",")].filter((part) => part !== undefined).join(" "),
  );
}

function attributes(name: string, more: Record<string, unknown>): ResourceWrite {
  return {
    attributes: JSON.stringify({ schemas: ["urn:x"], userName: name, ...more }),
    keys: { name: name, externalId: undefined, values: [] },
  };
}

const BOTH_SIDES = CHANGE_SOURCES.flatMap(({ source, start }) => [
  { source, start, side: "managed" },
  { source, start, side: "unmanaged" },
]);

describe.each(BOTH_SIDES)("what happens on the $side side, by $source", ({ start, side }) => {
  let running: Awaited<ReturnType<typeof start>>;
  let changing: ChangingStore;
  let directory: Directory;
  let database: Database;
  const events = async (): Promise<DirectoryEvent[]> => published(database, await changing.changes());
  const news = async (): Promise<string[]> => brief(await events());
  afterAll(() => running.stop());
  beforeAll(async () => {
    running = await start();
    changing = await running.fresh();
    const session = changing.store.begin();
    ({ database } = session);
    await beginLogged(database);
    directory = side === "managed" ? session.directory(ACME) : session.unmanaged(ACME);
  });

  test("a user's life is told change by change, with names of attributes only", async () => {
    const { users } = directory;
    const id = idOf("u", 1);
    const made = await makeUser(users, 1, attributes("ada", { active: true, displayName: "Ada" }));
    const all = await events();
    expect(all).toEqual([
      {
        type: "user.created",
        org: ACME,
        managed: side === "managed",
        id,
        orgName: "org-acme0000",
        version: 1,
        seq: 2,
        ...STAMP,
        changed: ["active", "displayName", "userName"],
      },
    ]);
    const off = await users.replace(made, attributes("ada", { active: false, displayName: "Ada L." }), LATER);
    expect(off.outcome).toBe("changed");
    expect(await news()).toEqual([`user.deactivated ${id} 2 active`, `user.updated ${id} 2 displayName`]);
    if (off.outcome !== "changed") return;
    const extension = { "urn:e:User": { department: "Engines", manager: { value: "x" } } };
    const on = await users.replace(off.record, attributes("ada2", { active: true, ...extension }), LATER);
    if (on.outcome !== "changed") throw new Error(on.outcome);
    expect(await news()).toEqual([
      `user.activated ${id} 3 active`,
      `user.updated ${id} 3 displayName,urn:e:User:department,urn:e:User:manager,userName`,
    ]);
    await users.delete(on.record, LATER);
    const last = await events();
    expect(last).toEqual([
      expect.objectContaining({ type: "user.deleted", managed: side === "managed", id, version: 4, seq: 5, ...LATER }),
    ]);
  });

  test("a change of more e-mails than one transaction carries is one event", async () => {
    const { users } = directory;
    const many = (from: number): ResourceWrite => {
      const emails = Array.from({ length: 60 }, (_, n) => `a${from + n}@acme.example`);
      const write = attributes("grace", { emails: emails.map((value) => ({ value })) });
      return { ...write, keys: { ...write.keys, values: emails } };
    };
    const made = await makeUser(users, 2, many(0));
    await users.replace(made, many(100), LATER);
    expect(await news()).toEqual([
      `user.created ${idOf("u", 2)} 1 emails,userName`,
      `user.updated ${idOf("u", 2)} 2 emails`,
    ]);
  });

  test("a team's life is told, its memberships with the team's version and the request that changed them", async () => {
    const { groups } = directory;
    const [a = "", b = "", c = ""] = ids("u", 3, 10);
    const team = await makeGroup(groups, 1, [a, b]);
    const { id } = team;
    expect(await news()).toEqual([
      `team.created ${id} 1 displayName`,
      `membership.added ${id} ${a} 1`,
      `membership.added ${id} ${b} 1`,
    ]);
    const moved = await groups.change(team, { add: [c], remove: [a] }, LATER);
    if (moved.outcome !== "changed") throw new Error(moved.outcome);
    const told = await events();
    expect(brief(told)).toEqual([`membership.removed ${id} ${a} 2`, `membership.added ${id} ${c} 2`]);
    for (const event of told) expect(event).toMatchObject({ ...LATER, managed: side === "managed", org: ACME });

    const renamed = await groups.change(
      moved.record,
      {
        write: { ...groupWrite("team two"), attributes: '{"displayName":"team two","externalId":"e"}' },
        add: [a],
        remove: [],
      },
      LATER,
    );
    if (renamed.outcome !== "changed") throw new Error(renamed.outcome);
    expect(await news()).toEqual([
      `team.renamed ${id} 3 displayName`,
      `team.updated ${id} 3 externalId`,
      `membership.added ${id} ${a} 3`,
    ]);
    await groups.delete(renamed.record, LATER);
    expect(await news()).toEqual([`team.deleted ${id} 4`]);
  });

  test("a change without members does not tell the last one's members again", async () => {
    const { groups } = directory;
    const team = await makeGroup(groups, 2, [idOf("u", 20)]);
    await groups.change(team, { write: groupWrite("renamed"), add: [], remove: [] }, LATER);
    expect((await news()).slice(2)).toEqual([`team.renamed ${team.id} 2 displayName`]);
  });

  test("the sweep after a deletion tells nothing: neither of the user's memberships nor of the team's", async () => {
    const { users, groups, memberships } = directory;
    const user = await makeUser(users, 30, attributes("gone", { active: true }));
    const teams = await Promise.all([31, 32].map((n) => makeGroup(groups, n, [user.id, idOf("u", 33)])));
    await news();
    await users.delete(user, LATER);
    expect(await news()).toEqual([`user.deleted ${user.id} 2`]);
    await memberships.sweep(Date.now() + 5_000, LATER);
    await memberships.sweep(Date.now() + 5_000, MUCH_LATER);
    expect(await memberships.groupsOf(user.id)).toEqual([]);
    expect(await news()).toEqual([]);
    const team = await groups.find(String(teams[0]?.id));
    if (team === undefined) throw new Error("the team is gone");
    await groups.delete(team, LATER);
    await memberships.sweep(Date.now() + 5_000, MUCH_LATER);
    expect(await memberships.stored(team.id)).toEqual([]);
    expect(await news()).toEqual([`team.deleted ${team.id} ${team.version + 1}`]);
  });

  test("a team with more members than a transaction carries tells each of them once", async () => {
    const { groups } = directory;
    const members = ids("u", 250, 1000);
    const team = await makeGroup(groups, 40, members);
    const told = await news();
    expect(told).toContain(`team.created ${team.id} 1 displayName`);
    const added = told.filter((line) => line.startsWith("membership.added"));
    expect(added.map((line) => line.split(" ")[2]).sort()).toEqual(members.toSorted());
    expect(told).toHaveLength(members.length + 1);
  });

  test("a creation that is refused tells nothing", async () => {
    const { groups } = directory;
    const write = groupWrite("group40");
    const refused = await groups.create(idOf("g", 41), write, ids("u", 40, 2000), STAMP);
    expect(refused.outcome).toBe("taken");
    expect(await news()).toEqual([]);
  });
});
