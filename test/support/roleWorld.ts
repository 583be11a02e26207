import { Database } from "../../functions/store/database.ts";
import { OrgKeys } from "../../functions/store/keys.ts";
import type { Stamp } from "../../functions/store/records.ts";
import { attributesOf, newWriteId, resourceItem } from "../../functions/store/resourceItems.ts";
import { catalogueItem, mappingsItem, readPolicy } from "../../functions/store/roles/policy.ts";
import { roleKeys } from "../../functions/store/roles/roleKeys.ts";
import type { Role, TeamMapping } from "../../functions/store/roles/roleRecords.ts";
import { rolesOf, sentRoles } from "../../functions/store/roles/rolesOf.ts";
import type { RoleWork } from "../../functions/store/roles/roleWork.ts";
import { createStore, type Directory, type Store } from "../../functions/store/session.ts";
import { orgItem } from "../../functions/store/settings.ts";
import { PRESENT, type Table } from "../../functions/store/table.ts";
import { accessTo } from "./localStore.ts";
import { idOf, makeGroup, orgIdOf, orgRecord, STAMP, userWrite } from "./records.ts";
import { role } from "./roles.ts";

export const ROLE_ORG = orgIdOf("Roles000");

/** Of both sides: even numbers are managed. */
export const TEAMS = [0, 1, 2, 3].map((n) => idOf("g", n));
export const PEOPLE = [0, 1, 2, 3, 4, 5].map((n) => idOf("u", n));

export type RoleChange =
  | { readonly kind: "join" | "leave"; readonly user: number; readonly team: number }
  | { readonly kind: "activate" | "deactivate" | "deleteUser" | "adopt"; readonly user: number }
  | { readonly kind: "send"; readonly user: number; readonly roles: readonly string[] }
  | { readonly kind: "createUser"; readonly managed: boolean }
  | { readonly kind: "deleteTeam"; readonly team: number }
  | {
      readonly kind: "map";
      readonly mode: "highest" | "union";
      readonly mappings: readonly { readonly team: number; readonly role: string; readonly priority: number }[];
      readonly defaultRole: string | null | undefined;
    }
  | { readonly kind: "catalogue"; readonly roles: readonly Role[] }
  | { readonly kind: "off" };

/** Team 0 makes administrators, team 1 editors. */
export const TWO_TEAMS_MAPPED = {
  kind: "map",
  mode: "union",
  mappings: [
    { team: 0, role: "admin", priority: 2 },
    { team: 1, role: "editor", priority: 1 },
  ],
  defaultRole: undefined,
} satisfies RoleChange;

/** What the events function puts after a change: repeatable, in any order. */
export type Marking = (work: RoleWork) => Promise<void>;

const CATALOGUE = [role("admin", { keepOne: true }), role("editor"), role("viewer", { default: true })];

/** One org with changes by SCIM, the application and administrators. */
export class RoleWorld {
  readonly store: Store;
  readonly table: Table;
  #version = 1;
  #people = [...PEOPLE];

  private constructor(table: Table) {
    this.table = table;
    this.store = createStore(table);
  }

  static async make(table: Table): Promise<RoleWorld> {
    const world = new RoleWorld(table);
    await world.#database.write([{ put: orgItem(orgRecord(ROLE_ORG, "roles"), newWriteId(STAMP)) }]);
    for (const n of PEOPLE.keys()) await world.#create(idOf("u", n), n % 2 === 0);
    for (const [n] of TEAMS.entries()) {
      const { groups, memberships } = world.#side(n % 2 === 0);
      await memberships.living(PEOPLE);
      await makeGroup(groups, n, n % 2 === 0 ? [PEOPLE[0] ?? "", PEOPLE[2] ?? ""] : PEOPLE.slice(0, 3));
    }
    await world.change({ kind: "catalogue", roles: CATALOGUE });
    return world;
  }

  get people(): readonly string[] {
    return this.#people;
  }

  get #database(): Database {
    return new Database(accessTo(this.table));
  }

  #side(managed: boolean): Directory {
    const session = this.store.begin();
    return managed ? session.directory(ROLE_ORG) : session.unmanaged(ROLE_ORG);
  }

  async #create(id: string, managed: boolean): Promise<void> {
    const write = { ...userWrite(id), attributes: JSON.stringify({ userName: id, active: true }) };
    await this.#side(managed).users.create(id, write, STAMP);
  }

  /** @returns the marks to put then */
  async change(one: RoleChange): Promise<readonly Marking[]> {
    const walk: Marking = (work) => work.walk(ROLE_ORG, STAMP);
    switch (one.kind) {
      case "join":
      case "leave":
        return this.#move(one.kind, one.user, one.team % TEAMS.length);
      case "activate":
      case "deactivate":
        return this.#edit(one.user, (attributes) => ({ ...attributes, active: one.kind === "activate" }));
      case "send":
        return this.#edit(one.user, (attributes) => ({ ...attributes, roles: one.roles.map((value) => ({ value })) }));
      case "deleteUser":
        return this.#deleteUser(one.user);
      case "adopt":
        return this.#adopt(one.user);
      case "createUser": {
        const id = idOf("u", this.#people.length);
        this.#people.push(id);
        await this.#create(id, one.managed);
        return [mark(id)];
      }
      case "deleteTeam": {
        const id = TEAMS[one.team % TEAMS.length] ?? "";
        const { groups } = this.#side(one.team % 2 === 0);
        const group = await groups.find(id);
        if (group !== undefined) await groups.delete(group, STAMP);
        return [walk];
      }
      case "map": {
        const mappings = one.mappings.map(
          ({ team, ...rest }): TeamMapping => ({ team: TEAMS[team % TEAMS.length] ?? "", ...rest }),
        );
        const version = ++this.#version;
        const { mode, defaultRole } = one;
        await this.#database.transact([
          {
            put: mappingsItem(ROLE_ORG, { version, mode, mappings, ...(defaultRole !== undefined && { defaultRole }) }),
          },
          { put: orgItem(orgRecord(ROLE_ORG, "roles", { roles: version, version }), newWriteId(STAMP)) },
        ]);
        return [walk];
      }
      case "catalogue":
        await this.#database.write([{ put: catalogueItem({ version: ++this.#version, roles: one.roles }) }]);
        return [walk];
      case "off":
        await this.#database.transact([
          { delete: roleKeys.mappings(ROLE_ORG) },
          { put: orgItem(orgRecord(ROLE_ORG, "roles", { version: ++this.#version }), newWriteId(STAMP)) },
        ]);
        return [walk];
    }
  }

  #userAt(n: number): string {
    return this.#people[n % this.#people.length] ?? "";
  }

  async #find(id: string) {
    for (const managed of [true, false]) {
      const { users } = this.#side(managed);
      const record = await users.find(id);
      if (record !== undefined) return { managed, record, users };
    }
    return undefined;
  }

  async #edit(n: number, edit: (attributes: object) => object): Promise<readonly Marking[]> {
    const found = await this.#find(this.#userAt(n));
    if (found === undefined) return [];
    const { record, users } = found;
    const attributes = JSON.stringify(edit(attributesOf(record)));
    await users.replace(record, { attributes, keys: record.keys }, STAMP);
    return [mark(record.id)];
  }

  async #move(kind: "join" | "leave", user: number, team: number): Promise<readonly Marking[]> {
    const id = this.#userAt(user);
    const managed = team % 2 === 0;
    const { groups, memberships } = this.#side(managed);
    const group = await groups.find(TEAMS[team] ?? "");
    const found = await this.#find(id);
    if (group === undefined || found === undefined || (managed && !found.managed)) return [];
    await memberships.living([id]);
    const isIn = (await memberships.among(group.id, [id])).has(id);
    if (isIn === (kind === "join")) return [];
    const [add, remove] = kind === "join" ? [[id], []] : [[], [id]];
    await groups.change(group, { add, remove }, STAMP);
    return [mark(id)];
  }

  async #deleteUser(n: number): Promise<readonly Marking[]> {
    const found = await this.#find(this.#userAt(n));
    if (found === undefined) return [];
    await found.users.delete(found.record, STAMP);
    return [mark(found.record.id)];
  }

  /** Moves the user to the managed side under its id, as an adoption does; the application's memberships stay. */
  async #adopt(n: number): Promise<readonly Marking[]> {
    const found = await this.#find(this.#userAt(n));
    if (found === undefined || found.managed) return [];
    const { record } = found;
    const [theirs, ours] = [new OrgKeys(ROLE_ORG), new OrgKeys(ROLE_ORG, "unmanaged")];
    const adopted = { ...record, version: record.version + 1 };
    await this.#database.transact([
      { delete: ours.resource(record.id), condition: PRESENT },
      { put: resourceItem(theirs, adopted, newWriteId(STAMP)) },
    ]);
    return [mark(record.id)];
  }

  /** Roles by living user, computed from scratch and one by one. */
  async fromScratch() {
    const policy = await readPolicy(this.#database, ROLE_ORG);
    const living = new Map<string, { readonly member: boolean; readonly roles: ReturnType<typeof rolesOf> }>();
    for (const id of this.#people) {
      const found = await this.#find(id);
      if (found === undefined) continue;
      const teams: string[] = [];
      for (const [n, team] of TEAMS.entries()) {
        const { groups, memberships } = this.#side(n % 2 === 0);
        if ((await groups.find(team)) !== undefined && (await memberships.among(team, [id])).has(id)) teams.push(team);
      }
      const attributes = attributesOf(found.record);
      const member = !found.managed || attributes.active === true;
      const sent = sentRoles(attributes);
      living.set(id, { member, roles: policy === undefined ? [] : rolesOf(policy, { member, teams, sent }) });
    }
    return { living, policy };
  }
}

function mark(id: string): Marking {
  const stamp: Stamp = STAMP;
  return (work) => work.mark(ROLE_ORG, [id], stamp);
}
