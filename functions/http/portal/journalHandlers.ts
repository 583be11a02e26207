import { codeOfEntry, currentNames, outcomeOfEntry, readActivity } from "../../provisioning/journal/readActivity.ts";
import { readContact } from "../../provisioning/journal/readContact.ts";
import { readHealth } from "../../provisioning/journal/readHealth.ts";
import { readProblems } from "../../provisioning/journal/readProblems.ts";
import type { RefusalCause } from "../../provisioning/journal/recoveries.ts";
import type { ContactMark, JournalEntry } from "../../store/journal.ts";
import type { JOURNAL_OPERATIONS } from "../signed/declarations/journal.ts";
import type { Handlers } from "../signed/route.ts";
import type { PortalMeans } from "./portalMeans.ts";

/** Operations that read the request journal. Without a journal their lists are empty. */
export const journalHandlers: Handlers<PortalMeans, typeof JOURNAL_OPERATIONS> = {
  getContact: async (call) => {
    const {
      last,
      read,
      written,
      refused,
      tokenUsedAt = null,
      users,
      groups,
    } = await readContact(await readingOf(call));
    const marks = { last: orNull(last), read: orNull(read), written: orNull(written), refused: orNull(refused) };
    return { now: timeOf(call.now), ...marks, tokenUsedAt, users, groups };
  },
  listActivity: async (call) => {
    const reading = await readingOf(call);
    const { after, since, ...rest } = call.query;
    const asked = { ...rest, after: placeFrom(after), since: placeFrom(since) };
    const { entries, next, newest } = await readActivity(reading, asked);
    const names = await currentNames(
      reading,
      entries.map(({ resourceId }) => resourceId),
    );
    return {
      entries: entries.map((entry) => entryView(entry, names)),
      next: placeText(next),
      newest: placeText(newest),
    };
  },
  listProblems: async (call) => {
    const { problems, complete } = await readProblems(await readingOf(call), call.query.from);
    return { problems: problems.map(problemView), complete };
  },
  getHealth: async (call) => {
    const { contact, hours, expiring, skippedMembers, skippedIn, massChanges } = await readHealth(
      await readingOf(call),
    );
    return {
      now: timeOf(call.now),
      contact: orNull(contact),
      hours,
      expiring: expiring.map(({ id, kind, description, expiresAt }) => ({
        id,
        kind: kind === "client" ? "clientSecret" : kind === "trust" ? "trust" : "token",
        description,
        expiresAt,
      })),
      skippedMembers,
      skippedIn,
      massChanges: massChanges.map(({ at, kind, lost, roster }) => ({ at, kind, count: lost, ofUsers: roster })),
    };
  },
};

async function readingOf({ open, settings, now }: PortalMeans) {
  return { ...(await open()), settings, now };
}

function timeOf(now: number): string {
  return new Date(now).toISOString();
}

function orNull(mark: ContactMark | undefined): ContactMark | null {
  return mark ?? null;
}

/** A `#` in a URL would begin the fragment. */
function placeText(place: string | undefined): string | null {
  return place?.replace("#", ".") ?? null;
}

function placeFrom(text: string | undefined): string | undefined {
  return text?.replace(".", "#");
}

function entryView(entry: JournalEntry, names: ReadonlyMap<string, string>) {
  const { resource, resourceId, subject, tokenId, changed, skipped, quirks, attributes, operations } = entry;
  return {
    at: entry.at,
    ref: entry.ref,
    idp: entry.idp,
    op: entry.op,
    status: entry.status,
    outcome: outcomeOfEntry(entry),
    code: codeOfEntry(entry) ?? null,
    attributes: attributes ?? [],
    resource: resource ?? null,
    resourceId: resourceId ?? null,
    name: names.get(resourceId ?? "") ?? null,
    subject: subject ?? null,
    tokenId: tokenId ?? null,
    changed: changed ?? null,
    skippedMembers: skipped ?? 0,
    quirks: quirks ?? [],
    operations: operations ?? null,
  };
}

const MOST_IDS = 5;

function problemView({ affected, attributes, rule, ...problem }: RefusalCause & { readonly solved: boolean }) {
  const all = [...affected.values()];
  const countOf = (resource: "user" | "group") => all.filter((one) => one.resource === resource).length;
  return {
    ...problem,
    rule: rule ?? null,
    people: countOf("user"),
    groups: countOf("group"),
    attributes: [...attributes],
    resourceIds: [...new Set(all.flatMap(({ ids }) => ids))].slice(0, MOST_IDS),
  };
}
