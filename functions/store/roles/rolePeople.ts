import { inParallel } from "../database.ts";
import { LIST_ATTRIBUTES } from "../groupLists.ts";
import { isIdOf, SIDES, type Side } from "../keys.ts";
import { readAmong } from "../readAmong.ts";
import type { ResourceRecord } from "../records.ts";
import { listedAttributes, resourceRecord } from "../resourceItems.ts";
import { GROUP_LAYOUT, USER_LAYOUT } from "../storedTypes.ts";
import type { Item } from "../table.ts";
import type { OrgView } from "../view.ts";

/** A user of either side; `fault` where its item cannot be read. */
export type SeenUser =
  | { readonly managed: boolean; readonly record: ResourceRecord }
  | { readonly managed: boolean; readonly fault: unknown };

const SEEN = [...listedAttributes(USER_LAYOUT), ...LIST_ATTRIBUTES];

/** The users and teams of both sides of an org that decide about roles. All reads are strongly consistent. */
export class RolePeople {
  readonly #managed: OrgView;
  readonly #unmanaged: OrgView;
  /** Sides of teams found before: a team never changes its side. */
  readonly #sides = new Map<string, Side>();

  constructor(managed: OrgView, unmanaged: OrgView) {
    this.#managed = managed;
    this.#unmanaged = unmanaged;
  }

  /**
   * By id. A missing user is deleted for good. An adoption moves users from the unmanaged to the managed side and never
   * back, so a user found on neither side is looked up on the managed side once more.
   */
  async find(ids: readonly string[]): Promise<ReadonlyMap<string, SeenUser>> {
    const found = new Map<string, SeenUser>();
    for (const side of ["managed", "unmanaged", "managed"] as const) {
      const left = ids.filter((id) => !found.has(id));
      if (left.length === 0) break;
      const view = this.#viewOf(side);
      const keys = left.map((id) => view.keys.resource(id));
      for (const item of await view.getMany(keys, SEEN)) found.set(String(item.sk), seen(side, item));
    }
    return found;
  }

  /**
   * All users up to the last id of one page of each side.
   * @param expected users that should exist: one within the pages that is not found is deleted for good
   */
  async page(limit: number, after: string | undefined, expected: ReadonlySet<string>, end: string | undefined) {
    const pages = await inParallel(SIDES, async (side) => {
      const view = this.#viewOf(side);
      return view.query(view.keys.collection(USER_LAYOUT), { limit, after, only: SEEN });
    });
    const ends = [end, ...pages.map((page) => page.last)].filter((one) => one !== undefined);
    const [last] = ends.sort();
    const isIn = (id: string) => last === undefined || id <= last;
    const found = new Map<string, SeenUser>();
    // The managed side last: it wins for a user seen on both sides during an adoption.
    for (const [index, { items }] of [...pages.entries()].reverse()) {
      for (const item of items)
        if (isIn(String(item.sk))) found.set(String(item.sk), seen(SIDES[index] ?? "managed", item));
    }
    const missing = [...expected].filter((id) => isIn(id) && !found.has(id));
    for (const [id, user] of missing.length === 0 ? [] : await this.find(missing)) found.set(id, user);
    return { found, last };
  }

  /**
   * By user id: the live teams among `teams` that have the user as member.
   * @param teams of either side
   */
  async teamsHolding(
    users: ReadonlyMap<string, SeenUser>,
    teams: readonly string[],
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    const holding = new Map<string, string[]>();
    if (teams.length === 0) return holding;
    const note = (userId: string, team: string) => {
      const known = holding.get(userId);
      if (known === undefined) holding.set(userId, [team]);
      else known.push(team);
    };
    const living = await this.#living(teams);
    await inParallel([...living], async ([team, side]) => {
      const asked: string[] = [];
      for (const [id, user] of users) {
        if ("fault" in user || (side === "managed" && !user.managed)) continue;
        const listed = user.managed === (side === "managed") ? user.record.groupIds : undefined;
        if (listed === undefined) asked.push(id);
        else if (listed.includes(team)) note(id, team);
      }
      for (const id of await membersAmong(this.#viewOf(side), team, asked)) note(id, team);
    });
    return holding;
  }

  /** The live teams with their sides. */
  async #living(teams: readonly string[]): Promise<ReadonlyMap<string, Side>> {
    const found = await inParallel(SIDES, async (side) => {
      const view = this.#viewOf(side);
      const asked = teams.filter((team) => isIdOf(GROUP_LAYOUT, team) && (this.#sides.get(team) ?? side) === side);
      const items = await view.getMany(asked.map(view.keys.resource.bind(view.keys)), ["pk", "sk"]);
      return items.map(({ sk }) => String(sk));
    });
    const living = new Map<string, Side>();
    for (const [index, ids] of found.entries()) for (const id of ids) living.set(id, SIDES[index] ?? "managed");
    for (const [team, side] of living) this.#sides.set(team, side);
    return living;
  }

  #viewOf(side: Side): OrgView {
    return side === "managed" ? this.#managed : this.#unmanaged;
  }
}

function seen(side: Side, item: Item): SeenUser {
  const managed = side === "managed";
  try {
    return { managed, record: resourceRecord(item) };
  } catch (fault) {
    return { managed, fault };
  }
}

async function membersAmong(view: OrgView, team: string, ids: readonly string[]): Promise<string[]> {
  const keyOf = (id: string) => view.keys.membership(team, id);
  const items = await readAmong(view, view.keys.memberships(team), keyOf, ids, ["pk", "sk"]);
  return items.map(({ sk }) => String(sk));
}
