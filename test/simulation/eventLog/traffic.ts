import { IMPORT_ACTOR } from "../../../functions/provisioning/events/describe.ts";
import { adoptUser } from "../../../functions/store/adopting.ts";
import { OrgImport } from "../../../functions/store/import.ts";
import { type OrgId, OrgKeys, settingsKeys } from "../../../functions/store/keys.ts";
import { LinkStore } from "../../../functions/store/links.ts";
import {
  type GroupRecord,
  type ResourceRecord,
  type ResourceWrite,
  type Stamp,
  StoreBusy,
} from "../../../functions/store/records.ts";
import type { Directory, StoreSession } from "../../../functions/store/session.ts";
import { SettingsStore } from "../../../functions/store/settings.ts";
import { GROUP_LAYOUT, USER_LAYOUT } from "../../../functions/store/storedTypes.ts";
import { PRESENT } from "../../../functions/store/table.ts";
import { idOf, tokenRecord } from "../../support/records.ts";
import { type Chance, Crash, type Scheduler } from "../world.ts";
import type { GradualTable } from "./gradualTable.ts";

interface TrafficOptions {
  readonly chance: Chance;
  readonly scheduler: Scheduler;
  readonly table: GradualTable;
  /** A request; other work comes between its calls. `death` rejects when its process crashes. */
  begin(): { readonly session: StoreSession; readonly death: Promise<never> };
}

interface Sides {
  readonly session: StoreSession;
  readonly orgId: OrgId;
  readonly isManaged: boolean;
  readonly directory: Directory;
  readonly stamp: Stamp;
  readonly n: number;
}

interface File {
  readonly stamp: Stamp;
  readonly users: readonly ResourceRecord[];
  readonly groups: readonly ResourceRecord[];
}

const MANY_VALUES = 60;

/** Events in orgs: requests of identity providers and of the application, sweeps, imports, changes of settings. */
export class Traffic {
  readonly #options: TrafficOptions;
  #number = 0;

  constructor(options: TrafficOptions) {
    this.#options = options;
  }

  /** One request, with any outcome. */
  async request(orgId: OrgId): Promise<void> {
    const { chance } = this.#options;
    const { session, death } = this.#options.begin();
    const isManaged = chance.next() < 0.75;
    const directory = isManaged ? session.directory(orgId) : session.unmanaged(orgId);
    const sides = { session, orgId, isManaged, directory, stamp: this.#stamp(), n: this.#number };
    await endsSomehow(this.#carryOut(sides), death);
  }

  #carryOut(sides: Sides): Promise<void> {
    const kind = this.#options.chance.below(100);
    if (kind < 18) return this.#createUser(sides);
    if (kind < 36) return this.#changeUser(sides);
    if (kind < 46) return this.#deleteUser(sides);
    if (kind < 54) return this.#createTeam(sides);
    if (kind < 68) return this.#changeTeam(sides);
    if (kind < 72) return this.#deleteTeam(sides);
    if (kind < 78) return this.#changeSettings(sides);
    if (kind < 82) return sides.directory.memberships.sweep(this.#options.scheduler.now + 60_000, sides.stamp);
    return kind < 90 ? this.#adopt(sides) : this.#link(sides);
  }

  #stamp(tokenId = "token1"): Stamp {
    this.#number += 1;
    return { at: new Date(this.#options.scheduler.now).toISOString(), tokenId, reference: `r${this.#number}` };
  }

  async #createUser({ directory, stamp, n }: Sides): Promise<void> {
    await directory.users.create(idOf("u", n), userOf(`n${n}`, { title: "a" }), stamp);
  }

  async #changeUser(sides: Sides): Promise<void> {
    const { chance } = this.#options;
    const user = await this.#someUser(sides);
    if (user === undefined) return;
    const write = changedUser(user, chance);
    // Of two such changes, the second exceeds one transaction.
    const letter = user.keys.values[0]?.startsWith("a") ? "b" : "a";
    const many = Array.from({ length: MANY_VALUES }, (_, index) => `${letter}${index}@x.example`);
    const values = chance.next() < (user.keys.values.length > 0 ? 0.5 : 0.02) ? many : user.keys.values;
    await sides.directory.users.replace(user, { ...write, keys: { ...write.keys, values } }, sides.stamp);
  }

  async #deleteUser(sides: Sides): Promise<void> {
    const user = await this.#someUser(sides);
    if (user !== undefined) await sides.directory.users.delete(user, sides.stamp);
  }

  async #createTeam(sides: Sides): Promise<void> {
    const { directory, stamp, n } = sides;
    const id = idOf("g", n);
    const write = teamOf(`t${n}`);
    const members = this.#some(this.#people(sides));
    if (this.#options.chance.next() < 0.75) {
      await directory.groups.create(id, write, members, stamp);
      return;
    }
    // As a large group: in parts, possibly interrupted.
    const until = new Date(this.#options.scheduler.now + 5_000).toISOString();
    const creation = { reference: stamp.reference, until };
    const created = await directory.groups.create(id, write, members.slice(0, 1), stamp, creation);
    if (created.outcome !== "created") return;
    let group: GroupRecord = created.record;
    const parts = [members.slice(1, 2), [], members.slice(2)];
    for (const [index, add] of parts.entries()) {
      const isLast = index === parts.length - 1;
      const turn = isLast ? {} : { creation: { reference: stamp.reference, until: `${until}${index}` } };
      const changed = await directory.groups.change(group, { add, remove: [], ...turn }, stamp);
      if (changed.outcome !== "changed") return;
      group = changed.record;
    }
  }

  async #changeTeam(sides: Sides): Promise<void> {
    const { chance } = this.#options;
    const { directory, stamp, n } = sides;
    const group = await this.#someTeam(sides);
    if (group === undefined) return;
    const people = this.#people(sides);
    const stored = await directory.memberships.stored(group.id);
    const add = this.#some(people.filter((id) => !stored.includes(id)));
    const remove = this.#some(stored);
    if (chance.next() < 0.3) await directory.groups.replace(group, teamOf(`t${n}`), stamp);
    else if (add.length + remove.length > 0) {
      const write = chance.next() < 0.25 ? { write: teamOf(`t${n}`) } : {};
      await directory.groups.change(group, { ...write, add, remove }, stamp);
    }
  }

  async #deleteTeam(sides: Sides): Promise<void> {
    const group = await this.#someTeam(sides);
    if (group !== undefined) await sides.directory.groups.delete(group, sides.stamp);
  }

  async #changeSettings({ session, orgId, stamp, n }: Sides): Promise<void> {
    const { chance } = this.#options;
    const settings = new SettingsStore(session.database);
    const org = await settings.orgById(orgId);
    if (org === undefined || org.deletion !== undefined) return;
    const tokens =
      chance.next() < 0.4 ? [tokenRecord(orgId, n)] : chance.next() < 0.3 ? await settings.tokens(orgId) : [];
    const revoked = tokens.map((token) => ({ ...token, revokedAt: chance.next() < 0.3 ? stamp.at : token.revokedAt }));
    const next = {
      ...org,
      displayName: chance.one(["Acme", "Acme Inc"]),
      tokenEpoch: org.tokenEpoch + (chance.next() < 0.1 ? 1 : 0),
      ...(chance.next() < 0.3 ? { eventRetentionDays: chance.one([7, 30, 400]) } : {}),
    };
    await settings.save(org, next, revoked, stamp);
  }

  async #adopt({ session, orgId, stamp }: Sides): Promise<void> {
    const unmanaged = session.unmanaged(orgId);
    const user = await this.#someUser({ orgId, isManaged: false, directory: unmanaged });
    const settled = { check: settingsKeys.org(orgId), condition: PRESENT };
    if (user === undefined) return;
    const { users } = session.directory(orgId);
    await adoptUser(users, user, changedUser(user, this.#options.chance), stamp, unmanaged.view, settled);
  }

  async #link({ session, orgId, isManaged, stamp, n }: Sides): Promise<void> {
    const id = this.#one(this.#people({ orgId, isManaged }));
    if (id === undefined) return;
    const [links, user] = [linksOf(session, orgId), { id, managed: isManaged }];
    if (this.#options.chance.next() < 0.3) await links.unlink(user, stamp);
    else await links.link(user, `app${n}`, stamp);
  }

  /** Imports a whole file as `rollcall import` does: after an interruption it starts again. */
  async bringIn(orgId: OrgId): Promise<void> {
    const file = this.#newFile();
    for (let isDone = false; !isDone; ) {
      const { session, death } = this.#options.begin();
      isDone = await endsSomehow(this.#bringIn(session, orgId, file), death);
    }
  }

  #newFile(): File {
    const stamp = this.#stamp(IMPORT_ACTOR);
    const records = (kind: "u" | "g", writeOf: (name: string) => ResourceWrite) =>
      [901, 902, 903].map((n): ResourceRecord => {
        const version = 1 + this.#options.chance.below(3);
        return { id: idOf(kind, n), version, created: stamp.at, lastModified: stamp.at, ...writeOf(`i${n}`) };
      });
    return { stamp, users: records("u", (name) => userOf(name, {})), groups: records("g", teamOf) };
  }

  async #bringIn(session: StoreSession, orgId: OrgId, { stamp, users, groups }: File): Promise<void> {
    const views = { managed: session.view(orgId, "managed"), unmanaged: session.view(orgId, "unmanaged") };
    const coming = new OrgImport(views);
    await coming.begin({ file: "f", begun: stamp.at, counts: { managed: {}, unmanaged: {} } });
    const inFile = (records: readonly ResourceRecord[]) => records.map((record) => ({ record }));
    await coming.addResources("managed", USER_LAYOUT, inFile(users), false, stamp);
    await coming.addResources("managed", GROUP_LAYOUT, inFile(groups), false, stamp);
    for (const { id } of groups)
      await coming.addMembers("managed", id, this.#some(users.map((user) => user.id)), stamp);
    await coming.finish(stamp);
  }

  /** Writes to an existing item, so that there is a later record. */
  async touch(session: StoreSession, orgId: OrgId, id: string): Promise<void> {
    const stamp = this.#stamp();
    if (id === "META" || id.startsWith("T#")) return touchSettings(session, orgId, id, stamp);
    for (const directory of [session.directory(orgId), session.unmanaged(orgId)]) {
      const user = await directory.users.find(id);
      if (user !== undefined) {
        await directory.users.replace(user, changedUser(user, this.#options.chance), stamp);
        const managed = directory.view === session.view(orgId, "managed");
        if (this.#options.table.at(directory.view.keys.linkedUser(id)) !== undefined)
          await linksOf(session, orgId).link({ id, managed }, `app${stamp.reference}`, stamp);
      }
      const group = await directory.groups.find(id);
      if (group !== undefined) await directory.groups.replace(group, teamOf(`z${this.#number}`), stamp);
    }
  }

  #people({ orgId, isManaged }: Pick<Sides, "orgId" | "isManaged">): string[] {
    return this.#idsIn(orgId, isManaged, USER_LAYOUT);
  }

  #idsIn(orgId: OrgId, isManaged: boolean, layout: typeof USER_LAYOUT): string[] {
    const { pk } = new OrgKeys(orgId, isManaged ? "managed" : "unmanaged").resource(layout.letter);
    return this.#options.table.partition(pk).map(({ sk }) => String(sk));
  }

  async #someUser(sides: Pick<Sides, "orgId" | "isManaged" | "directory">): Promise<ResourceRecord | undefined> {
    const id = this.#one(this.#people(sides));
    return id === undefined ? undefined : sides.directory.users.find(id);
  }

  async #someTeam({ orgId, isManaged, directory }: Sides): Promise<GroupRecord | undefined> {
    const id = this.#one(this.#idsIn(orgId, isManaged, GROUP_LAYOUT));
    return id === undefined ? undefined : directory.groups.find(id);
  }

  #one(ids: readonly string[]): string | undefined {
    return ids[this.#options.chance.below(Math.max(1, ids.length))];
  }

  #some(ids: readonly string[]): string[] {
    return ids.filter(() => this.#options.chance.next() < 0.5);
  }
}

async function touchSettings({ database }: StoreSession, orgId: OrgId, id: string, stamp: Stamp): Promise<void> {
  const settings = new SettingsStore(database);
  const org = await settings.orgById(orgId);
  const tokens = await settings.tokens(orgId);
  const touched = tokens.filter((token) => id === `T#${token.id}`);
  if (org !== undefined) await settings.save(org, { ...org, displayName: `Again ${stamp.reference}` }, touched, stamp);
}

function linksOf(session: StoreSession, orgId: OrgId): LinkStore {
  return new LinkStore(session.view(orgId, "managed"), session.view(orgId, "unmanaged"));
}

/** @returns whether it completed: it may crash, or give up a busy store */
async function endsSomehow(work: Promise<void>, death: Promise<never>): Promise<boolean> {
  try {
    await Promise.race([work, death]);
    return true;
  } catch (error) {
    if (error instanceof StoreBusy || error instanceof Crash) return false;
    throw error;
  }
}

function userOf(name: string, more: Record<string, unknown>): ResourceWrite {
  const attributes = JSON.stringify({ userName: name, active: true, ...more });
  return { attributes, keys: { name, externalId: undefined, values: [] } };
}

function changedUser({ attributes, keys }: ResourceRecord, chance: Chance): ResourceWrite {
  // userOf wrote it.
  const { userName, title, ...more } = JSON.parse(attributes) as { userName: string; title?: string };
  const active = chance.next() < 0.5 ? { active: chance.next() < 0.5 } : {};
  const titled = chance.next() < 0.2 ? {} : { title: chance.next() < 0.7 ? chance.one(["a", "b", "c"]) : title };
  const write = userOf(userName, { ...more, ...active, ...titled });
  return { ...write, keys };
}

function teamOf(name: string): ResourceWrite {
  return { attributes: JSON.stringify({ displayName: name }), keys: { name, externalId: undefined, values: [] } };
}
