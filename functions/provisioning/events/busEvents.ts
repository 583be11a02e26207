import type { LoggedEvent } from "./loggedEvent.ts";

/**
 * One thing that happened, for the application: ids, versions and names of attributes, never a value. It may come twice
 * and late. Of two events about the same user, team or membership the one with the higher version counts; a deletion is
 * final, because ids are never used again. The event log holds the same without gaps, by `seq`.
 */
export interface DirectoryEvent {
  /** As in the log, with an event for each member and for some attributes: `membership.added`, `team.renamed`. */
  readonly type: string;
  /** The org's id. */
  readonly org: string;
  /** The org's login name. */
  readonly orgName: string;
  /** Whether the identity provider made it; else the application itself. Absent of what is no resource. */
  readonly managed?: boolean;
  /** Of the user, team or other resource; of a membership, its team; of a token, the token; else the org's. */
  readonly id: string;
  /** Of a membership only: id of the user, or nested team, that joined or left. */
  readonly member?: string;
  /** Of the user or team after the change; of a membership, its team's. */
  readonly version: number;
  /** Of a user's link, which counts its own versions; `from` is one of these then. */
  readonly linkVersion?: number;
  /** Of a user's roles, likewise. */
  readonly rolesVersion?: number;
  /** Versions from here up to `version` have no event of their own: read the resource anew. */
  readonly from?: number;
  /** Of the org's event log. */
  readonly seq: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly tokenId: string;
  /** The one at the end of an error's detail and on the request's log line. */
  readonly reference: string;
  /** Names of the attributes that changed, or that a new resource has: `emails`, `urn:…:User:department`. Sorted. */
  readonly changed?: readonly string[];
}

/** Hands events to those who listen. */
export interface EventBus {
  /**
   * In this order; may be broken off.
   * @param until milliseconds since the epoch; nothing is begun later
   */
  publish(events: readonly DirectoryEvent[], until: number): Promise<Published>;
}

/** The cause where the time was over, for no fault of the bus. */
export const OUT_OF_TIME = "OutOfTime";

export interface Published {
  /** How many, from the first on, were taken for certain. */
  readonly taken: number;
  /** Why the next one was not: the name of an error. */
  readonly cause?: string;
}

/** An event with its place. */
export interface PlacedEvent {
  readonly orgId: string;
  readonly slug: string;
  readonly seq: number;
  /** Id of a resource, `META`, `T#<token id>` or `I`. */
  readonly subject: string;
  readonly event: LoggedEvent;
}

/** Changes of one attribute that have an event of their own on the bus, by the type of the log's event. */
const OWN_EVENTS: ReadonlyMap<string, { readonly attribute: string; readonly type: string }> = new Map([
  ["user.activated", { attribute: "active", type: "user.activated" }],
  ["user.deactivated", { attribute: "active", type: "user.deactivated" }],
  ["team.updated", { attribute: "displayName", type: "team.renamed" }],
]);

/** What the bus says of an event of the log: of the resource first, then who left a team, then who joined. */
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

/** The event as it travels: on the bus as in a POST of the local server. */
export interface Envelope {
  readonly source: "rollcall";
  readonly "detail-type": string;
  readonly time: string;
  readonly detail: Omit<DirectoryEvent, "type">;
}

export function envelopeOf({ type, ...detail }: DirectoryEvent): Envelope {
  return { source: "rollcall", "detail-type": type, time: detail.at, detail };
}
