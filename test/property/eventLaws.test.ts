import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { DirectoryEvent } from "../../functions/provisioning/events/busEvents.ts";
import type { Database } from "../../functions/store/database.ts";
import type { ResourceWrite } from "../../functions/store/records.ts";
import { newWriteId } from "../../functions/store/resourceItems.ts";
import { AssignedRoleStore, assignedItem, assignedOf } from "../../functions/store/roles/assigned.ts";
import { roleKeys } from "../../functions/store/roles/roleKeys.ts";
import type { Directory } from "../../functions/store/session.ts";
import { duringTests } from "../support/duringTests.ts";
import { beginLogged, published } from "../support/eventLogs.ts";
import { amountOf } from "../support/proof.ts";
import { ACME, groupWrite, idOf, LATER, STAMP } from "../support/records.ts";
import { CHANGE_SOURCES } from "../support/streamedStore.ts";

/** Few, so that chance comes back to the same user and team. */
const NUMBER = fc.nat(1);
const MOVE = fc.record({ kind: fc.constant("moveMember" as const), team: NUMBER, user: NUMBER });
const OPERATION = fc.oneof(
  { arbitrary: MOVE, weight: 3 },
  fc.record({ kind: fc.constant("createUser" as const), user: NUMBER, active: fc.boolean() }),
  fc.record({ kind: fc.constant("changeUser" as const), user: NUMBER, active: fc.boolean() }),
  fc.record({ kind: fc.constant("deleteUser" as const), user: NUMBER }),
  fc.record({ kind: fc.constant("createTeam" as const), team: NUMBER, members: fc.uniqueArray(NUMBER) }),
  fc.record({ kind: fc.constant("renameTeam" as const), team: NUMBER }),
  fc.record({ kind: fc.constant("deleteTeam" as const), team: NUMBER }),
  fc.record({ kind: fc.constant("giveRoles" as const), user: NUMBER }),
  fc.record({ kind: fc.constant("sweep" as const) }),
);
type Operation = typeof OPERATION extends fc.Arbitrary<infer T> ? T : never;

/** Somebody to play with. */
const BEGINNING = [0, 1].flatMap((number): Operation[] => [
  { kind: "createUser", user: number, active: true },
  { kind: "createTeam", team: number, members: [number] },
]);

/** Ids are never used again: each creation takes the next one. */
class Play {
  readonly directory: Directory;
  readonly database: Database;
  readonly users = new Map<number, string>();
  readonly teams = new Map<number, string>();
  #made = 0;

  constructor(directory: Directory, database: Database) {
    this.directory = directory;
    this.database = database;
  }

  async run(operation: Operation): Promise<void> {
    const { groups, memberships, users } = this.directory;
    switch (operation.kind) {
      case "createUser": {
        const id = idOf("u", this.#made++);
        const made = await users.create(id, userOf(operation.user, operation.active), STAMP);
        if (made.outcome === "created") this.users.set(operation.user, id);
        return;
      }
      case "changeUser": {
        const user = await users.find(this.users.get(operation.user) ?? "");
        if (user !== undefined) await users.replace(user, userOf(operation.user, operation.active), LATER);
        return;
      }
      case "deleteUser": {
        const user = await users.find(this.users.get(operation.user) ?? "");
        if (user !== undefined) await users.delete(user, LATER);
        return;
      }
      case "createTeam": {
        const id = idOf("g", this.#made++);
        const members = operation.members.flatMap((user) => this.users.get(user) ?? []);
        const made = await groups.create(id, groupWrite(`team${operation.team}`), members, STAMP);
        if (made.outcome === "created") this.teams.set(operation.team, id);
        return;
      }
      case "moveMember": {
        const [team, member] = [this.teams.get(operation.team) ?? "", this.users.get(operation.user)];
        const group = await groups.find(team);
        if (group === undefined || member === undefined) return;
        const inside = (await memberships.among(team, [member])).has(member);
        // As the use case does: nobody who is gone is let in.
        if (!inside && (await users.find(member)) === undefined) return;
        await groups.change(group, inside ? { add: [], remove: [member] } : { add: [member], remove: [] }, LATER);
        return;
      }
      case "renameTeam": {
        const group = await groups.find(this.teams.get(operation.team) ?? "");
        const name = `team${operation.team}-${this.#made++}`;
        if (group !== undefined) await groups.change(group, { write: groupWrite(name), add: [], remove: [] }, LATER);
        return;
      }
      case "deleteTeam": {
        const group = await groups.find(this.teams.get(operation.team) ?? "");
        if (group !== undefined) await groups.delete(group, LATER);
        return;
      }
      case "giveRoles": {
        const user = await users.find(this.users.get(operation.user) ?? "");
        if (user !== undefined) await giveRoles(this.database, user.id);
        return;
      }
      case "sweep":
        await memberships.sweep(Date.now() + 5_000, LATER);
        return;
    }
  }
}

/** As a look at the user does. */
async function giveRoles(database: Database, userId: string): Promise<void> {
  const item = await database.get(roleKeys.assigned(ACME, userId));
  const version = item === undefined ? 1 : assignedOf(item).version + 1;
  const roles = [{ key: `role${version}`, sources: [{ type: "direct" as const }] }];
  await database.write([{ put: assignedItem(ACME, { userId, version, fence: version, roles }, newWriteId(LATER)) }]);
}

function userOf(number: number, active: boolean): ResourceWrite {
  const userName = `user${number}`;
  const keys = { name: userName, externalId: undefined, values: [] };
  return { attributes: JSON.stringify({ userName, active }), keys };
}

/** What an application keeps that follows the one rule: of two events about the same thing the higher version counts. */
function followed(events: readonly DirectoryEvent[]): unknown {
  const latest = new Map<string, DirectoryEvent>();
  const gone = new Set<string>();
  for (const event of events) {
    if (event.type.endsWith(".deleted")) gone.add(event.id);
    const key = keyOf(event);
    const known = latest.get(key);
    if (known === undefined || versionOf(event) > versionOf(known)) latest.set(key, event);
  }
  const living = [...latest.values()].filter(({ id, member = "" }) => !gone.has(id) && !gone.has(member));
  const ofType = (type: string): DirectoryEvent[] => living.filter((event) => event.type === type);
  return {
    users: ofType("user.created")
      .map(({ id }) => id)
      .sort(),
    teams: ofType("team.created")
      .map(({ id }) => id)
      .sort(),
    memberships: ofType("membership.added")
      .map(({ id, member }) => `${id} ${member}`)
      .sort(),
    roles: ofType("user.roles.changed")
      .map(({ id, rolesVersion }) => `${id} ${rolesVersion}`)
      .sort(),
  };
}

/** Roles count their versions themselves. */
function versionOf({ rolesVersion, version }: DirectoryEvent): number {
  return rolesVersion ?? version;
}

function keyOf({ id, member, type }: DirectoryEvent): string {
  if (type.startsWith("membership")) return `${id} ${member}`;
  return type.endsWith(".created") ? `${id} life` : `${id} ${type}`;
}

async function stored({ groups, memberships, users }: Directory, database: Database): Promise<unknown> {
  const [people, teams] = [await users.list(100), await groups.list(100)];
  const edges = teams.records.map(async ({ id }) =>
    (await memberships.members(id, 100)).ids.map((member) => `${id} ${member}`),
  );
  const roles = await new AssignedRoleStore(database, ACME).ofUsers(people.records.map(({ id }) => id));
  return {
    roles: [...roles.values()].map(({ userId, version }) => `${userId} ${version}`).sort(),
    users: people.records.map(({ id }) => id).sort(),
    teams: teams.records.map(({ id }) => id).sort(),
    memberships: (await Promise.all(edges)).flat().sort(),
  };
}

describe.each(CHANGE_SOURCES)("who follows the events out of $source knows what is stored", ({ start }) => {
  const running = duringTests(start);

  test("in whatever order they arrive, and however often", async () => {
    const lives = fc.array(OPERATION, { minLength: 5, maxLength: 30, size: "max" });
    await fc.assert(
      fc.asyncProperty(lives, fc.infiniteStream(fc.nat(1_000_000)), async (operations, chance) => {
        const { changes, store } = await running().fresh();
        const session = store.begin();
        await beginLogged(session.database);
        const play = new Play(session.directory(ACME), session.database);
        for (const operation of [...BEGINNING, ...operations]) await play.run(operation);
        const events = await published(session.database, await changes());
        const draw = (): number => chance.next().value;
        const twice = [...events, ...events.filter(() => draw() % 2 === 0)];
        const shuffled = twice
          .map((event) => ({ event, place: draw() }))
          .sort((left, right) => left.place - right.place)
          .map(({ event }) => event);
        expect(followed(shuffled)).toEqual(await stored(play.directory, session.database));
      }),
      { numRuns: amountOf("eventLives") },
    );
  });

  test("and the version of a user's last event is that of the user", async () => {
    const { changes, store } = await running().fresh();
    const session = store.begin();
    await beginLogged(session.database);
    const play = new Play(session.directory(ACME), session.database);
    for (const active of [true, false, true, false]) {
      await play.run({ kind: play.users.size === 0 ? "createUser" : "changeUser", user: 0, active });
    }
    const events = await published(session.database, await changes());
    expect(events.map(({ type, version }) => `${type} ${version}`)).toEqual([
      "user.created 1",
      "user.deactivated 2",
      "user.activated 3",
      "user.deactivated 4",
    ]);
    expect((await play.directory.users.find(play.users.get(0) ?? ""))?.version).toBe(4);
  });
});
