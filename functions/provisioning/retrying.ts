import { ScimError } from "../scim/error.ts";
import { backOff } from "../store/database.ts";
import { StoreBusy } from "../store/records.ts";
import type { Session } from "./session.ts";
import { hasTimeTo } from "./timeBudget.ts";

/** Enough for fifty concurrent writers of one resource. The request's time also limits attempts. */
const ATTEMPTS = 40;

/**
 * Waits before repeating work that reads, plans, and writes on condition that nothing changed.
 * @param attempt number of the failed attempt, from 1
 * @param why `lost`: another writer was faster (counted as a conflict here, because the store returns it as an outcome); `busy`:
 * another caller is at work
 * @throws ScimError 503 without time for another attempt, or after the last one
 */
export async function waitToRetry(
  session: Session,
  attempt: number,
  why: "lost" | "busy",
  attempts = ATTEMPTS,
): Promise<void> {
  if (why === "lost") session.usage.conflicts += 1;
  if (attempt >= attempts) throw tooContended();
  await session.wait(Math.round(backOff(attempt, randomShare(session))));
  if (!hasTimeTo("write", session)) throw tooContended();
}

/** Of an administrator's change, which loses only against other changes of the same org. */
const ADMIN_ATTEMPTS = 12;

/**
 * Repeats an administrator's change while another caller is faster.
 * @param attempt returns undefined in that case
 * @throws StoreBusy when every attempt lost
 */
export async function untilSaved<A>(
  { wait, randomBytes }: Pick<Session, "wait" | "randomBytes">,
  attempt: () => Promise<A | undefined>,
): Promise<A> {
  for (let tries = 1; tries <= ADMIN_ATTEMPTS; tries++) {
    const answer = await attempt();
    if (answer !== undefined) return answer;
    await wait(backOff(tries, randomShare({ randomBytes })));
  }
  throw new StoreBusy("conflict");
}

/** From 0 (inclusive) to 1 (exclusive). */
export function randomShare(session: Pick<Session, "randomBytes">): number {
  const [byte = 0] = session.randomBytes(1);
  return byte / 256;
}

export function tooContended(): ScimError {
  return ScimError.busy("contended", 2);
}
