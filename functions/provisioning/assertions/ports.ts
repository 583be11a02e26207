import type { Database } from "../../store/database.ts";
import type { PublicJwk } from "../../store/tokenRecords.ts";

/** The content of an issuer's key URL, or that it could not be read. */
export type FetchedKeys =
  /** @property body unchecked JSON text @property maxAge seconds for which the answer may be cached, if it says so */
  { readonly outcome: "fetched"; readonly body: string; readonly maxAge?: number } | { readonly outcome: "failed" };

/** Fetches an issuer's keys, within the rules for hosts and addresses (ADR 65). Never throws. */
export type FetchKeys = (url: string) => Promise<FetchedKeys>;

/** Whether keys at this URL may be used at all, by the same rules for hosts. */
export type IsOpenTo = (url: string) => boolean;

/** The key that an assertion names. */
export type WantedKey = Pick<PublicJwk, "kid" | "alg">;

/** The request's means. */
export interface KeyMeans {
  readonly database: Database;
  /** Milliseconds since the epoch. */
  now(): number;
  wait(milliseconds: number): Promise<void>;
}

/**
 * `outOfReach`: the issuer did not answer, so that it is unknown whether the key exists. `closed`: the deployment trusts no issuer
 * on that host, even if its keys were fetched earlier.
 */
export type FoundKey =
  | { readonly outcome: "found"; readonly key: PublicJwk; readonly from: KeyOrigin }
  | { readonly outcome: "unknown" | "outOfReach" | "closed" };

/** `stale`: the issuer does not answer now, so its keys are used beyond their cache time. */
export type KeyOrigin = "cached" | "fetched" | "stale";

/** Finds keys of issuers. */
export interface KeySource {
  /** @param url of the issuer's key set, as the trust has it */
  keyOf(url: string, wanted: WantedKey, means: KeyMeans): Promise<FoundKey>;
}
