import type { OrgId } from "../store/keys.ts";
import type { OrgRecord, Settings, TokenRecord } from "../store/ports.ts";

/** What all sessions of one store share. */
export interface SettingsTables {
  readonly orgs: Map<string, OrgRecord>;
  /** Slug → org id. */
  readonly slugs: Map<string, OrgId>;
  readonly tokensByHash: Map<string, TokenRecord>;
  /** Token id → ISO 8601 time. */
  readonly lastUsed: Map<string, string>;
}

/** Organizations and tokens in memory. */
export class MemorySettings implements Settings {
  readonly #tables: SettingsTables;
  readonly #count: () => void;

  /** @param count called once per operation */
  constructor(tables: SettingsTables, count: () => void) {
    this.#tables = tables;
    this.#count = count;
  }

  async orgBySlug(slug: string): Promise<OrgRecord | undefined> {
    this.#count();
    return this.#tables.orgs.get(this.#tables.slugs.get(slug) ?? "");
  }

  async orgById(id: OrgId): Promise<OrgRecord | undefined> {
    this.#count();
    return this.#tables.orgs.get(id);
  }

  async orgs(limit: number, after?: string): Promise<{ orgs: readonly OrgRecord[]; next: string | undefined }> {
    this.#count();
    const all = [...this.#tables.orgs.values()]
      .filter(({ slug }) => after === undefined || slug > after)
      .sort((a, b) => (a.slug < b.slug ? -1 : 1));
    const orgs = all.slice(0, limit);
    return { orgs, next: all.length > limit ? orgs.at(-1)?.slug : undefined };
  }

  async createOrg(org: OrgRecord): Promise<"created" | "slugTaken"> {
    this.#count();
    if (this.#tables.slugs.has(org.slug)) return "slugTaken";
    if (this.#tables.orgs.has(org.id)) throw new Error("a new org's id is in use");
    this.#tables.slugs.set(org.slug, org.id);
    this.#tables.orgs.set(org.id, org);
    return "created";
  }

  async tokens(orgId: OrgId): Promise<TokenRecord[]> {
    this.#count();
    return [...this.#tables.tokensByHash.values()]
      .filter((token) => token.orgId === orgId && token.kind !== "access")
      .sort(newestFirst);
  }

  async createAccessToken(token: TokenRecord): Promise<void> {
    this.#count();
    this.#tables.tokensByHash.set(token.hash, token);
    // What DynamoDB forgets by itself.
    for (const [hash, { kind, expiresAt }] of this.#tables.tokensByHash) {
      if (kind === "access" && expiresAt !== undefined && expiresAt < token.createdAt)
        this.#tables.tokensByHash.delete(hash);
    }
  }

  async lastUsed(tokenIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    this.#count();
    const all = this.#tables.lastUsed;
    return new Map(tokenIds.flatMap((id) => (all.has(id) ? [[id, String(all.get(id))] as const] : [])));
  }

  async save(previous: OrgRecord, next: OrgRecord, tokens: readonly TokenRecord[]): Promise<"saved" | "stale"> {
    this.#count();
    if (tokens.length > 40) throw new RangeError("at most 40 tokens in one change");
    if (this.#tables.orgs.get(next.id)?.version !== previous.version) return "stale";
    this.#tables.orgs.set(next.id, { ...next, version: previous.version + 1 });
    for (const token of tokens) this.#tables.tokensByHash.set(token.hash, token);
    return "saved";
  }
}

function newestFirst(a: TokenRecord, b: TokenRecord): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? 1 : -1;
  return a.id < b.id ? 1 : -1;
}
