import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Appended, appendSteps } from "../../functions/provisioning/events/append.ts";
import {
  type CatalogueChange,
  catalogueStamp,
  type PlacedStep,
  putRoleWork,
} from "../../functions/provisioning/roles/roleTriggers.ts";
import type { Database } from "../../functions/store/database.ts";
import { attributesOf, newWriteId } from "../../functions/store/resourceItems.ts";
import { catalogueItem, mappingsItem, readCatalogue, readMappings } from "../../functions/store/roles/policy.ts";
import { roleKeys } from "../../functions/store/roles/roleKeys.ts";
import type { TeamMapping } from "../../functions/store/roles/roleRecords.ts";
import { RoleWork } from "../../functions/store/roles/roleWork.ts";
import type { Directory, Store } from "../../functions/store/session.ts";
import { orgItem, SettingsStore } from "../../functions/store/settings.ts";
import { readStep } from "../../functions/store/steps.ts";
import type { ItemChange } from "../../functions/store/table.ts";
import { beginLogged, WRITING } from "../support/eventLogs.ts";
import { ACME, groupWrite, idOf, LATER, present, STAMP } from "../support/records.ts";
import { CHANGE_SOURCES } from "../support/streamedStore.ts";

/** Few, so that chance comes back to the same user and team. */
const USERS = [0, 1, 2].map((number) => idOf("u", number));
const TEAMS = [0, 1, 2].map((number) => idOf("g", number));
const USER = fc.constantFrom(...USERS);
const TEAM = fc.constantFrom(...TEAMS);

/** What people and administrators do. */
const CHANGE = fc.oneof(
  { arbitrary: fc.record({ kind: fc.constant("move" as const), team: TEAM, user: USER }), weight: 3 },
  fc.record({ kind: fc.constant("createUser" as const), user: USER }),
  fc.record({ kind: fc.constant("changeUser" as const), user: USER, active: fc.boolean(), sent: fc.boolean() }),
  fc.record({ kind: fc.constant("deleteUser" as const), user: USER }),
  fc.record({ kind: fc.constant("createTeam" as const), team: TEAM, members: fc.uniqueArray(USER) }),
  fc.record({ kind: fc.constant("deleteTeam" as const), team: TEAM }),
  { arbitrary: fc.record({ kind: fc.constant("mapTeams" as const), teams: fc.subarray(TEAMS) }), weight: 2 },
  fc.record({ kind: fc.constant("switchOff" as const) }),
  fc.record({ kind: fc.constant("changeCatalogue" as const) }),
);
/** What becomes of the records of these changes, and who works on it. */
const WORK = fc.oneof(
  // A batch of the records of one item after the other; `again`: it comes once more, later.
  { arbitrary: fc.record({ kind: fc.constant("log" as const), again: fc.boolean() }), weight: 4 },
  // What was logged leads to marks, or the process died before.
  { arbitrary: fc.record({ kind: fc.constant("put" as const), dies: fc.boolean() }), weight: 4 },
  fc.record({ kind: fc.constant("look" as const) }),
  // Everything so far is processed and worked on: what comes later has to lead to a look by itself.
  { arbitrary: fc.record({ kind: fc.constant("settle" as const) }), weight: 2 },
);
const STEP = fc.oneof({ arbitrary: CHANGE, weight: 2 }, { arbitrary: WORK, weight: 3 });
type Step = typeof STEP extends fc.Arbitrary<infer T> ? T : never;
type Change = typeof CHANGE extends fc.Arbitrary<infer T> ? T : never;

interface Batch {
  readonly changes: readonly ItemChange[];
  readonly steps: readonly PlacedStep[];
  readonly catalogue: readonly CatalogueChange[];
  readonly appended: Appended;
}

/** One org whose stream comes in batches of any order between items, some of them twice, to workers that die. */
class Life {
  readonly #database: Database;
  readonly #directory: Directory;
  readonly #changes: () => Promise<ItemChange[]>;
  readonly #draw: () => number;
  /** Records that nobody has processed, by item: these come in their order. */
  readonly #waiting = new Map<string, ItemChange[]>();
  readonly #again: (readonly ItemChange[])[] = [];
  readonly #logged: Batch[] = [];
  /** What the last look at each user saw. */
  readonly #seen = new Map<string, string>();
  /** The id of a team that is gone is never given to another one: what is left of its memberships would count for that. */
  readonly #gone = new Set<string>();
  #moment = 0;

  constructor(store: Store, changes: () => Promise<ItemChange[]>, draw: () => number) {
    const session = store.begin();
    this.#database = session.database;
    this.#directory = session.directory(ACME);
    this.#changes = changes;
    this.#draw = draw;
  }

  async run(step: Step): Promise<void> {
    switch (step.kind) {
      case "log":
        return this.#log(step.again);
      case "put":
        return this.#put(step.dies);
      case "look":
        return this.#look(1);
      case "settle":
        return this.end();
      default:
        await this.#change(step);
        for (const change of await this.#changes()) {
          const name = `${change.key.pk}\n${change.key.sk}`;
          this.#waiting.set(name, [...(this.#waiting.get(name) ?? []), change]);
        }
    }
  }

  /** Everything is processed at last, and every mark worked on. */
  async end(): Promise<void> {
    while (this.#waiting.size + this.#again.length + this.#logged.length > 0) {
      await this.#log(false);
      await this.#put(false);
    }
    await this.#look(Number.POSITIVE_INFINITY);
  }

  /** Of each user: what decides about the roles. */
  async facts(): Promise<ReadonlyMap<string, string>> {
    return new Map(await Promise.all(USERS.map(async (user) => [user, await this.#factsOf(user)] as const)));
  }

  get seen(): ReadonlyMap<string, string> {
    return this.#seen;
  }

  async hasRoles(): Promise<boolean> {
    return (await readMappings(this.#database, ACME)) !== undefined;
  }

  async #log(again: boolean): Promise<void> {
    const changes = this.#draw() % 3 === 0 ? this.#again.shift() : this.#next();
    if (changes === undefined || changes.length === 0) return;
    if (again) this.#again.push(changes);
    const steps = changes.flatMap((change, place): PlacedStep[] => {
      const step = readStep(change);
      return step === undefined ? [] : [{ place, step }];
    });
    const catalogue = changes.flatMap(({ key, after }, place) => {
      const stamp = catalogueStamp({ pk: key.pk, lr: after?.lr });
      return stamp === undefined ? [] : [{ place, stamp }];
    });
    const appended = await appendSteps(
      steps.map(({ step }) => step),
      { ...WRITING, database: this.#database },
    );
    expect(appended.failed).toBeUndefined();
    this.#logged.push({ changes, steps, catalogue, appended });
  }

  /** Some of what waits: of each item from its first record on. */
  #next(): readonly ItemChange[] {
    const names = [...this.#waiting.keys()].filter(() => this.#draw() % 2 === 0);
    return names.flatMap((name) => {
      const queue = this.#waiting.get(name) ?? [];
      const taken = queue.splice(0, 1 + (this.#draw() % queue.length));
      if (queue.length === 0) this.#waiting.delete(name);
      return taken;
    });
  }

  async #put(dies: boolean): Promise<void> {
    const [batch] = this.#logged.splice(this.#draw() % Math.max(1, this.#logged.length), 1);
    if (batch === undefined) return;
    const { steps, catalogue, appended, changes } = batch;
    if (dies) {
      this.#again.push(changes);
      return;
    }
    const { withRoles } = appended;
    const { failed } = await putRoleWork({ steps, catalogue, withRoles }, this.#options());
    expect(failed).toBeUndefined();
  }

  /** As the worker does: what is put goes after a look that began later. */
  async #look(most: number): Promise<void> {
    const work = new RoleWork(this.#database);
    for (let looks = 0; looks < most; looks += 1) {
      const { marks, walk } = await work.of(ACME, 100);
      if (marks.length === 0 && walk === undefined) return;
      for (const user of walk === undefined ? marks.map(({ userId }) => userId) : USERS) {
        this.#seen.set(user, await this.#factsOf(user));
      }
      await work.unmark(ACME, marks);
      if (walk !== undefined) await work.endWalk(ACME, walk);
    }
  }

  async #factsOf(userId: string): Promise<string> {
    const mappings = await readMappings(this.#database, ACME);
    const { version } = await readCatalogue(this.#database);
    const user = await this.#directory.users.find(userId);
    const held: string[] = [];
    for (const { team } of mappings?.mappings ?? []) {
      const isMember = (await this.#directory.memberships.among(team, [userId])).has(userId);
      if (isMember && (await this.#directory.groups.find(team)) !== undefined) held.push(team);
    }
    // Nobody asks who is gone for teams.
    if (user === undefined) return "gone";
    const { active, roles } = attributesOf(user);
    return JSON.stringify([active, roles, mappings !== undefined, version, held]);
  }

  #options() {
    return { database: this.#database, until: Number.POSITIVE_INFINITY };
  }

  async #change(change: Change): Promise<void> {
    const { groups, memberships, users } = this.#directory;
    switch (change.kind) {
      case "createUser":
        if ((await users.find(change.user)) === undefined) await users.create(change.user, this.#user(true), STAMP);
        return;
      case "changeUser": {
        const user = await users.find(change.user);
        const roles = change.sent ? [{ value: `role${this.#draw() % 2}` }] : [];
        if (user !== undefined) await users.replace(user, this.#user(change.active, roles), LATER);
        return;
      }
      case "deleteUser": {
        const user = await users.find(change.user);
        if (user !== undefined) await users.delete(user, LATER);
        return;
      }
      case "createTeam": {
        if (this.#gone.has(change.team) || (await groups.find(change.team)) !== undefined) return;
        const living: string[] = [];
        for (const id of change.members) if ((await users.find(id)) !== undefined) living.push(id);
        await groups.create(change.team, groupWrite(`team${this.#moment++}`), living, STAMP);
        return;
      }
      case "deleteTeam": {
        const group = await groups.find(change.team);
        if (group === undefined) return;
        await groups.delete(group, LATER);
        this.#gone.add(change.team);
        return;
      }
      case "move": {
        const group = await groups.find(change.team);
        if (group === undefined || (await users.find(change.user)) === undefined) return;
        const inside = (await memberships.among(change.team, [change.user])).has(change.user);
        const [add, remove] = inside ? [[], [change.user]] : [[change.user], []];
        await groups.change(group, { add, remove }, LATER);
        return;
      }
      case "mapTeams":
        return this.#save(change.teams.map((team) => ({ team, role: "viewer", priority: 1 })));
      case "switchOff":
        return this.#save(undefined);
      case "changeCatalogue": {
        const { version, roles } = await readCatalogue(this.#database);
        await this.#database.write([
          { put: { ...catalogueItem({ version: version + 1, roles }), lr: newWriteId(LATER) } },
        ]);
      }
    }
  }

  /** The settings, the mappings and the org's place among those with roles, in one transaction. */
  async #save(mappings: readonly TeamMapping[] | undefined): Promise<void> {
    const org = present(await new SettingsStore(this.#database).orgById(ACME));
    const { roles: before = 0, ...others } = org;
    const version = this.#moment++ + before + 1;
    const next = { ...others, version: org.version + 1, ...(mappings && { roles: version }) };
    const [place, own] = [roleKeys.org(ACME), roleKeys.mappings(ACME)];
    await this.#database.transact([
      { put: orgItem(next, newWriteId(LATER)) },
      ...(mappings === undefined
        ? [{ delete: place }, { delete: own }]
        : [{ put: { ...place } }, { put: mappingsItem(ACME, { version, mode: "union", mappings }) }]),
    ]);
  }

  #user(active: boolean, roles: readonly { readonly value: string }[] = []) {
    const userName = `user${this.#moment++}`;
    return {
      attributes: JSON.stringify({ userName, active, roles }),
      keys: { name: userName, externalId: undefined, values: [] },
    };
  }
}

test("whatever happens while roles are switched on and off: the last look at each user saw what there is at last", async () => {
  const source = CHANGE_SOURCES.at(-1);
  const running = await present(source).start();
  try {
    await fc.assert(
      fc.asyncProperty(
        fc.array(STEP, { minLength: 10, maxLength: 40, size: "max" }),
        fc.infiniteStream(fc.nat(1_000_000)),
        async (steps, chance) => {
          const { store, changes } = await running.fresh();
          await beginLogged(store.begin().database);
          const life = new Life(store, changes, () => chance.next().value);
          for (const user of USERS) await life.run({ kind: "createUser", user });
          for (const team of TEAMS.slice(0, 2)) await life.run({ kind: "createTeam", team, members: USERS });
          for (const step of steps) await life.run(step);
          await life.end();
          if (!(await life.hasRoles())) return;
          for (const [user, facts] of await life.facts()) {
            if (facts !== "gone") expect({ user, facts: life.seen.get(user) }).toEqual({ user, facts });
          }
        },
      ),
      { numRuns: 60 },
    );
  } finally {
    await running.stop();
  }
});
