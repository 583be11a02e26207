import { isObject, type Json, type JsonObject, sameJson } from "../scim/json.ts";
import type { Change, State, Written } from "../store/changes.ts";

export const EVENT_TYPES = [
  "user.created",
  "user.updated",
  "user.activated",
  "user.deactivated",
  "user.deleted",
  "team.created",
  "team.renamed",
  "team.updated",
  "team.deleted",
  "membership.added",
  "membership.removed",
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/**
 * One thing that happened, for the application: ids, versions and names of attributes, never a value. It may come twice
 * and late. Of two events about the same user, team or membership the one with the higher version counts; a deletion is
 * final, because ids are never used again.
 */
export interface DirectoryEvent {
  readonly type: EventType;
  /** The org's id. */
  readonly org: string;
  /** The org's login name; absent where it was purged meanwhile, or could not be read. */
  readonly orgName?: string | undefined;
  /** Whether the identity provider made it; else the application itself. */
  readonly managed: boolean;
  /** Of the user or team; of a membership, its team. */
  readonly id: string;
  /** Of a membership only: id of the user, or nested team, that joined or left. */
  readonly member?: string;
  /** Of the user or team after the change; of a membership, its team's. Absent only where an older release deleted. */
  readonly version?: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly tokenId: string;
  /** The one at the end of an error's detail and on the request's log line. */
  readonly reference: string;
  /** Names of the attributes that changed, or that a new resource has: `emails`, `urn:…:User:department`. Sorted. */
  readonly changed?: readonly string[];
}

/** Hands events to whoever listens. */
export interface EventBus {
  /**
   * In this order; may be broken off.
   * @param until milliseconds since the epoch; nothing is begun later
   */
  publish(events: readonly DirectoryEvent[], until: number): Promise<Published>;
}

export interface Published {
  /** How many, from the first on, were taken for certain. */
  readonly taken: number;
  /** Why the next one was not: the name of an error. */
  readonly cause?: string;
}

export function eventsOf(change: Change): DirectoryEvent[] {
  switch (change.kind) {
    case "user":
      return change.before === undefined ? created("user", change, change.after) : userEvents(change, change.before);
    case "team":
      return change.before === undefined ? created("team", change, change.after) : teamEvents(change, change.before);
    case "members":
      // Whoever leaves is told first, as it is stored.
      return [
        ...change.removed.map((member) => event("membership.removed", change, change.version, { member })),
        ...change.added.map((member) => event("membership.added", change, change.version, { member })),
      ];
    case "deletion":
      return [event(`${change.of}.deleted`, change, change.version)];
  }
}

type Changed = Extract<Change, { readonly after: State }>;

function created(kind: "user" | "team", written: Written, after: State): DirectoryEvent[] {
  const changed = changedNames({}, parsed(after));
  return [event(`${kind}.created`, written, after.version, { changed })];
}

function userEvents(change: Changed, before: State): DirectoryEvent[] {
  const { after } = change;
  const [from, to] = [parsed(before), parsed(after)];
  const changed = changedNames(from, to);
  const events: DirectoryEvent[] = [];
  const active = to.active === true;
  if (active !== (from.active === true)) {
    events.push(event(active ? "user.activated" : "user.deactivated", change, after.version, { changed: ["active"] }));
  }
  const others = events.length > 0 ? changed.filter((name) => name !== "active") : changed;
  if (others.length > 0) events.push(event("user.updated", change, after.version, { changed: others }));
  return events;
}

function teamEvents(change: Changed, before: State): DirectoryEvent[] {
  const { after } = change;
  const changed = changedNames(parsed(before), parsed(after));
  const others = changed.filter((name) => name !== "displayName");
  const events: DirectoryEvent[] = [];
  if (others.length < changed.length) {
    events.push(event("team.renamed", change, after.version, { changed: ["displayName"] }));
  }
  if (others.length > 0) events.push(event("team.updated", change, after.version, { changed: others }));
  return events;
}

function event(
  type: EventType,
  { org, managed, id, stamp }: Written,
  version: number | undefined,
  more: Pick<DirectoryEvent, "member" | "changed"> = {},
): DirectoryEvent {
  const { at, tokenId, reference } = stamp;
  return { type, org, managed, id, version, at, tokenId, reference, ...more };
}

function parsed(state: State): JsonObject {
  // The store keeps the JSON text of an object.
  return JSON.parse(state.attributes) as JsonObject;
}

/** Names of attributes that differ, those of an extension behind its URN. `schemas` follows from the others. */
function changedNames(before: JsonObject, after: JsonObject): string[] {
  const names: string[] = [];
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (name === "schemas" || sameJson(before[name], after[name])) continue;
    if (!name.startsWith("urn:")) names.push(name);
    else names.push(...changedNames(objectOf(before[name]), objectOf(after[name])).map((sub) => `${name}:${sub}`));
  }
  return names.sort();
}

function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** The event as it travels: on the bus as in a POST of the local server. */
export interface Envelope {
  readonly source: "rollcall";
  readonly "detail-type": EventType;
  readonly time: string;
  readonly detail: Omit<DirectoryEvent, "type">;
}

export function envelopeOf({ type, ...detail }: DirectoryEvent): Envelope {
  return { source: "rollcall", "detail-type": type, time: detail.at, detail };
}
