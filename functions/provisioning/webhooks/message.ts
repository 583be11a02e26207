import type { FeedEntry, ReadableEvent } from "../../store/eventItems.ts";
import { isOrgId } from "../../store/keys.ts";
import { loggedEvent } from "../events/loggedEvent.ts";
import { shownSubject } from "../events/showEvent.ts";

/** An event in a message. The log has more of it. */
interface MessageEvent {
  readonly seq: number;
  /** As in the event log: `user.created`. */
  readonly type: string;
  /** Id of the user, team or token; the org's own for its settings, `import` for imports. */
  readonly resource: string;
  readonly version: number;
}

interface Envelope<T extends string, D> {
  readonly type: T;
  /** ISO 8601, UTC: when the events were logged, or the message was made. */
  readonly timestamp: string;
  readonly data: D;
}

/** Login name and id. */
interface NamedOrg {
  readonly org: string;
  readonly orgId: string;
}

/** New numbers in an org's log: the receiver reads the log from its own place. */
type EventsLoggedMessage = Envelope<
  "events.logged",
  NamedOrg & {
    /** First and last seq. */
    readonly from: number;
    readonly to: number;
    /** All events of the range. Absent where they would be too long, or can no longer be read. */
    readonly events?: readonly MessageEvent[];
  }
>;

/** The org was purged. Only endpoints of the deployment get this. */
type OrgEndedMessage = Envelope<"org.ended", NamedOrg>;

/**
 * Events older than a week, or from before the log began again, made no messages: the receiver takes a snapshot. Endpoints of the
 * deployment get one message for each shard of the feed, and compare the heads of all orgs.
 */
export type LogResetMessage = Envelope<"log.reset", { readonly orgId?: string; readonly shard?: number }>;

/** Sent on request, without an event. */
export type TestMessage = Envelope<"webhook.test", { readonly orgId?: string }>;

/** The body of a webhook: JSON, no personal data, below 20 kB. Receivers ignore unknown types. */
export type WebhookMessage = EventsLoggedMessage | OrgEndedMessage | LogResetMessage | TestMessage;

const MOST_BYTES = 20_000;

/**
 * @param events of the entry's range; fewer where some have expired or are damaged
 * @param time when it was logged, in milliseconds since the epoch
 */
export function messageOfEntry(
  { orgId, slug, range }: FeedEntry,
  events: readonly ReadableEvent[],
  time: number,
): EventsLoggedMessage | OrgEndedMessage {
  const timestamp = new Date(time).toISOString();
  const org = { org: slug, orgId };
  if (range === undefined) return { type: "org.ended", timestamp, data: org };
  const data = { ...org, from: range.from, to: range.to };
  const whole = { type: "events.logged", timestamp, data } as const;
  if (events.length !== sizeOf(range)) return whole;
  const listed = { ...whole, data: { ...data, events: events.map((event) => messageEvent(orgId, event)) } };
  return Buffer.byteLength(bodyOf(listed)) < MOST_BYTES ? listed : whole;
}

/** The types of an entry's events; undefined where the entry has none, or some are not there. */
export function typesIn({ range }: FeedEntry, events: readonly ReadableEvent[]): readonly string[] | undefined {
  if (range === undefined || events.length !== sizeOf(range)) return undefined;
  return events.map((event) => loggedEvent(event).type);
}

function sizeOf({ from, to }: NonNullable<FeedEntry["range"]>): number {
  return to - from + 1;
}

function messageEvent(orgId: string, event: ReadableEvent): MessageEvent {
  const { type, version } = loggedEvent(event);
  const resource = isOrgId(orgId) ? shownSubject(orgId, event.subject) : event.subject;
  return { seq: event.seq, type, resource, version };
}

/** The text that is signed and sent. */
export function bodyOf(message: WebhookMessage): string {
  return JSON.stringify(message);
}
