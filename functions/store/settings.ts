import { allOf, type Database, newestFirst, soundRecords } from "./database.ts";
import { keyItem, LISTED_TOKENS, type OrgId, SLUGS, settingsKeys } from "./keys.ts";
import type { OrgRecord, Stamp } from "./records.ts";
import { newWriteId } from "./resourceItems.ts";
import { ABSENT, type Action, type Item, type Key, storedText } from "./table.ts";
import type { TokenRecord } from "./tokenRecords.ts";
import type { OrgView } from "./view.ts";

/** Each token is two items, and the settings are another: 81 of the 100 actions of a transaction. */
const MOST_TOKENS = 40;

const HOUR = 3_600_000;
const AFTER_FAILURE = 60_000;
/** Most tokens that one process remembers. At this number it forgets all of them, and at worst writes a mark again. */
const MOST_REMEMBERED = 10_000;

/** What was already read of one org. */
export interface OrgAhead {
  /** The login name and the id that it belongs to. */
  readonly slug?: { readonly slug: string; readonly id: string } | undefined;
  /** The org's settings: they serve the first read with this id, once. */
  readonly org?: OrgRecord | undefined;
}

/** Orgs and their tokens. SCIM functions have no right to write any of them. */
export class SettingsStore {
  readonly #database: Database;
  readonly #slug: OrgAhead["slug"];
  #org: OrgAhead["org"];

  constructor(database: Database, { slug, org }: OrgAhead = {}) {
    this.#database = database;
    this.#slug = slug;
    this.#org = org;
  }

  async orgBySlug(slug: string): Promise<OrgRecord | undefined> {
    if (slug === "") return undefined;
    if (slug === this.#slug?.slug) return this.#read(this.#slug.id);
    const entry = await this.#database.get(settingsKeys.slug(slug));
    if (entry === undefined) return undefined;
    return this.#read(String(entry.id));
  }

  async orgById(id: OrgId): Promise<OrgRecord | undefined> {
    return this.#read(id);
  }

  async #read(id: string): Promise<OrgRecord | undefined> {
    const ahead = this.#org;
    if (ahead?.id === id) {
      this.#org = undefined;
      return ahead;
    }
    const item = await this.#database.get(settingsKeys.org(id));
    return item && orgRecord(item);
  }

  /** By slug, ascending. */
  async orgs(limit: number, after?: string): Promise<{ orgs: readonly OrgRecord[]; next: string | undefined }> {
    const slugs: string[] = [];
    const ids: string[] = [];
    let last = after;
    do {
      // Ask for one more than the limit: it shows whether there is a next page.
      const page = await this.#database.query(SLUGS, { limit: limit + 1 - slugs.length, after: last });
      for (const item of page.items) {
        slugs.push(String(item.sk));
        ids.push(String(item.id));
      }
      last = page.last;
    } while (last !== undefined && slugs.length <= limit);
    const shown = ids.slice(0, limit);
    const items = await this.#database.getMany(shown.map((id) => settingsKeys.org(id)));
    const orgs = soundRecords(this.#database, items, orgRecord).sort((a, b) => (a.slug < b.slug ? -1 : 1));
    return { orgs, next: slugs.length > limit ? slugs[limit - 1] : undefined };
  }

  async createOrg(org: OrgRecord, stamp: Stamp): Promise<"created" | "slugTaken"> {
    const refusals = await this.#database.transact([
      { put: { ...keyItem(settingsKeys.slug(org.slug)), id: org.id }, condition: ABSENT },
      { put: orgItem(org, newWriteId(stamp)), condition: ABSENT },
    ]);
    if (refusals.length === 0) return "created";
    if (refusals.some(({ index }) => index === 0)) return "slugTaken";
    throw new Error("a new org's id is in use");
  }

  /** Org tokens and client secrets, newest first. Strongly consistent: every live token is found. */
  async tokens(orgId: OrgId): Promise<TokenRecord[]> {
    const items = await allOf(this.#database, settingsKeys.org(orgId).pk, { prefix: LISTED_TOKENS });
    return soundRecords(this.#database, items, tokenRecord).sort(newestFirst);
  }

  /** When tokens were last used, to the hour, by token id. A token that was never used is absent. */
  lastUsed(tokenIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return readLastUsed(this.#database, tokenIds);
  }

  /**
   * Writes settings, tokens and the actions `beside` in one transaction. At most 40 tokens. @returns `stale` when the
   * stored version is not `previous.version`, or a condition of `beside` does not hold
   */
  async save(
    previous: OrgRecord,
    next: OrgRecord,
    tokens: readonly TokenRecord[],
    stamp: Stamp,
    beside: readonly Action[] = [],
  ): Promise<"saved" | "stale"> {
    if (tokens.length > MOST_TOKENS) throw new RangeError(`at most ${MOST_TOKENS} tokens in one change`);
    const version = previous.version + 1;
    const writeId = newWriteId(stamp);
    const settings = orgItem({ ...next, version }, writeId);
    const refusals = await this.#database.transact([
      { put: settings, condition: { all: [{ equals: ["v", previous.version] }] } },
      ...tokens.flatMap((token) => [
        { put: tokenItem(settingsKeys.token(token.hash), token) },
        // For the event log: the change of the settings that wrote it, and the actor.
        { put: { ...tokenItem(settingsKeys.listedToken(next.id, token.id), token), v: version, lr: writeId } },
      ]),
      ...beside,
    ]);
    return refusals.length === 0 ? "saved" : "stale";
  }
}

/** Stores a new access token until it expires. */
export async function createAccessToken(database: Database, token: TokenRecord): Promise<void> {
  const item = tokenItem(settingsKeys.accessToken(token.orgId, token.hash), token);
  const ttl = token.expiresAt === undefined ? undefined : Math.ceil(Date.parse(token.expiresAt) / 1000);
  const [refusal] = await database.write([{ put: { ...item, ttl }, condition: ABSENT }]);
  // After a lost answer the SDK sends the item again and then finds its own write.
  if (refusal !== undefined && storedText(refusal, "d") !== item.d) throw new Error("a new access token is in use");
}

/** The version stands beside the text, because write conditions need it. */
export function orgItem(org: OrgRecord, writeId: string): Item {
  return {
    ...keyItem(settingsKeys.org(org.id)),
    v: org.version,
    lr: writeId,
    d: JSON.stringify({ ...org, version: undefined }),
  };
}

export function orgRecord(item: Item): OrgRecord {
  // Only orgItem writes it. JSON drops undefined attributes of a record.
  const kept = JSON.parse(String(item.d)) as Omit<OrgRecord, "version" | "sso" | "paused"> & Partial<OrgRecord>;
  return { ...kept, version: Number(item.v), sso: kept.sso, paused: kept.paused };
}

export function tokenItem(key: Key, token: TokenRecord): Item {
  return { ...keyItem(key), d: JSON.stringify(token) };
}

/** Removes everything that is stored of a listed token. */
export function forgetToken({ id, orgId, hash }: TokenRecord): readonly Action[] {
  const keys = [settingsKeys.listedToken(orgId, id), settingsKeys.token(hash), settingsKeys.lastUsed(id)];
  return keys.map((key) => ({ delete: key }));
}

export function tokenRecord(item: Item): TokenRecord {
  // Only tokenItem writes it.
  const kept = JSON.parse(String(item.d)) as Omit<TokenRecord, "expiresAt" | "revokedAt"> & Partial<TokenRecord>;
  return { ...kept, expiresAt: kept.expiresAt, revokedAt: kept.revokedAt };
}

/** When tokens were last used: one mark per token, written at most once an hour per process and once an hour altogether. */
export class UseMarks {
  /** Token id → when this process wrote or found the mark, milliseconds since the epoch. */
  readonly #marked = new Map<string, number>();

  readonly #underWay = new Map<string, Promise<void>>();

  /**
   * Never throws: a later request writes a mark that could not be written now. When it resolves, the mark is stored, even
   * where another request of this process writes it: what depends on the first use may then depend on every answer.
   */
  async mark(database: Database, tokenId: string, now: number): Promise<void> {
    const before = this.#marked.get(tokenId);
    if (before !== undefined && now - before < HOUR) return this.#underWay.get(tokenId);
    if (this.#marked.size >= MOST_REMEMBERED) this.#marked.clear();
    this.#marked.set(tokenId, now);
    const writing = this.#write(database, tokenId, now);
    this.#underWay.set(tokenId, writing);
    await writing;
    this.#underWay.delete(tokenId);
  }

  async #write(database: Database, tokenId: string, now: number): Promise<void> {
    try {
      const put = { ...keyItem(settingsKeys.lastUsed(tokenId)), lu: new Date(now).toISOString() };
      const anHourAgo = new Date(now - HOUR).toISOString();
      await database.write([{ put, condition: { orAbsent: true, all: [{ atMost: ["lu", anHourAgo] }] } }]);
    } catch {
      // Do not try again at once: a slow database would slow every request.
      this.#marked.set(tokenId, now - HOUR + AFTER_FAILURE);
    }
  }
}

/** When tokens were last used, to the hour, by token id. A token that was never used is absent. */
export async function readLastUsed(
  database: Database,
  tokenIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const items = await database.getMany(tokenIds.map((id) => settingsKeys.lastUsed(id)));
  return new Map(items.map((item) => [tokenIdOf(item), String(item.lu)]));
}

function tokenIdOf({ pk }: Item): string {
  return String(pk).slice(settingsKeys.lastUsed("").pk.length);
}

/**
 * The key that seals the org's cursors. Created with the first cursor, and never changed.
 * @param fresh 32 random bytes: the key if the org has none
 */
export async function cursorKey(view: OrgView, fresh: Uint8Array): Promise<Uint8Array> {
  const stored = await storedKey(view);
  if (stored !== undefined) return stored;
  const put = { ...keyItem(view.keys.cursorKey()), k: Buffer.from(fresh).toString("base64") };
  const refusals = await view.write([{ put, condition: ABSENT }]);
  if (refusals.length === 0) return fresh;
  const faster = await storedKey(view);
  if (faster === undefined) throw new Error("the cursor key exists but is unreadable");
  return faster;
}

async function storedKey(view: OrgView): Promise<Uint8Array | undefined> {
  const item = await view.get(view.keys.cursorKey());
  return item && Buffer.from(String(item.k), "base64");
}
