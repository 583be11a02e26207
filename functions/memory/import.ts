import type { ResourceRecord } from "../store/directoryPorts.ts";
import type { ImportState, OrgImport } from "../store/importPorts.ts";
import type { Side } from "../store/keys.ts";
import type { StoredType } from "../store/storedType.ts";
import type { MemoryOrg } from "./org.ts";

/** The import into an org in memory. */
export class MemoryImport implements OrgImport {
  readonly #sides: Readonly<Record<Side, MemoryOrg>>;
  readonly #count: () => void;

  /** @param count called once per operation */
  constructor(sides: Readonly<Record<Side, MemoryOrg>>, count: () => void) {
    this.#sides = sides;
    this.#count = count;
  }

  async state(): Promise<ImportState | undefined> {
    this.#count();
    return this.#sides.managed.importState;
  }

  async isUntouched(): Promise<boolean> {
    this.#count();
    return Object.values(this.#sides).every(
      ({ users, groups, dead, tombstones }) =>
        users.page(0, 0).total + groups.page(0, 0).total + dead.size + tombstones.size === 0,
    );
  }

  async begin(state: ImportState): Promise<"begun" | "exists"> {
    this.#count();
    if (this.#sides.managed.importState !== undefined) return "exists";
    this.#sides.managed.importState = state;
    return "begun";
  }

  async finish(at: string): Promise<void> {
    this.#count();
    const { managed } = this.#sides;
    if (managed.importState === undefined) throw new Error("no import to finish");
    managed.importState = { ...managed.importState, finished: at };
  }

  async addResources(
    side: Side,
    type: StoredType,
    records: readonly ResourceRecord[],
    nameUnique: boolean,
  ): Promise<readonly string[]> {
    this.#count();
    const org = this.#sides[side];
    return records.flatMap((record) => {
      const { id, keys } = record;
      const before = type.hasMembers ? org.groups.get(id) : org.users.get(id);
      if (before !== undefined) return isSame(before, record) ? [] : id;
      if (!type.hasMembers) {
        if (org.userNames.has(keys.name)) return id;
        org.users.set(record);
        org.indexUser(id, keys);
        return [];
      }
      if (nameUnique && org.groupNames.of(keys.name).length > 0) return id;
      org.groups.set({ ...record, memberCount: 0 });
      org.indexGroup(id, keys);
      return [];
    });
  }

  async addMembers(side: Side, groupId: string, ids: readonly string[]): Promise<"added" | "missing"> {
    this.#count();
    const org = this.#sides[side];
    const group = org.groups.get(groupId);
    if (group === undefined) return "missing";
    const missing = ids.filter((id) => !org.members.has(groupId, id));
    for (const id of missing) org.addEdge(groupId, id);
    org.groups.set({ ...group, memberCount: group.memberCount + missing.length });
    return "added";
  }
}

/** Whether the two are one resource in one state. */
function isSame(stored: ResourceRecord, record: ResourceRecord): boolean {
  return (
    stored.attributes === record.attributes &&
    stored.version === record.version &&
    stored.created === record.created &&
    stored.lastModified === record.lastModified
  );
}
