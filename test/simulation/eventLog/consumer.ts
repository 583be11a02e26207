import type { EventValues, LoggedEvent } from "../../../functions/provisioning/events/loggedEvent.ts";
import { loggedEvent, valuesOf } from "../../../functions/provisioning/events/loggedEvent.ts";
import type { ReadableEvent } from "../../../functions/store/eventItems.ts";
import { type OrgId, OrgKeys } from "../../../functions/store/keys.ts";
import type { Directory, StoreSession } from "../../../functions/store/session.ts";
import type { Reader } from "./reader.ts";

interface Held {
  readonly version: number;
  readonly managed: boolean;
  readonly attributes: string;
}

interface HeldLink {
  readonly version: number;
  readonly applicationId: string | undefined;
}

/** A consumer's copy of one org with its progress, kept in one transaction of its own. */
export interface Copy {
  /** Absent: take a snapshot. */
  readonly cursor: string | undefined;
  readonly held: ReadonlyMap<string, Held>;
  /** `team member`, shown only while both exist in the copy. */
  readonly pairs: ReadonlySet<string>;
  /** By user, shown only while the user exists in the copy. */
  readonly links: ReadonlyMap<string, HeldLink>;
}

export const EMPTY: Copy = { cursor: undefined, held: new Map(), pairs: new Set(), links: new Map() };

/** The visible content of an org, of consumers and of the directory itself. */
export interface Shown {
  readonly contents: Readonly<Record<string, string>>;
  readonly pairs: readonly string[];
  readonly links: readonly string[];
}

export function shownOf({ held, pairs, links }: Copy): Shown {
  const contents = [...held].map(([id, { managed, attributes }]): [string, string] => [id, `${managed} ${attributes}`]);
  const linked = [...links].flatMap(([id, { applicationId }]) =>
    held.has(id) && applicationId !== undefined ? [`${id} ${applicationId}`] : [],
  );
  return {
    contents: Object.fromEntries(contents.sort()),
    pairs: [...pairs].filter((pair) => pair.split(" ").every((id) => held.has(id))).sort(),
    links: linked.sort(),
  };
}

/** The result of a step. `gone`: the org is deleted, with the whole copy. */
export interface Followed {
  readonly copy: Copy;
  readonly outcome: "more" | "end" | "gone";
}

/** One step by the snapshot rule (eventlog.md 1.8): a snapshot, or a page of the log. */
export async function follow(
  reader: Reader,
  session: StoreSession,
  orgId: OrgId,
  copy: Copy,
  now: number,
): Promise<Followed> {
  if (copy.cursor === undefined) return { copy: await snapshot(reader, session, orgId, copy), outcome: "more" };
  const answer = await reader.read(session, orgId, copy.cursor, now);
  if (answer.status === 404) return { copy: EMPTY, outcome: "gone" };
  if (answer.status !== 200) return { copy: { ...copy, cursor: undefined }, outcome: "more" };
  let next = copy;
  for (const event of answer.events) next = await applied(event, session, orgId, next);
  const isImported = answer.events.some((event) => loggedEvent(event).type === "org.imported");
  const cursor = isImported ? undefined : answer.next;
  return { copy: { ...next, cursor }, outcome: answer.isEnd && !isImported ? "end" : "more" };
}

async function applied(stored: ReadableEvent, session: StoreSession, orgId: OrgId, copy: Copy): Promise<Copy> {
  const event = loggedEvent(stored);
  const { subject } = stored;
  const values = valuesOf(stored) ?? {};
  if (event.linkVersion !== undefined) return linked(event, stored, session, orgId, copy);
  if (event.managed === undefined) return copy;
  const known = copy.held.get(subject);
  const isHeld = known !== undefined && event.version <= known.version;
  // A team's version does not cover its memberships, which are separate items: see membersAfter.
  if (isHeld && subject.startsWith("u")) return copy;
  if (event.type.endsWith(".deleted")) {
    const held = new Map(copy.held);
    held.delete(subject);
    return { ...copy, held };
  }
  const isWhole = event.type.endsWith(".created") || event.type.endsWith(".adopted");
  if (isUnclear(event, stored) || (known === undefined && !isWhole)) return readAnew(session, orgId, subject, copy);
  const pairs = membersAfter(copy.pairs, subject, event);
  if (isHeld) return { ...copy, pairs };
  const attributes = mergedAttributes(isWhole ? undefined : known?.attributes, values);
  const held = new Map(copy.held).set(subject, { version: event.version, managed: event.managed, attributes });
  return { ...copy, held, pairs };
}

/**
 * Applies for any version of the team: it may have been read before all memberships of its transaction were written.
 * Memberships logged by then were written, and the others come now, in order.
 */
function membersAfter(pairs: Copy["pairs"], team: string, { added = [], removed = [] }: LoggedEvent): Copy["pairs"] {
  const after = new Set(pairs);
  for (const member of removed) after.delete(`${team} ${member}`);
  for (const member of added) after.add(`${team} ${member}`);
  return after;
}

/** Whether the event does not show its subject's present state. */
function isUnclear({ from, changed, valuesOmitted }: LoggedEvent, { values }: ReadableEvent): boolean {
  const isErased = values === undefined && changed !== undefined;
  return from !== undefined || changed?.[0] === "*" || valuesOmitted === true || isErased;
}

function mergedAttributes(text: string | undefined, { before = {}, after = {} }: EventValues): string {
  const attributes = text === undefined ? {} : (JSON.parse(text) as Record<string, unknown>);
  for (const name of Object.keys(before)) delete attributes[name];
  return canonical({ ...attributes, ...after });
}

async function linked(
  { linkVersion = 0, type }: LoggedEvent,
  stored: ReadableEvent,
  session: StoreSession,
  orgId: OrgId,
  copy: Copy,
): Promise<Copy> {
  const { subject } = stored;
  const known = copy.links.get(subject);
  if (known !== undefined && linkVersion <= known.version) return copy;
  const links = new Map(copy.links);
  const { after } = valuesOf(stored) ?? {};
  if (after?.applicationId !== undefined || type === "user.unlinked")
    links.set(subject, { version: linkVersion, applicationId: after?.applicationId as string | undefined });
  else {
    const read = await readLink(session, orgId, subject);
    if (read !== undefined) links.set(subject, read);
  }
  return { ...copy, links };
}

/** The head first, then users, then each team's version before its members; then removes unlisted rows. */
async function snapshot(reader: Reader, session: StoreSession, orgId: OrgId, before: Copy): Promise<Copy> {
  const cursor = await reader.headOf(session, orgId);
  const held = new Map(before.held);
  const pairs = new Set<string>();
  const links = new Map<string, HeldLink>();
  const listed = new Set<string>();
  for (const [managed, directory] of sidesOf(session, orgId)) {
    for await (const users of directory.users.scan()) {
      for (const { id, version, attributes } of users) {
        listed.add(id);
        held.set(id, { version, managed, attributes: canonical(JSON.parse(attributes)) });
      }
    }
    for await (const groups of directory.groups.scan()) {
      for (const { id, version, attributes } of groups) {
        listed.add(id);
        held.set(id, { version, managed, attributes: canonical(JSON.parse(attributes)) });
        for (const member of await directory.memberships.stored(id)) pairs.add(`${id} ${member}`);
      }
    }
  }
  for (const { sk, v, a } of (await session.database.query(new OrgKeys(orgId, "unmanaged").linkedUsers())).items)
    links.set(String(sk), { version: Number(v), applicationId: a as string | undefined });
  for (const id of held.keys()) if (!listed.has(id)) held.delete(id);
  return { cursor, held, pairs, links };
}

function sidesOf(session: StoreSession, orgId: OrgId): readonly (readonly [boolean, Directory])[] {
  return [
    [true, session.directory(orgId)],
    [false, session.unmanaged(orgId)],
  ];
}

/** Reads what the event does not show; 404 means deleted. */
async function readAnew(session: StoreSession, orgId: OrgId, id: string, copy: Copy): Promise<Copy> {
  const held = new Map(copy.held);
  const pairs = new Set([...copy.pairs].filter((pair) => !pair.startsWith(`${id} `)));
  held.delete(id);
  for (const [managed, directory] of sidesOf(session, orgId)) {
    const resource = (await directory.users.find(id)) ?? (await directory.groups.find(id));
    if (resource === undefined) continue;
    const { version, attributes } = resource;
    held.set(id, { version, managed, attributes: canonical(JSON.parse(attributes)) });
    for (const member of await directory.memberships.stored(id)) pairs.add(`${id} ${member}`);
    break;
  }
  return { ...copy, held, pairs };
}

async function readLink(session: StoreSession, orgId: OrgId, userId: string): Promise<HeldLink | undefined> {
  const item = await session.database.get(new OrgKeys(orgId, "unmanaged").linkedUser(userId));
  return item && { version: Number(item.v), applicationId: item.a as string | undefined };
}

export function canonical(attributes: Record<string, unknown>): string {
  const sorted = Object.entries(attributes)
    .filter(([name]) => name !== "schemas")
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(Object.fromEntries(sorted));
}
