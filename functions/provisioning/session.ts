import type { Quirks } from "../scim/quirks.ts";
import type { OrgRecord, Stamp, Usage } from "../store/records.ts";
import type { Rules } from "../store/rules.ts";
import type { Directory } from "../store/session.ts";
import type { Effects } from "./effects.ts";
import { newResourceId } from "./newId.ts";

/** What every use case may rely on: a verified org, its rules, its data, and the request's means. */
export interface Session {
  readonly org: OrgRecord;
  readonly rules: Rules;
  readonly tokenId: string;
  /** ISO 8601; undefined for a token that does not expire. */
  readonly tokenExpiresAt: string | undefined;
  /** Settles, and never fails, when the use of the token is remembered: to be awaited before the process may freeze. */
  readonly tokenMarked: Promise<void>;
  readonly directory: Directory;
  readonly quirks: Quirks;
  readonly effects: Effects;
  /** What the request cost so far: a write that was lost against another one is counted here. */
  readonly usage: Usage;
  readonly reference: string;
  /** Milliseconds since the epoch after which nobody waits for the answer. */
  readonly deadline: number;
  /** Takes over the sweep of what was deleted; without it the request that deletes sweeps. */
  readonly sweepLater?: (id: string) => void;
  now(): number;
  wait(milliseconds: number): Promise<void>;
  randomBytes(length: number): Uint8Array;
}

export function stampOf(session: Session): Stamp {
  return { at: new Date(session.now()).toISOString(), tokenId: session.tokenId, reference: session.reference };
}

export function newIdFor(session: Session, letter: string): string {
  return newResourceId(letter, (length) => session.randomBytes(length));
}
