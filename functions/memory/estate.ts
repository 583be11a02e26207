import type { OrgId } from "../store/keys.ts";
import type { OrgData, Remainder } from "../store/ports.ts";
import type { MemoryOrg } from "./org.ts";
import type { SettingsTables } from "./settings.ts";

/** Everything of one org in memory. It goes at once: nothing is far away. */
export class MemoryEstate implements OrgData {
  readonly #orgId: OrgId;
  readonly #settings: SettingsTables;
  readonly #sides: readonly Map<string, MemoryOrg>[];

  /** @param sides managed and unmanaged, by org id */
  constructor(orgId: OrgId, settings: SettingsTables, sides: readonly Map<string, MemoryOrg>[]) {
    this.#orgId = orgId;
    this.#settings = settings;
    this.#sides = sides;
  }

  async remove(): Promise<number> {
    const { tokensByHash, lastUsed } = this.#settings;
    let removed = this.#directorySize();
    for (const side of this.#sides) side.delete(this.#orgId);
    for (const [hash, { orgId, id }] of tokensByHash) {
      if (orgId !== this.#orgId) continue;
      tokensByHash.delete(hash);
      lastUsed.delete(id);
      removed++;
    }
    return removed;
  }

  async remains(): Promise<readonly Remainder[]> {
    const tokens = [...this.#settings.tokensByHash.values()].filter(({ orgId }) => orgId === this.#orgId);
    return [
      { partition: "directory", items: this.#directorySize() },
      { partition: "tokens", items: tokens.length },
      { partition: "settings", items: this.#settings.orgs.has(this.#orgId) ? 1 : 0 },
    ];
  }

  async finish(slug: string): Promise<void> {
    this.#settings.orgs.delete(this.#orgId);
    if (this.#settings.slugs.get(slug) === this.#orgId) this.#settings.slugs.delete(slug);
  }

  /** Users, groups and deletions: what is counted in DynamoDB is more. */
  #directorySize(): number {
    return this.#sides.reduce((sum, side) => {
      const org = side.get(this.#orgId);
      return org === undefined ? sum : sum + org.users.page(0, 0).total + org.groups.page(0, 0).total + org.dead.size;
    }, 0);
  }
}
