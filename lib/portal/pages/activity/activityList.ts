import type { PageAnswer } from "../../app/api.ts";

type ActivityAnswer = PageAnswer<"listActivity">;
export type ActivityLine = ActivityAnswer["entries"][number];

/** The shown part of the journal, and newer lines. */
export interface ActivityLines {
  /** Newest first. */
  readonly shown: readonly ActivityLine[];
  /** Newer than the shown ones, and held back: the lines being read do not move. */
  readonly held: readonly ActivityLine[];
  /** Start of the older ones; null: there are none. */
  readonly next: string | null;
  /** Start of later ones; null: there was nothing yet. */
  readonly newest: string | null;
}

export function keyOfLine({ at, ref }: ActivityLine): string {
  return `${at}#${ref}`;
}

export function firstLines({ entries, next, newest }: ActivityAnswer): ActivityLines {
  return { shown: entries, held: [], next, newest };
}

/** @param answer the entries since the newest of `lines` */
export function withNewer(lines: ActivityLines, answer: ActivityAnswer, hold: boolean): ActivityLines {
  const fresh = unknownOf(answer.entries, [...lines.held, ...lines.shown]);
  const newest = answer.newest ?? lines.newest;
  const held = sorted([...fresh, ...lines.held]);
  return hold ? { ...lines, held, newest } : { ...lines, shown: sorted([...held, ...lines.shown]), held: [], newest };
}

export function withOlder(lines: ActivityLines, { entries, next }: ActivityAnswer): ActivityLines {
  return { ...lines, shown: [...lines.shown, ...unknownOf(entries, lines.shown)], next };
}

export function withHeld(lines: ActivityLines): ActivityLines {
  return { ...lines, shown: [...lines.held, ...lines.shown], held: [] };
}

/** Successive pages may share lines, because the journal takes requests in any order. */
function unknownOf(entries: readonly ActivityLine[], known: readonly ActivityLine[]): readonly ActivityLine[] {
  const keys = new Set(known.map(keyOfLine));
  return entries.filter((entry) => !keys.has(keyOfLine(entry)));
}

function sorted(entries: readonly ActivityLine[]): readonly ActivityLine[] {
  return entries.toSorted((left, right) => (keyOfLine(left) < keyOfLine(right) ? 1 : -1));
}
