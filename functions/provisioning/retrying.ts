import { ScimError } from "../scim/error.ts";
import { backOff } from "../store/database.ts";
import type { Session } from "./session.ts";
import { hasTimeTo } from "./timeBudget.ts";

/** As many as it takes when fifty write the same resource at once; time ends it too. */
const ATTEMPTS = 40;

/**
 * Waits before work that reads, plans, and writes on the condition that nobody was faster, is done once more.
 * @param attempt the one that came to nothing, from 1 on
 * @param why another writer was faster (counted as a conflict, because the store takes it for an answer), or somebody else
 * is at it
 * @throws ScimError 503 when there is no time for another attempt, or after the last one
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

/** From 0 up to 1. */
export function randomShare(session: Pick<Session, "randomBytes">): number {
  const [byte = 0] = session.randomBytes(1);
  return byte / 256;
}

export function tooContended(): ScimError {
  return ScimError.busy("contended", 2);
}
