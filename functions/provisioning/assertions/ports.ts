import type { Database } from "../../store/database.ts";
import type { PublicJwk } from "../../store/records.ts";

/** What an issuer published at the URL of its keys, or that nobody could get it. */
export type FetchedKeys =
  /** @property body JSON text, nothing of it looked at yet @property maxAge seconds, where the answer says how long it may be kept */
  { readonly outcome: "fetched"; readonly body: string; readonly maxAge?: number } | { readonly outcome: "failed" };

/** Gets the keys of an issuer, by the rules for hosts and addresses (ADR 65). Never throws. */
export type FetchKeys = (url: string) => Promise<FetchedKeys>;

/** Whether keys at this URL may count at all, by the same rules for hosts. */
export type IsOpenTo = (url: string) => boolean;

/** The key that an assertion names. */
export type WantedKey = Pick<PublicJwk, "kid" | "alg">;

/** The means of the request that asks. */
export interface KeyMeans {
  readonly database: Database;
  /** Milliseconds since the epoch. */
  now(): number;
  wait(milliseconds: number): Promise<void>;
}

/**
 * `outOfReach`: the issuer did not answer, so that nobody knows whether the key is one of its own. `closed`: the deployment trusts
 * no issuer whose keys are there, whatever was fetched of them before.
 */
export type FoundKey =
  | { readonly outcome: "found"; readonly key: PublicJwk; readonly from: KeyOrigin }
  | { readonly outcome: "unknown" | "outOfReach" | "closed" };

/** `stale`: kept for longer than the issuer said, because it does not answer now. */
export type KeyOrigin = "cached" | "fetched" | "stale";

/** Finds keys of issuers. */
export interface KeySource {
  /** @param url of the issuer's key set, as the trust has it */
  keyOf(url: string, wanted: WantedKey, means: KeyMeans): Promise<FoundKey>;
}
