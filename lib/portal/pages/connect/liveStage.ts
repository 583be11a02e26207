import type { PageAnswer } from "../../app/api.ts";

export type ContactState = PageAnswer<"getContact">;
type Contact = NonNullable<ContactState["last"]>;

/** The connection's progress, by what arrived last. */
export type LiveStage =
  | { readonly kind: "waiting" }
  /** A request used the token; nothing else is known, as after the journal was just switched on. */
  | { readonly kind: "used"; readonly at: string }
  /** Only refusals so far. */
  | { readonly kind: "refusedOnly"; readonly contact: Contact }
  /** A read succeeded: connection tests only read. */
  | { readonly kind: "passed"; readonly contact: Contact }
  | { readonly kind: "arrived"; readonly contact: Contact | null; readonly users: number; readonly groups: number };

export function liveStage({ read, written, refused, tokenUsedAt, users, groups }: ContactState): LiveStage {
  if (written !== null || users > 0 || groups > 0) return { kind: "arrived", contact: written, users, groups };
  if (read !== null && read.status < 400) return { kind: "passed", contact: read };
  if (refused !== null) return { kind: "refusedOnly", contact: refused };
  return tokenUsedAt === null ? { kind: "waiting" } : { kind: "used", at: tokenUsedAt };
}

const RECENT = 86_400_000;

/** The latest refusal, if within a day. */
export function recentRefusal({ refused, now }: ContactState): Contact | null {
  return refused !== null && Date.parse(now) - Date.parse(refused.at) < RECENT ? refused : null;
}
