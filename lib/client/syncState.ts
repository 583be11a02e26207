import { refuseArgument } from "./rollcallError.ts";
import type { CopyCursor } from "./syncTypes.ts";

/** What a cursor of `sync` says. */
export type SyncState =
  | {
      /** The log was applied up to here. */
      readonly at: "log";
      /** The mark of the last snapshot, which rows are stored with. */
      readonly seen: string;
      readonly place: string;
    }
  | {
      /** A snapshot is under way. */
      readonly at: "users" | "teams";
      readonly seen: string;
      /** Where the log goes on after it. */
      readonly head: string;
      /** Of the list; absent: its first page. */
      readonly page?: string | undefined;
    }
  /** The organization is gone. */
  | { readonly at: "end" };

const FORM = "1";

/** @param mark that no other cursor has */
export function copyCursor(state: SyncState, mark: string): CopyCursor {
  return Buffer.from(JSON.stringify([FORM, mark, state])).toString("base64url");
}

/** @throws RollcallError `client.argument` for what no `apply` was given as `cursor` */
export function stateOf(cursor: CopyCursor): SyncState {
  try {
    const [form, , state]: unknown[] = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    // copyCursor made it: nobody else writes that form.
    if (form === FORM && typeof state === "object" && state !== null && "at" in state) return state as SyncState;
  } catch {}
  return refuseArgument(
    "cursorStore.read() gave a text that no apply was given as cursor. Delete it, and sync begins with a snapshot.",
  );
}

/** A text that no other one equals. */
export function newMark(): string {
  return crypto.randomUUID().replaceAll("-", "").slice(0, 16);
}
