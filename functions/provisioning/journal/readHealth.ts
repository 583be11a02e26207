import type { JournalCounts, SpanTotals } from "../../store/journal.ts";
import { isLive } from "../token.ts";
import { type JournalReading, journalOf } from "./readActivity.ts";
import { contactOf } from "./readContact.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const HOURS = 48;
const SKIPPED_DAYS = 7;
const EXPIRING_DAYS = 30;
const MOST_SKIPPED = 5;
const MOST_MASS_CHANGES = 50;

/** One org's traffic, and findings that need attention. */
export async function readHealth(reading: JournalReading) {
  const { org, settings, now } = reading;
  const journal = journalOf(reading);
  const weekAgo = new Date(now - SKIPPED_DAYS * DAY_MS).toISOString();
  const [contact, spans, skipped, massChanges, tokens] = await Promise.all([
    journal.contact(),
    journal.spans(weekAgo, now),
    journal.skippedIn(MOST_SKIPPED, now),
    journal.massChanges(MOST_MASS_CHANGES, now),
    settings.tokens(org.id),
  ]);
  const soon = new Date(now + EXPIRING_DAYS * DAY_MS).toISOString();
  return {
    contact: contactOf(contact).last,
    hours: hoursOf(spans, now),
    expiring: tokens.flatMap((token) => {
      const { expiresAt } = token;
      return expiresAt !== undefined && expiresAt < soon && isLive(token, org, now) ? [{ ...token, expiresAt }] : [];
    }),
    skippedMembers: spans.reduce((sum, span) => sum + span.skipped, 0),
    skippedIn: skipped.filter(({ at }) => at >= weekAgo).map(({ ref }) => ref),
    massChanges,
  };
}

/** The last hours including the present one, also those without requests. */
function hoursOf(spans: readonly SpanTotals[], now: number) {
  const byHour = Map.groupBy(spans, ({ start }) => start.slice(0, "2026-01-02T03".length));
  return Array.from({ length: HOURS }, (_none, index) => {
    const hour = new Date((Math.floor(now / HOUR_MS) - (HOURS - 1 - index)) * HOUR_MS).toISOString();
    const within = byHour.get(hour.slice(0, "2026-01-02T03".length)) ?? [];
    const sumOf = (count: (counts: JournalCounts) => number) => within.reduce((sum, span) => sum + count(span), 0);
    return {
      hour,
      reads: sumOf(({ reads }) => reads),
      writes: sumOf(({ writes }) => writes),
      refused: sumOf(({ refused }) => refused),
      failed: sumOf(({ failed }) => failed),
    };
  });
}
