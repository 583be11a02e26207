import { ScimError } from "../scim/error.ts";
import { backOff } from "../store/backOff.ts";
import type { Session } from "./session.ts";
import { hasTimeTo } from "./timeBudget.ts";

/**
 * Why the work has to be done once more: another writer was faster (counted as a conflict, because the store takes it for
 * an answer), somebody else is at it, or it goes on at once with what it has learned.
 */
export type Retry = "lost" | "busy" | "atOnce";

/** As many as it takes when fifty write the same resource at once; time ends it too. */
const ATTEMPTS = 40;

/**
 * Does work that reads, plans, and writes on the condition that nobody was faster, until it is done.
 * @param over what is thrown after the last attempt
 * @throws ScimError 503 when there is no time for another attempt
 */
export async function retrying<T extends object>(
  session: Session,
  work: () => Promise<T | Retry>,
  { attempts = ATTEMPTS, over = tooContended }: { readonly attempts?: number; readonly over?: () => Error } = {},
): Promise<T> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const answer = await work();
    if (typeof answer !== "string") return answer;
    if (answer === "atOnce") continue;
    if (answer === "lost") session.usage.conflicts += 1;
    await session.wait(Math.round(backOff(attempt, randomShare(session))));
    if (!hasTimeTo("write", session)) throw tooContended();
  }
  throw over();
}

/** From 0 up to 1. */
export function randomShare(session: Pick<Session, "randomBytes">): number {
  const [byte = 0] = session.randomBytes(1);
  return byte / 256;
}

export function tooContended(): ScimError {
  return ScimError.busy("contended", 2);
}
