import { isObject, type Json, type JsonObject, sameJson } from "../scim/json.ts";
import type { Change, State, Written } from "../store/changes.ts";
import type { OrgId } from "../store/keys.ts";
import type { SettingsStore } from "../store/settings.ts";

/** Of any type of resource created, updated, deleted; of users and teams more. */
export type EventType =
  | `${string}.${"created" | "updated" | "deleted"}`
  | `user.${"activated" | "deactivated"}`
  | "team.renamed"
  | `membership.${"added" | "removed"}`;

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
  /** Of the user, team or other resource; of a membership, its team. */
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

/** Hands events to those who listen. */
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
    case "resource":
      return resourceEvents(change);
    case "members":
      // In the order in which they are stored.
      return [
        ...change.removed.map((member) => event("membership.removed", change, change.version, { member })),
        ...change.added.map((member) => event("membership.added", change, change.version, { member })),
      ];
    case "deletion":
      return [event(`${change.of}.deleted`, change, change.version)];
  }
}

/** A change of one attribute that has an event of its own. */
interface OwnEvent {
  readonly attribute: string;
  /** @returns undefined where the values mean the same */
  type(from: Json | undefined, to: Json | undefined): EventType | undefined;
}

const OWN_EVENTS: ReadonlyMap<string, OwnEvent> = new Map([
  [
    "user",
    {
      attribute: "active",
      type: (from, to) => {
        if ((from === true) === (to === true)) return undefined;
        return to === true ? "user.activated" : "user.deactivated";
      },
    },
  ],
  ["team", { attribute: "displayName", type: (from, to) => (sameJson(from, to) ? undefined : "team.renamed") }],
]);

function resourceEvents(change: Extract<Change, { kind: "resource" }>): DirectoryEvent[] {
  const { of, before, after } = change;
  const [from, to] = [before === undefined ? {} : parsed(before), parsed(after)];
  const changed = changedNames(from, to);
  if (before === undefined) return [event(`${of}.created`, change, after.version, { changed })];
  const { attribute = "", type = () => undefined } = OWN_EVENTS.get(of) ?? {};
  const own = type(from[attribute], to[attribute]);
  const others = own === undefined ? changed : changed.filter((name) => name !== attribute);
  return [
    ...(own === undefined ? [] : [event(own, change, after.version, { changed: [attribute] })]),
    ...(others.length === 0 ? [] : [event(`${of}.updated`, change, after.version, { changed: others })]),
  ];
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

/** Gives each event its org's login name; none where it cannot be read, or the org was purged: no event waits for a repair. */
export type LoginNames = (events: readonly DirectoryEvent[]) => Promise<DirectoryEvent[]>;

/** A megabyte. */
const MOST_ORGS_KNOWN = 10_000;

/** A login name never changes, so each org's settings are read once in a process. */
export function loginNames(settings: Pick<SettingsStore, "orgById">): LoginNames {
  const known = new Map<string, string>();
  return async (events) => {
    if (known.size > MOST_ORGS_KNOWN) known.clear();
    const ids = new Set(events.map(({ org }) => org));
    const read = async (id: string): Promise<void> => {
      // Out of the key of an item that our own store wrote for an org that was authenticated.
      const org = await settings.orgById(id as OrgId).catch(() => undefined);
      if (org !== undefined) known.set(id, org.slug);
    };
    await Promise.all([...ids].filter((id) => !known.has(id)).map(read));
    return events.map((event) => ({ ...event, orgName: known.get(event.org) }));
  };
}
