import { BASE62 } from "../scim/schema.ts";
import type { OrgView } from "./view.ts";

/** Markers in 4 KB, the amount of one read unit. */
const MARKERS_PER_UNIT = 36;

/**
 * Deleted resources of an org that may still have memberships (ADR 0005), for one reader of members. One unit of the dead
 * set is read together with the members. The rest of the set is read where that seems cheaper than reading the markers of
 * the remaining members one by one, at a unit each. So after a mass deletion a small group costs no more than its members,
 * and any group at most 1 + 2 units per member.
 */
export class DeadSet {
  readonly #view: OrgView;
  readonly #dead = new Set<string>();
  /** The set is known up to here. */
  #place: { readonly after: string } | "end" | undefined;

  constructor(view: OrgView) {
    this.#view = view;
  }

  /** Reads the first part of the set, usually all of it; call it while the first members are read. @returns as `isEmpty` */
  async begin(): Promise<boolean> {
    if (this.#place === undefined) await this.#read(MARKERS_PER_UNIT);
    return this.isEmpty;
  }

  /** Whether the whole set is known and empty. */
  get isEmpty(): boolean {
    return this.#place === "end" && this.#dead.size === 0;
  }

  /** The ids that were deleted. */
  async among(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const units = this.#inDoubt(ids).length;
    if (this.#unitsLeft() <= units) {
      for (let room = units * MARKERS_PER_UNIT; room > 0 && this.#place !== "end"; ) room -= await this.#read(room);
    }
    const asked = this.#inDoubt(ids).map((id) => this.#view.keys.marker(id));
    const markers = await this.#view.getMany(asked, ["pk", "sk"]);
    return new Set([...ids.filter((id) => this.#dead.has(id)), ...markers.map(({ sk }) => String(sk))]);
  }

  #inDoubt(ids: readonly string[]): readonly string[] {
    const place = this.#place;
    if (place === "end") return [];
    return ids.filter((id) => place === undefined || id > place.after);
  }

  /** Estimated units to read the rest: ids of one kind are spread evenly, so the part already read shows the density. */
  #unitsLeft(): number {
    if (this.#place === "end" || this.#place === undefined) return 0;
    const [kind = "", first = "", second = ""] = this.#place.after;
    const alike = [...this.#dead].filter((id) => id.startsWith(kind)).length;
    const share = (BASE62.indexOf(first) * BASE62.length + BASE62.indexOf(second) + 1) / BASE62.length ** 2;
    return (alike / share - alike) / MARKERS_PER_UNIT;
  }

  /** @returns how many markers were read */
  async #read(limit: number): Promise<number> {
    const after = this.#place === "end" ? undefined : this.#place?.after;
    const { items, last } = await this.#view.query(this.#view.keys.dead(), { after, limit, only: ["sk"] });
    for (const { sk } of items) this.#dead.add(String(sk));
    this.#place = last === undefined ? "end" : { after: last };
    return items.length;
  }
}
