import { readTotals } from "../../store/counters.ts";
import type { ContactMark } from "../../store/journal.ts";
import type { ContactKind } from "../../store/journalKeys.ts";
import { settingsKeys } from "../../store/keys.ts";
import { GROUP_LAYOUT, USER_LAYOUT } from "../../store/storedTypes.ts";
import { type JournalReading, journalOf } from "./readActivity.ts";

/** The last request of each kind. */
export interface Contact {
  /** The last request with a live token. */
  readonly last: ContactMark | undefined;
  readonly read: ContactMark | undefined;
  readonly written: ContactMark | undefined;
  readonly refused: ContactMark | undefined;
}

/** Three calls, two of them in parallel, because pages ask every few seconds. */
export async function readContact(reading: JournalReading) {
  const { org, managed, settings } = reading;
  const journal = journalOf(reading);
  const [tokens, totals] = await Promise.all([settings.tokens(org.id), readTotals(managed.view)]);
  const marks = tokens.map(({ id }) => settingsKeys.lastUsed(id));
  const items = await managed.view.database.getMany([...journal.contactKeys(), ...marks]);
  const used = items.flatMap(({ lu }) => (lu === undefined ? [] : [String(lu)])).sort();
  return {
    ...contactOf(journal.contactIn(items)),
    tokenUsedAt: used.at(-1),
    users: totals.get(USER_LAYOUT.letter) ?? 0,
    groups: totals.get(GROUP_LAYOUT.letter) ?? 0,
  };
}

export function contactOf(marks: ReadonlyMap<ContactKind, ContactMark>): Contact {
  const latest = (kinds: readonly ContactKind[]) => {
    const found = kinds.flatMap((kind) => marks.get(kind) ?? []);
    return found.sort((left, right) => (left.at < right.at ? -1 : 1)).at(-1);
  };
  return {
    last: latest(["read", "written", "refused", "failed", "granted"]),
    read: marks.get("read"),
    written: marks.get("written"),
    refused: latest(["refused", "denied"]),
  };
}
