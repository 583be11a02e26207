import { BASE62, isMemberId } from "../scim/schema.ts";
import { inParallel } from "./database.ts";
import { DeadSet } from "./deadSet.ts";
import { listCountIn } from "./groupLists.ts";
import { isIdOf } from "./keys.ts";
import type { GroupRecord, MemberPage, ResourceRecord, Stamp, SweepOutcome } from "./records.ts";
import type { Rosters } from "./rosters.ts";
import { GROUP_LAYOUT, USER_LAYOUT } from "./storedTypes.ts";
import type { Sweeps } from "./sweep.ts";
import type { Key } from "./table.ts";
import type { OrgView } from "./view.ts";

/** Without the partition key, which the caller knows. */
const IDS = ["sk"];

/** Members in one megabyte, less three standard deviations. */
const MEMBERS_PER_PAGE = 6_500;

const NOBODY: ReadonlySet<string> = new Set();

/** The members of groups. */
export class MembershipStore {
  readonly #view: OrgView;
  readonly #rosters: Rosters;
  readonly #sweeps: Sweeps;

  constructor(view: OrgView, rosters: Rosters, sweeps: Sweeps) {
    this.#view = view;
    this.#rosters = rosters;
    this.#sweeps = sweeps;
  }

  /** The ids of `members` that are in the group, including deleted members that are not swept yet. */
  async among(groupId: string, members: readonly string[]): Promise<Set<string>> {
    if (!isIdOf(GROUP_LAYOUT, groupId)) return new Set();
    const keys: Key[] = [];
    for (const id of new Set(members)) if (isMemberId(id)) keys.push(this.#view.keys.membership(groupId, id));
    const found = await this.#view.getMany(keys, ["pk", "sk"]);
    return new Set(found.map(({ sk }) => String(sk)));
  }

  /** The ids whose user or group exists; reads none of its attributes. */
  async living(ids: readonly string[]): Promise<Set<string>> {
    const { keys, listed } = this.#view;
    const asked = ids.filter(isMemberId);
    for (const id of asked) listed.set(id, "absent");
    const found = await this.#view.getMany(asked.map(keys.resource.bind(keys)), ["pk", "sk", "g"]);
    const living = new Set<string>();
    for (const item of found) {
      living.add(String(item.sk));
      listed.set(String(item.sk), listCountIn(item));
    }
    return living;
  }

  /** By member id: the given groups that have this membership. Does not check whether the group lives. */
  async holding(groupIds: ReadonlyMap<string, readonly string[]>): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    const { keys } = this.#view;
    const asked = [...groupIds].flatMap(([memberId, ids]) =>
      isMemberId(memberId)
        ? ids.filter((id) => isIdOf(GROUP_LAYOUT, id)).map((id) => keys.membership(id, memberId))
        : [],
    );
    const found = Map.groupBy(await this.#view.getMany(asked, ["pk", "sk"]), ({ sk }) => String(sk));
    const start = keys.memberships("").length;
    return new Map([...found].map(([id, items]) => [id, new Set(items.map(({ pk }) => String(pk).slice(start)))]));
  }

  /** Live members. Deleted members are left out at once, before their memberships are swept. */
  async members(groupId: string, limit: number, after?: string): Promise<MemberPage> {
    const { keys } = this.#view;
    if (!isIdOf(GROUP_LAYOUT, groupId) || limit < 1) return { ids: [], next: undefined };
    const dead = new DeadSet(this.#view);
    const ids: string[] = [];
    let last = after;
    do {
      // Ask for one more than the limit: it shows whether there is a next page.
      const [page] = await Promise.all([
        this.#view.query(keys.memberships(groupId), { limit: limit + 1 - ids.length, after: last, only: IDS }),
        dead.begin(),
      ]);
      const found = page.items.map(({ sk }) => String(sk));
      const gone = await dead.among(found);
      for (const id of found) if (!gone.has(id)) ids.push(id);
      last = page.last;
    } while (last !== undefined && ids.length <= limit);
    if (ids.length <= limit) return { ids, next: undefined };
    const shown = ids.slice(0, limit);
    return { ids: shown, next: shown.at(-1) };
  }

  /**
   * Like `members`, for several groups at once: the live ones among each group's first members, up to `limit`, by group id.
   * Deletions are looked up once for all groups.
   * @param groups as this request has read or changed them
   */
  async rosters(groups: readonly GroupRecord[], limit: number): Promise<Map<string, readonly string[]>> {
    if (groups.length === 0) return new Map();
    const dead = new DeadSet(this.#view);
    const [stored] = await Promise.all([Promise.all(groups.map((group) => this.#roster(group))), dead.begin()]);
    const gone = dead.isEmpty ? NOBODY : await dead.among([...new Set(stored.flat())]);
    return new Map(groups.map(({ id }, index) => [id, without(gone, stored[index] ?? []).slice(0, limit)]));
  }

  async #roster(group: GroupRecord): Promise<readonly string[]> {
    const partition = this.#view.keys.memberships(group.id);
    const kept = this.#rosters.find(partition, group);
    if (kept !== undefined) return kept;
    const ids = await this.#stored(group.id, group.memberCount);
    this.#rosters.keep(partition, group, ids);
    return ids;
  }

  /** Every stored member, including deleted ones: the basis for a full replacement. */
  async stored(groupId: string): Promise<string[]> {
    return isIdOf(GROUP_LAYOUT, groupId) ? this.#stored(groupId, 0) : [];
  }

  /**
   * All stored members. Where they fill more than a page, several id ranges are read at once: ids are random, so the ranges
   * are of nearly equal size, and one call reads nearly every range.
   * @param count approximate
   */
  async #stored(groupId: string, count: number): Promise<string[]> {
    const ranges = Math.max(1, Math.ceil(count / MEMBERS_PER_PAGE));
    const borders = Array.from({ length: ranges - 1 }, (_, index) => firstUserId((index + 1) / ranges));
    const mean = count / ranges;
    // Mean plus three standard deviations.
    const limit = ranges === 1 ? undefined : Math.ceil(mean + 3 * Math.sqrt(mean));
    const parts = await inParallel([undefined, ...borders], async (from) => {
      const to = borders[from === undefined ? 0 : borders.indexOf(from) + 1];
      const ids: string[] = [];
      for await (const items of this.#view.pages(this.#view.keys.memberships(groupId), { from, limit, only: IDS })) {
        for (const { sk } of items) ids.push(String(sk));
        if (to !== undefined && String(ids.at(-1)) >= to) return ids.filter((id) => id < to);
      }
      return ids;
    });
    return parts.flat();
  }

  /** Ids of the member's groups, ascending; eventually consistent, and a group may be deleted. */
  async groupsOf(memberId: string): Promise<string[]> {
    if (!isMemberId(memberId)) return [];
    return this.#view.idsOf(this.#view.groupsOf(memberId));
  }

  /** The same for a user that was read: strongly consistent where its item lists the groups. */
  async groupsOfUser({ id, groupIds }: Pick<ResourceRecord, "id" | "groupIds">): Promise<readonly string[]> {
    return groupIds ?? this.groupsOf(id);
  }

  /**
   * Removes memberships of deleted members (raising their groups' versions) and of deleted groups. Never throws for lack of
   * time; the rest stays invisible, and a later call removes it.
   * @param until milliseconds since the epoch
   */
  sweep(until: number, stamp: Stamp): Promise<void> {
    return this.#sweeps.deletions(this.#view, until, stamp);
  }

  /**
   * The same for these deletions; outcomes in the order of the ids. Members of one group leave it together. Repeat it five
   * minutes after the deletion: then no index lags, and no request runs that saw the deleted resource alive. It waits for a
   * busy group while there is time.
   * @throws StoreBusy where not even the deletions could be read
   */
  sweepDeletions(ids: readonly string[], until: number, stamp: Stamp): Promise<readonly SweepOutcome[]> {
    return this.#sweeps.marked(this.#view, ids, until, stamp);
  }
}

function without(gone: ReadonlySet<string>, ids: readonly string[]): readonly string[] {
  return gone.size === 0 ? ids : ids.filter((id) => !gone.has(id));
}

/** This share of the users has ids below the result. @param share from 0 to 1 */
function firstUserId(share: number): string {
  const place = Math.floor(share * BASE62.length ** 2);
  return USER_LAYOUT.letter + BASE62.charAt(Math.floor(place / BASE62.length)) + BASE62.charAt(place % BASE62.length);
}

/**
 * The members of a group between two ids, inclusive, with deleted ones until they are swept. The cost depends on this
 * range, not on the size of the group: a unit for about 90 members.
 * @param about how many there may be
 */
export async function membersBetween(
  view: OrgView,
  groupId: string,
  { first, last, about }: { readonly first: string; readonly last: string; readonly about: number },
): Promise<readonly string[]> {
  const ids: string[] = [];
  const part = { from: first, limit: about, only: ["sk"] };
  for await (const items of view.pages(view.keys.memberships(groupId), part)) {
    for (const { sk } of items) ids.push(String(sk));
    if (String(ids.at(-1)) >= last) break;
  }
  return ids.filter((id) => id <= last);
}

/** Count of live users among the members; undefined where only reading all members could tell. */
export async function userCount(view: OrgView, { id, memberCount }: GroupRecord): Promise<number | undefined> {
  const [{ items, last }, hidesNobody] = await Promise.all([
    view.query(view.keys.memberships(id), { prefix: GROUP_LAYOUT.letter, only: IDS }),
    new DeadSet(view).begin(),
  ]);
  return hidesNobody && last === undefined ? memberCount - items.length : undefined;
}
