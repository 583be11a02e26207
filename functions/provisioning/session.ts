import { ScimError } from "../scim/error.ts";
import type { Quirks } from "../scim/quirks.ts";
import type { Directory, Stamp } from "../store/directoryPorts.ts";
import type { OrgRecord, Usage } from "../store/ports.ts";
import type { Rules } from "../store/rules.ts";
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

export function newIdFor(session: Session, kind: "u" | "g"): string {
  return newResourceId(kind, (length) => session.randomBytes(length));
}

/** A request stops writing this long before its deadline, so that the answer still gets out and nothing is written after it. */
const RESERVE_MS = 3_000;

/** Whether another write may begin. */
export function hasTime(session: Pick<Session, "now" | "deadline">): boolean {
  return session.now() <= session.deadline - RESERVE_MS;
}

/**
 * Full jitter, doubling from 20 ms to 640 ms: writers that met once should not meet again.
 * @throws ScimError 503 when there is no time for another attempt
 */
export async function pauseBeforeRetry(session: Session, attempt: number): Promise<void> {
  const [byte = 0] = session.randomBytes(1);
  await session.wait(Math.round(((byte + 1) / 256) * 20 * 2 ** Math.min(attempt, 5)));
  if (!hasTime(session)) throw tooContended();
}

/**
 * The same behind a write that another one was faster than: counted, because the store takes it for an answer.
 * @throws ScimError 503 when there is no time for another attempt
 */
export function retryLostWrite(session: Session, attempt: number): Promise<void> {
  session.usage.conflicts += 1;
  return pauseBeforeRetry(session, attempt);
}

export function tooContended(): ScimError {
  return ScimError.busy("contended", 2);
}
