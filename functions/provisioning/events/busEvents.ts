import type { LoggedEvent } from "./loggedEvent.ts";

/**
 * One change, for the application: ids, versions and names of attributes, never a value. It may come twice and late. Of two events
 * about the same user, team or membership, the higher version counts. A deletion is final, because ids are never reused. The
 * event log has the same changes without gaps, by `seq`.
 */
export interface DirectoryEvent {
  /** As in the log, but members and some attributes have events of their own: `membership.added`, `team.renamed`. */
  readonly type: string;
  /** The org's id. */
  readonly org: string;
  /** The org's login name. */
  readonly orgName: string;
  /** Whether it is on the identity provider's side, else on the application's. Absent for anything but resources. */
  readonly managed?: boolean;
  /** Id of the user, team or other resource; for a membership, of its team; for a token, of the token; else of the org. */
  readonly id: string;
  /** Only for a membership: id of the user or nested team that joined or left. */
  readonly member?: string;
  /** The version of the user or team after the change; for a membership, of its team. */
  readonly version: number;
  /** The version of a user's link. `from` is then one of the link's versions too. */
  readonly linkVersion?: number;
  /** The version of a user's roles, likewise. */
  readonly rolesVersion?: number;
  /** Versions from this one up to `version` have no events of their own: read the resource again. */
  readonly from?: number;
  /** The number in the org's event log. */
  readonly seq: number;
  /** ISO 8601, UTC. Empty where the time is unknown; `tokenId` and `reference` are then empty too. */
  readonly at: string;
  readonly tokenId: string;
  /** The reference at the end of an error's detail and on the request's log line. */
  readonly reference: string;
  /** Sorted names of the attributes that changed, or that a new resource has: `emails`, `urn:…:User:department`. */
  readonly changed?: readonly string[];
}

/** Publishes events. */
export interface EventBus {
  /**
   * Publishes in this order. May stop early.
   * @param until milliseconds since the epoch; no work is begun after it
   */
  publish(events: readonly DirectoryEvent[], until: number): Promise<Published>;
}

/** The cause when the time was over, which is no fault of the bus. */
export const OUT_OF_TIME = "OutOfTime";

export interface Published {
  /** How many events, counted from the first, were certainly accepted. */
  readonly taken: number;
  /** Why the next event was not accepted: an error's name. */
  readonly cause?: string;
}

/** An event with its place in a log. */
export interface PlacedEvent {
  readonly orgId: string;
  readonly slug: string;
  readonly seq: number;
  /** Id of a resource, `META`, `HOLD`, `T#<token id>` or `I`. */
  readonly subject: string;
  readonly event: LoggedEvent;
}

/** Attributes whose change has its own event on the bus, by the type of the log's event. */
const OWN_EVENTS: ReadonlyMap<string, { readonly attribute: string; readonly type: string }> = new Map([
  ["user.activated", { attribute: "active", type: "user.activated" }],
  ["user.deactivated", { attribute: "active", type: "user.deactivated" }],
  ["team.updated", { attribute: "displayName", type: "team.renamed" }],
]);

/** The bus events for an event of the log: first of the resource, then of members who left, then of members who joined. */
export function busEventsOf(placed: PlacedEvent): DirectoryEvent[] {
  const { event } = placed;
  const { type, changed, added = [], removed = [] } = event;
  return [
    ...(type.startsWith("membership.") ? [] : ofSubject(placed, type, changed)),
    ...removed.map((member) => busEvent("membership.removed", placed, { member })),
    ...added.map((member) => busEvent("membership.added", placed, { member })),
  ];
}

function ofSubject(placed: PlacedEvent, type: string, changed: readonly string[] | undefined): DirectoryEvent[] {
  const own = OWN_EVENTS.get(type);
  if (own === undefined || !changed?.includes(own.attribute)) return [busEvent(type, placed, { changed })];
  const others = changed.filter((name) => name !== own.attribute);
  const noun = type.slice(0, type.indexOf("."));
  return [
    busEvent(own.type, placed, { changed: [own.attribute] }),
    ...(others.length === 0 ? [] : [busEvent(`${noun}.updated`, placed, { changed: others })]),
  ];
}

function busEvent(
  type: string,
  { orgId, slug, seq, subject, event }: PlacedEvent,
  { member, changed }: { readonly member?: string; readonly changed?: readonly string[] | undefined },
): DirectoryEvent {
  const { managed, version, linkVersion, rolesVersion, from, time, actor, reference } = event;
  return {
    type,
    org: orgId,
    orgName: slug,
    ...(managed !== undefined && { managed }),
    id: ["META", "I", "HOLD"].includes(subject) ? orgId : subject.slice(subject.indexOf("#") + 1),
    ...(member !== undefined && { member }),
    version,
    ...(linkVersion !== undefined && { linkVersion }),
    ...(rolesVersion !== undefined && { rolesVersion }),
    ...(from !== undefined && { from }),
    seq,
    at: time,
    tokenId: actor,
    reference,
    ...(changed && { changed }),
  };
}

/** The form of an event on the bus, and in a POST of the local server. */
export interface Envelope {
  readonly source: "rollcall";
  readonly "detail-type": string;
  readonly time: string;
  readonly detail: Omit<DirectoryEvent, "type">;
}

export function envelopeOf({ type, ...detail }: DirectoryEvent): Envelope {
  return { source: "rollcall", "detail-type": type, time: detail.at, detail };
}
