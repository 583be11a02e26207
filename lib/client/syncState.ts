import { refuseArgument } from "./rollcallError.ts";
import type { CopyCursor } from "./syncTypes.ts";

/** The content of `sync`'s cursor. */
export type SyncState =
  | {
      /** The log is applied up to `place`. */
      readonly at: "log";
      /** The last snapshot's mark, stored with its rows. */
      readonly seen: string;
      readonly place: string;
    }
  | {
      /** A snapshot is under way. */
      readonly at: "users" | "teams";
      readonly seen: string;
      /** Where the log continues after it. */
      readonly head: string;
      /** Page of the list; absent: the first. */
      readonly page?: string | undefined;
    }
  /** The organization has ended. */
  | { readonly at: "end" };

const FORM = "1";

/** @param mark unique to this cursor */
export function copyCursor(state: SyncState, mark: string): CopyCursor {
  return Buffer.from(JSON.stringify([FORM, mark, state])).toString("base64url");
}

/** @throws RollcallError `client.argument` for a text that was never a `cursor` */
export function stateOf(cursor: CopyCursor): SyncState {
  try {
    const [form, , state]: unknown[] = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    // Only copyCursor writes this form.
    if (form === FORM && typeof state === "object" && state !== null && "at" in state) return state as SyncState;
  } catch {}
  return refuseArgument(
    "cursorStore.read() gave a text that no apply was given as cursor. Delete it, and sync begins with a snapshot.",
  );
}

/** A unique text. */
export function newMark(): string {
  return crypto.randomUUID().replaceAll("-", "").slice(0, 16);
}
