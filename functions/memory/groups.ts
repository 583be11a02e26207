import { isGroupId, isUserId } from "../scim/schema.ts";
import type {
  Changed,
  Created,
  Creation,
  Deleted,
  GroupChange,
  GroupRecord,
  Groups,
  Listed,
  Page,
  ResourceWrite,
  Stamp,
} from "../store/directoryPorts.ts";
import type { MemoryOrg } from "./org.ts";

/** As many as in DynamoDB, so that a use case takes the same way on both. */
const EDGES_PER_CHANGE = 99;

/** Groups in memory. Every method does its work in one go: nothing comes between. */
export class MemoryGroups implements Groups {
  readonly #org: MemoryOrg;
  readonly #count: () => void;

  /** @param count called once per operation */
  constructor(org: MemoryOrg, count: () => void) {
    this.#org = org;
    this.#count = count;
  }

  async find(id: string): Promise<GroupRecord | undefined> {
    this.#count();
    return this.#org.groups.get(id);
  }

  async findMany(ids: readonly string[]): Promise<GroupRecord[]> {
    this.#count();
    return this.#org.groups.many(ids);
  }

  async idsByName(key: string): Promise<string[]> {
    this.#count();
    return this.#org.groupNames.of(key);
  }

  async idsByExternalId(externalId: string): Promise<string[]> {
    this.#count();
    return this.#org.groupExternalIds.of(externalId);
  }

  async idsByNamePrefix(prefix: string, limit: number): Promise<string[] | undefined> {
    this.#count();
    const ids = this.#org.groupNames.ofPrefix(prefix);
    return ids.length > limit ? undefined : ids;
  }

  membersPerCreation(write: ResourceWrite): number {
    return EDGES_PER_CHANGE - 2 - (write.keys.externalId === undefined ? 0 : 1);
  }

  async create(
    id: string,
    write: ResourceWrite,
    members: readonly string[],
    stamp: Stamp,
    creation?: Creation,
  ): Promise<Created<GroupRecord>> {
    this.#count();
    if (!isGroupId(id)) throw new Error("not the id of a group");
    if (this.#org.groups.get(id) !== undefined) throw new Error("a new group's id is in use");
    const distinct = checkedMembers(members);
    if (distinct.length > this.membersPerCreation(write)) throw new RangeError("too many members");
    const holder = this.#holder(id, write);
    if (holder !== undefined) return { outcome: "taken", holder };
    const { attributes, keys } = write;
    const times = { created: stamp.at, lastModified: stamp.at };
    const record: GroupRecord = {
      id,
      version: 1,
      ...times,
      attributes,
      keys,
      memberCount: distinct.length,
      ...(creation === undefined ? {} : { creation }),
    };
    this.#org.groups.set(record);
    this.#org.indexGroup(id, keys);
    for (const member of distinct) this.#org.addEdge(id, member);
    return { outcome: "created", record };
  }

  membersPerChange(previous: GroupRecord, write: ResourceWrite | undefined): number {
    if (write === undefined) return EDGES_PER_CHANGE;
    const before = previous.keys;
    const after = write.keys;
    const nameMoves = before.name === after.name ? 0 : 2;
    if (before.externalId === after.externalId) return EDGES_PER_CHANGE - nameMoves;
    const gone = before.externalId === undefined ? 0 : 1;
    const come = after.externalId === undefined ? 0 : 1;
    return EDGES_PER_CHANGE - nameMoves - gone - come;
  }

  async change(previous: GroupRecord, change: GroupChange, stamp: Stamp): Promise<Changed<GroupRecord>> {
    this.#count();
    const { id } = previous;
    const { write } = change;
    const add = checkedMembers(change.add);
    const remove = checkedMembers(change.remove);
    if (add.length + remove.length > this.membersPerChange(previous, write)) throw new RangeError("too many edges");
    if (add.some((member) => remove.includes(member))) throw new Error("an edge cannot be added and removed at once");

    const stored = this.#org.groups.get(id);
    if (stored === undefined) return { outcome: "missing" };
    const versions = [change.onlyVersion, write && previous.version];
    if (versions.some((version) => version !== undefined && version !== stored.version)) return { outcome: "stale" };
    if (!sameBirth(previous.creation, stored.creation)) return { outcome: "stale" };
    if (write !== undefined && write.keys.name !== stored.keys.name) {
      const holder = this.#holder(id, write);
      if (holder !== undefined) return { outcome: "taken", holder };
    }
    const fits =
      add.every((member) => !this.#org.members.has(id, member)) &&
      remove.every((member) => this.#org.members.has(id, member));
    if (!fits) return { outcome: "stale" };

    for (const member of add) this.#org.addEdge(id, member);
    for (const member of remove) this.#org.removeEdge(id, member);
    const record: GroupRecord = {
      id,
      version: stored.version + 1,
      created: stored.created,
      lastModified: stamp.at,
      attributes: write?.attributes ?? stored.attributes,
      keys: write?.keys ?? stored.keys,
      memberCount: stored.memberCount + add.length - remove.length,
      ...(change.creation === undefined ? {} : { creation: change.creation }),
    };
    this.#org.unindexGroup(id, stored.keys);
    this.#org.indexGroup(id, record.keys);
    this.#org.groups.set(record);
    return { outcome: "changed", record };
  }

  async idsByValue(): Promise<string[]> {
    this.#count();
    return [];
  }

  replace(previous: GroupRecord, write: ResourceWrite, stamp: Stamp): Promise<Changed<GroupRecord>> {
    return this.change(previous, { write, add: [], remove: [] }, stamp);
  }

  async delete(previous: GroupRecord, stamp: Stamp): Promise<Deleted> {
    this.#count();
    const stored = this.#org.groups.get(previous.id);
    if (stored === undefined) return { outcome: "missing" };
    if (stored.version !== previous.version) return { outcome: "stale" };
    this.#org.unindexGroup(previous.id, stored.keys);
    this.#org.groups.delete(previous.id);
    this.#org.bury(previous.id, "group", stamp);
    return { outcome: "deleted" };
  }

  async page(start: number, limit: number): Promise<Page<GroupRecord>> {
    this.#count();
    return this.#org.groups.page(start, limit);
  }

  async list(limit: number, after?: string): Promise<Listed<GroupRecord>> {
    this.#count();
    return this.#org.groups.list(limit, after);
  }

  scan(): AsyncIterable<readonly GroupRecord[]> {
    this.#count();
    return this.#org.groups.pages();
  }

  /** Another group with the name, where the name has to be free. */
  #holder(id: string, write: ResourceWrite): string | undefined {
    if (!write.nameUnique) return undefined;
    return this.#org.groupNames.of(write.keys.name).find((holder) => holder !== id);
  }
}

function checkedMembers(members: readonly string[]): string[] {
  const distinct = [...new Set(members)];
  if (distinct.every((id) => isUserId(id) || isGroupId(id))) return distinct;
  throw new Error("a member has neither the id of a user nor of a group");
}

function sameBirth(left: Creation | undefined, right: Creation | undefined): boolean {
  return left?.until === right?.until && left?.reference === right?.reference;
}
