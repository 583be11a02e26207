import { BASE62 } from "../scim/schema.ts";
import type { OrgView } from "./view.ts";

/** Markers in 4 KB, which is what one unit reads. */
const MARKERS_PER_UNIT = 36;

/**
 * Who of an org was deleted and may still have memberships (ADR 0005), for one reader of members. One unit of the dead set is
 * read beside the members. What it holds beyond is read on where that seems to cost less than to ask for the markers of the
 * members who are still in doubt, and otherwise these are asked for: one unit each. So after a mass deletion a group of
 * few costs no more than its members, and any group no more than 1 + 2 units for each of them.
 */
export class DeadSet {
  readonly #view: OrgView;
  readonly #dead = new Set<string>();
  /** Up to here the set is known. */
  #place: { readonly after: string } | "end" | undefined;

  constructor(view: OrgView) {
    this.#view = view;
  }

  /** Reads beside the first members what mostly is all of it. */
  async begin(): Promise<void> {
    if (this.#place === undefined) await this.#read(MARKERS_PER_UNIT);
  }

  /** All of the set is known, and nobody is in it. */
  get isEmpty(): boolean {
    return this.#place === "end" && this.#dead.size === 0;
  }

  /** Those of the ids that were deleted. */
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

  /** About as many as it takes to read the rest: ids of one kind are spread evenly, so what was read of them shows it. */
  #unitsLeft(): number {
    if (this.#place === "end" || this.#place === undefined) return 0;
    const [kind = "", first = "", second = ""] = this.#place.after;
    const alike = [...this.#dead].filter((id) => id.startsWith(kind)).length;
    const share = (BASE62.indexOf(first) * BASE62.length + BASE62.indexOf(second) + 1) / BASE62.length ** 2;
    return (alike / share - alike) / MARKERS_PER_UNIT;
  }

  /** @returns how many were read */
  async #read(limit: number): Promise<number> {
    const after = this.#place === "end" ? undefined : this.#place?.after;
    const { items, last } = await this.#view.query(this.#view.keys.dead(), { after, limit, only: ["sk"] });
    for (const { sk } of items) this.#dead.add(String(sk));
    this.#place = last === undefined ? "end" : { after: last };
    return items.length;
  }
}
