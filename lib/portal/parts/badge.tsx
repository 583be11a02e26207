import type { ComponentChildren } from "preact";
import { usePortal } from "../app/portalContext.ts";

export type BadgeTone = "good" | "warn" | "bad" | "info" | "plain";

/** A state in a word: its tone also has a shape, never a colour alone. */
export function Badge({ tone, children }: { readonly tone: BadgeTone; readonly children: ComponentChildren }) {
  return (
    <span class={`badge badge-${tone}`}>
      <span class={`mark mark-${tone}`} aria-hidden="true" />
      {children}
    </span>
  );
}

/** A relative time; the exact time is its title. @param at RFC 3339; null: never */
export function TimeText({ at }: { readonly at: string | null }) {
  const { texts, wording, now } = usePortal();
  if (at === null) return <span class="faint">{texts.common.never}</span>;
  return (
    <time dateTime={at} title={wording.dateTime(at)}>
      {wording.relative(at, now())}
    </time>
  );
}

/** A name that somebody else chose: of any script, direction and length. */
export function GivenName({ children }: { readonly children: string }) {
  return <bdi class="name">{children}</bdi>;
}
