import type { MemberPage, Memberships, Stamp, SweepOutcome, Swept } from "../store/directoryPorts.ts";
import type { MemoryOrg } from "./org.ts";

/** As long as in DynamoDB: a request that began before a deletion may still add an edge. */
const MARKER_MILLISECONDS = 5 * 60_000;

/** The edges between groups and members in memory. */
export class MemoryMemberships implements Memberships {
  readonly #org: MemoryOrg;
  readonly #count: () => void;

  /** @param count called once per operation */
  constructor(org: MemoryOrg, count: () => void) {
    this.#org = org;
    this.#count = count;
  }

  async among(groupId: string, members: readonly string[]): Promise<Set<string>> {
    this.#count();
    return new Set(members.filter((member) => this.#org.members.has(groupId, member)));
  }

  async living(ids: readonly string[]): Promise<Set<string>> {
    this.#count();
    const { users, groups } = this.#org;
    return new Set(ids.filter((id) => users.get(id) !== undefined || groups.get(id) !== undefined));
  }

  async holding(memberId: string, groupIds: readonly string[]): Promise<Set<string>> {
    this.#count();
    return new Set(groupIds.filter((groupId) => this.#org.members.has(groupId, memberId)));
  }

  async members(groupId: string, limit: number, after?: string): Promise<MemberPage> {
    this.#count();
    if (limit < 1) return { ids: [], next: undefined };
    const living = this.#org.members
      .of(groupId)
      .filter((id) => !this.#org.dead.has(id) && (after === undefined || id > after));
    const ids = living.slice(0, limit);
    return { ids, next: living.length > limit ? ids.at(-1) : undefined };
  }

  async rosters(groupIds: readonly string[], limit: number): Promise<Map<string, string[]>> {
    if (groupIds.length === 0) return new Map();
    this.#count();
    const living = (groupId: string) =>
      this.#org.members
        .of(groupId)
        .slice(0, limit)
        .filter((id) => !this.#org.dead.has(id));
    return new Map(groupIds.map((groupId) => [groupId, living(groupId)]));
  }

  async stored(groupId: string): Promise<string[]> {
    this.#count();
    return this.#org.members.of(groupId);
  }

  async groupsOf(memberId: string): Promise<string[]> {
    this.#count();
    return this.#org.groupsOf.of(memberId);
  }

  async sweep(until: number, stamp: Stamp): Promise<void> {
    this.#count();
    for (const id of this.#org.dead.keys()) {
      if (Date.now() >= until) return;
      this.#sweepOne(id, until, stamp);
    }
  }

  async sweepDeletions(ids: readonly string[], until: number, stamp: Stamp): Promise<readonly SweepOutcome[]> {
    this.#count();
    return ids.map((id) => this.#sweepOne(id, until, stamp));
  }

  #sweepOne(id: string, until: number, stamp: Stamp): Swept {
    const marker = this.#org.dead.get(id);
    if (marker === undefined) return "done";
    if (Date.now() >= until) return "unfinished";
    for (const groupId of this.#org.groupsOf.of(id)) this.#removeEdge(groupId, id, stamp);
    for (const memberId of this.#org.members.of(id)) this.#org.removeEdge(id, memberId);
    if (Date.parse(stamp.at) - Date.parse(marker.at) >= MARKER_MILLISECONDS) {
      this.#org.dead.delete(id);
      return "done";
    }
    this.#org.dead.set(id, { ...marker, swept: true });
    return "again";
  }

  #removeEdge(groupId: string, memberId: string, stamp: Stamp): void {
    this.#org.removeEdge(groupId, memberId);
    const group = this.#org.groups.get(groupId);
    if (group === undefined) return;
    const { version, memberCount } = group;
    const changed = { version: version + 1, memberCount: memberCount - 1, lastModified: stamp.at };
    this.#org.groups.set({ ...group, ...changed });
  }
}
