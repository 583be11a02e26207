import { beginFetch, endFetch, readIssuerKeys, type StoredKeys } from "../../store/issuerKeys.ts";
import type { PublicJwk } from "../../store/records.ts";
import type { FetchKeys, FoundKey, IsOpenTo, KeyMeans, KeySource, WantedKey } from "./ports.ts";
import { findKey, readKeySet } from "./readKeySet.ts";

/** Milliseconds. Between two attempts to fetch the keys of one issuer, over all processes. */
export const FETCH_FLOOR = 60_000;
/** Keys that cannot be fetched again count for so long after they were: an issuer that is gone for longer vouches for nobody. */
export const STALE_AT_MOST = 7 * 86_400_000;
/** Whatever an issuer says of how long its keys may be kept; what is said where it says nothing. */
const FRESH = { least: 300, most: 86_400, unsaid: 3_600 };
/** Key sets that a process remembers. */
const MOST_REMEMBERED = 100;
/** While somebody else fetches: how often, and for how long, it is looked at what came of it. */
const LOOKS = 8;
const PAUSE = 250;
/** An attempt that has not ended by then was broken off. */
const LONGEST_FETCH = 5_000;

/** The keys of issuers: in this process, in the table for all of them, and from the issuer where both are not enough (ADR 65). */
export class IssuerKeys implements KeySource {
  readonly #issuerAt: FetchKeys;
  readonly #isOpenTo: IsOpenTo;
  /** By the URL of the key set, in the order in which they were last read. */
  readonly #remembered = new Map<string, StoredKeys>();

  constructor(issuerAt: FetchKeys, isOpenTo: IsOpenTo) {
    this.#issuerAt = issuerAt;
    this.#isOpenTo = isOpenTo;
  }

  async keyOf(url: string, wanted: WantedKey, means: KeyMeans): Promise<FoundKey> {
    if (!this.#isOpenTo(url)) return { outcome: "closed" };
    const remembered = this.#remembered.get(url);
    const known = remembered && freshKey(remembered, wanted, means.now());
    if (known !== undefined) return { outcome: "found", key: known, from: "cached" };
    for (let looks = 1; ; looks += 1) {
      const stored = await readIssuerKeys(means.database, url);
      const now = means.now();
      this.#remember(url, stored);
      const key = freshKey(stored, wanted, now);
      if (key !== undefined) return { outcome: "found", key, from: "cached" };
      if (mayFetch(stored, now) && (await beginFetch(means.database, url, stored, now))) {
        return this.#fetched(url, stored, wanted, means);
      }
      const stale = staleKey(stored, wanted, now);
      const isUnderWay = mayFetch(stored, now) || isFetching(stored, now);
      // Somebody else is at it: what it brings is worth a moment, where this request could not be answered without.
      if (stale !== undefined || !isUnderWay || looks === LOOKS) return stale ?? missing(stored);
      await means.wait(PAUSE);
    }
  }

  async #fetched(url: string, before: StoredKeys, wanted: WantedKey, means: KeyMeans): Promise<FoundKey> {
    const answer = await this.#issuerAt(url);
    const keys = answer.outcome === "fetched" ? readKeySet(answer.body) : undefined;
    const now = means.now();
    // An answer without a single key would lock out everybody for as long as it is kept: it is no answer.
    if (answer.outcome === "failed" || keys === undefined || keys.length === 0) {
      await endFetch(means.database, url, now);
      return staleKey(before, wanted, now) ?? { outcome: "outOfReach" };
    }
    const seconds = Math.min(Math.max(answer.maxAge ?? FRESH.unsaid, FRESH.least), FRESH.most);
    const fetched = { keys, freshUntil: now + seconds * 1_000 };
    await endFetch(means.database, url, now, fetched);
    this.#remember(url, { ...fetched, fetchedAt: now, attemptAt: now, endedAt: now });
    const key = findKey(keys, wanted);
    return key === undefined ? { outcome: "unknown" } : { outcome: "found", key, from: "fetched" };
  }

  #remember(url: string, stored: StoredKeys): void {
    this.#remembered.delete(url);
    const [oldest] = this.#remembered.keys();
    if (oldest !== undefined && this.#remembered.size >= MOST_REMEMBERED) this.#remembered.delete(oldest);
    this.#remembered.set(url, stored);
  }
}

function freshKey({ keys, freshUntil }: StoredKeys, wanted: WantedKey, now: number): PublicJwk | undefined {
  return now < freshUntil ? findKey(keys, wanted) : undefined;
}

function staleKey({ keys, fetchedAt }: StoredKeys, wanted: WantedKey, now: number): FoundKey | undefined {
  const key = now < fetchedAt + STALE_AT_MOST ? findKey(keys, wanted) : undefined;
  return key && { outcome: "found", key, from: "stale" };
}

/** An attempt in the future was dated by a clock that was wrong, and holds nobody up. */
function mayFetch({ attemptAt }: StoredKeys, now: number): boolean {
  return Math.abs(now - attemptAt) >= FETCH_FLOOR;
}

function isFetching({ attemptAt, endedAt }: StoredKeys, now: number): boolean {
  return endedAt < attemptAt && now < attemptAt + LONGEST_FETCH;
}

/** Whether the issuer was asked since, and did not have the key. */
function missing({ attemptAt, fetchedAt }: StoredKeys): FoundKey {
  return { outcome: fetchedAt > 0 && fetchedAt >= attemptAt ? "unknown" : "outOfReach" };
}
