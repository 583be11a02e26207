import type { PageAnswer } from "../../app/api.ts";

export type ContactState = PageAnswer<"getContact">;
type Contact = NonNullable<ContactState["last"]>;

/** How far the connection has come, by what arrived last. */
export type LiveStage =
  | { readonly kind: "waiting" }
  /** A request came with the token; more is not known, as where the journal has just been switched on. */
  | { readonly kind: "used"; readonly at: string }
  /** Nothing but refusals so far. */
  | { readonly kind: "refusedOnly"; readonly contact: Contact }
  /** A read was answered: connection tests read. */
  | { readonly kind: "passed"; readonly contact: Contact }
  | { readonly kind: "arrived"; readonly contact: Contact | null; readonly users: number; readonly groups: number };

export function liveStage({ read, written, refused, tokenUsedAt, users, groups }: ContactState): LiveStage {
  if (written !== null || users > 0 || groups > 0) return { kind: "arrived", contact: written, users, groups };
  if (read !== null && read.status < 400) return { kind: "passed", contact: read };
  if (refused !== null) return { kind: "refusedOnly", contact: refused };
  return tokenUsedAt === null ? { kind: "waiting" } : { kind: "used", at: tokenUsedAt };
}

const RECENT = 86_400_000;

/** The latest refusal, where it is of the last day. */
export function recentRefusal({ refused, now }: ContactState): Contact | null {
  return refused !== null && Date.parse(now) - Date.parse(refused.at) < RECENT ? refused : null;
}
