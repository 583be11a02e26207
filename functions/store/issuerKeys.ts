import { hash, randomUUID } from "node:crypto";
import { objectIn } from "../scim/json.ts";
import type { Database } from "./database.ts";
import { issuerKeysKey, SCHEMA_VERSION } from "./keys.ts";
import { type Item, stillIs, storedText } from "./table.ts";
import type { PublicJwk } from "./tokenRecords.ts";

/** The stored keys of one issuer, for all orgs and all processes. Times are milliseconds since the epoch. */
export interface StoredKeys {
  readonly keys: readonly PublicJwk[];
  /** When they were fetched; 0: never. */
  readonly fetchedAt: number;
  /** Until then the keys are not fetched again, unless one is missing. */
  readonly freshUntil: number;
  /** When the last fetch began. */
  readonly attemptAt: number;
  /** When that fetch ended, whatever its result; earlier than `attemptAt`: it is running or was interrupted. */
  readonly endedAt: number;
}

const NEVER: StoredKeys = { keys: [], fetchedAt: 0, freshUntil: 0, attemptAt: 0, endedAt: 0 };
/** Longer than keys count that cannot be fetched again. */
const KEPT_SECONDS = 30 * 86_400;
/** Characters of the text of all keys; 50 keys need less than half. */
const LONGEST = 64 * 1_024;

/** Strongly consistent. @param url of the issuer's key set */
export async function readIssuerKeys(database: Database, url: string): Promise<StoredKeys> {
  const item = await database.get(keyOf(url));
  if (item === undefined) return NEVER;
  // Damaged ones are none, and are fetched again with the next attempt.
  const kept: unknown = objectIn(`{"k":${item.d}}`)?.k;
  const keys = [kept].flat().filter((key): key is PublicJwk => Object(key) === key);
  const [fetchedAt, freshUntil, attemptAt, endedAt] = ["fa", "fu", "at", "en"].map((name) => Number(item[name] ?? 0));
  return { keys, fetchedAt, freshUntil, attemptAt, endedAt } as StoredKeys;
}

/**
 * Claims the next fetch, which only one process gets: the first to write among those that have read the current item.
 * @param before as read @returns whether this process has the claim
 */
export async function beginFetch(database: Database, url: string, before: StoredKeys, now: number): Promise<boolean> {
  const previous: Item[string] = before.attemptAt === 0 ? undefined : before.attemptAt;
  const by = randomUUID();
  const set = { sv: SCHEMA_VERSION, at: now, by, ttl: ttlOf(now) };
  const [refusal] = await database.write([{ update: keyOf(url), set, condition: { all: stillIs("at", previous) } }]);
  // After a lost answer the SDK sends the claim again and then finds its own.
  return refusal === undefined || storedText(refusal, "by") === by;
}

/** Stores the result of a fetch. @param fetched absent: the fetch brought nothing, and the stored keys stay */
export async function endFetch(
  database: Database,
  url: string,
  now: number,
  fetched?: Pick<StoredKeys, "keys" | "freshUntil">,
): Promise<void> {
  const text = fetched && JSON.stringify(fetched.keys);
  if (text !== undefined && text.length > LONGEST) throw new RangeError("more keys than an item holds");
  const ended = { sv: SCHEMA_VERSION, en: now, ttl: ttlOf(now) };
  const set = text === undefined ? ended : { ...ended, d: text, fa: now, fu: Number(fetched?.freshUntil) };
  await database.write([{ update: keyOf(url), set }]);
}

function keyOf(url: string) {
  return issuerKeysKey(hash("sha256", url));
}

function ttlOf(now: number): number {
  return Math.floor(now / 1_000) + KEPT_SECONDS;
}
