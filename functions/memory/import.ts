import type { GroupRecord, UserRecord } from "../store/directoryPorts.ts";
import type { ImportState, OrgImport } from "../store/importPorts.ts";
import type { Side } from "../store/keys.ts";
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

  async addUsers(side: Side, records: readonly UserRecord[]): Promise<readonly string[]> {
    this.#count();
    const org = this.#sides[side];
    return records.flatMap((record) => {
      const before = org.users.get(record.id);
      if (before !== undefined) return isSame(before, record) ? [] : record.id;
      if (org.userNames.has(record.keys.userName)) return record.id;
      org.users.set(record);
      org.indexUser(record.id, record.keys);
      return [];
    });
  }

  async addGroups(side: Side, records: readonly GroupRecord[], nameUnique: boolean): Promise<readonly string[]> {
    this.#count();
    const org = this.#sides[side];
    return records.flatMap((record) => {
      const before = org.groups.get(record.id);
      if (before !== undefined) return isSame(before, record) ? [] : record.id;
      if (nameUnique && org.groupNames.of(record.keys.displayName).length > 0) return record.id;
      org.groups.set({ ...record, memberCount: 0 });
      org.indexGroup(record.id, record.keys);
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
function isSame(stored: UserRecord | GroupRecord, record: UserRecord | GroupRecord): boolean {
  return (
    stored.attributes === record.attributes &&
    stored.version === record.version &&
    stored.created === record.created &&
    stored.lastModified === record.lastModified
  );
}
