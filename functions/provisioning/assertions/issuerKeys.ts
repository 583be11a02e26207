import { beginFetch, endFetch, readIssuerKeys, type StoredKeys } from "../../store/issuerKeys.ts";
import type { PublicJwk } from "../../store/tokenRecords.ts";
import { CLOCK_SKEW } from "../timeBudget.ts";
import type { FetchKeys, FoundKey, IsOpenTo, KeyMeans, KeySource, WantedKey } from "./ports.ts";
import { findKey, readKeySet } from "./readKeySet.ts";

/** Milliseconds between two attempts to fetch one issuer's keys, over all processes. */
const FETCH_FLOOR = 60_000;
/** Milliseconds for which fetched keys stay valid while the issuer does not answer. After that its assertions are refused. */
const STALE_AT_MOST = 7 * 86_400_000;
/** Seconds that keys are cached: limits for the issuer's own number, and the number if the issuer gives none. */
const FRESH = { least: 300, most: 86_400, unsaid: 3_600 };
/** Key sets in a process's cache. */
const MOST_REMEMBERED = 100;
/** How often, and at which interval in milliseconds, to look for the result of another process's fetch. */
const LOOKS = 8;
const PAUSE = 250;
/** Milliseconds after which an unfinished fetch counts as broken off. */
const LONGEST_FETCH = 5_000;

/** The keys of issuers: cached in this process, cached in the table for all processes, or fetched from the issuer (ADR 65). */
export class IssuerKeys implements KeySource {
  readonly #issuerAt: FetchKeys;
  readonly #isOpenTo: IsOpenTo;
  /** By the URL of the key set, the least recently read first. */
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
      // Another process is fetching. Wait a moment for its keys, unless a stale key can answer the request.
      if (stale !== undefined || !isUnderWay || looks === LOOKS) return stale ?? missing(stored);
      await means.wait(PAUSE);
    }
  }

  async #fetched(url: string, before: StoredKeys, wanted: WantedKey, means: KeyMeans): Promise<FoundKey> {
    const answer = await this.#issuerAt(url);
    const keys = answer.outcome === "fetched" ? readKeySet(answer.body) : undefined;
    const now = means.now();
    // An answer without keys counts as a failure: cached, it would lock out everybody.
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

/** Keys dated in the future come from a wrong clock: they may be older than they say. */
function freshKey({ keys, fetchedAt, freshUntil }: StoredKeys, wanted: WantedKey, now: number): PublicJwk | undefined {
  return fetchedAt - CLOCK_SKEW < now && now < freshUntil ? findKey(keys, wanted) : undefined;
}

function staleKey({ keys, fetchedAt }: StoredKeys, wanted: WantedKey, now: number): FoundKey | undefined {
  const key = Math.abs(now - fetchedAt) < STALE_AT_MOST ? findKey(keys, wanted) : undefined;
  return key && { outcome: "found", key, from: "stale" };
}

/** An attempt dated in the future comes from a wrong clock, and blocks nobody. */
function mayFetch({ attemptAt }: StoredKeys, now: number): boolean {
  return Math.abs(now - attemptAt) >= FETCH_FLOOR;
}

function isFetching({ attemptAt, endedAt }: StoredKeys, now: number): boolean {
  return endedAt < attemptAt && now < attemptAt + LONGEST_FETCH;
}

/** `unknown` if the issuer answered the last attempt without this key. */
function missing({ attemptAt, fetchedAt }: StoredKeys): FoundKey {
  return { outcome: fetchedAt > 0 && fetchedAt >= attemptAt ? "unknown" : "outOfReach" };
}
