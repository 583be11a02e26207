import { readHead, readLog } from "../../../functions/provisioning/events/readLog.ts";
import type { StoredEvent } from "../../../functions/store/eventItems.ts";
import type { OrgId } from "../../../functions/store/keys.ts";
import type { StoreSession } from "../../../functions/store/session.ts";

interface Held {
  readonly version: number;
  readonly attributes: string;
}

/** What a consumer keeps in one transaction of its own: what it holds, and how far it has come. */
interface Kept {
  readonly place: { readonly generation: string; readonly seq: number } | undefined;
  readonly held: ReadonlyMap<string, Held>;
  /** `team member`, shown only while both ends are held. */
  readonly pairs: ReadonlySet<string>;
}

const NOTHING: Kept = { place: undefined, held: new Map(), pairs: new Set() };

/** Follows the snapshot rule (eventlog.md 1.8); whatever breaks it off, it goes on from what it kept. */
export class Consumer {
  kept: Kept = NOTHING;

  /** One step: a snapshot, or a page of the log. @returns whether there is nothing more to read now */
  async step(session: StoreSession, orgId: OrgId, now: number): Promise<boolean> {
    if (this.kept.place === undefined) {
      this.kept = await snapshot(session, orgId);
      return false;
    }
    const page = await readLog(session.database, orgId, this.kept.place, { limit: 3, now, retentionDays: 90 });
    if (page.outcome !== "page") {
      if (page.outcome === "ahead") throw new Error("a place ahead of its log");
      this.kept = { ...this.kept, place: undefined };
      return false;
    }
    if (page.events.length === 0) return page.head === this.kept.place.seq;
    let { held, pairs } = this.kept;
    for (const event of page.events) [held, pairs] = await applied(event, session, orgId, held, pairs);
    const seq = page.events.at(-1)?.seq ?? this.kept.place.seq;
    this.kept = { place: { ...this.kept.place, seq }, held, pairs };
    return false;
  }

  /** What it shows: contents by id, and pairs of which both ends are held. */
  shown(): { readonly contents: Readonly<Record<string, string>>; readonly pairs: readonly string[] } {
    const { held, pairs } = this.kept;
    const contents = Object.fromEntries([...held].map(([id, { attributes }]) => [id, attributes]).sort());
    const visible = [...pairs].filter((pair) => pair.split(" ").every((id) => held.has(id)));
    return { contents, pairs: visible.sort() };
  }
}

interface Told {
  readonly type: string;
  readonly version: number;
  readonly from?: number;
  readonly changed?: readonly string[];
  readonly added?: readonly string[];
  readonly removed?: readonly string[];
  readonly valuesOmitted?: boolean;
  readonly managed?: boolean;
}

async function applied(
  { subject, text, values }: StoredEvent,
  session: StoreSession,
  orgId: OrgId,
  held: Kept["held"],
  pairs: Kept["pairs"],
): Promise<[Kept["held"], Kept["pairs"]]> {
  const event = JSON.parse(text) as Told;
  if (event.managed !== true) return [held, pairs];
  const known = held.get(subject);
  if (known !== undefined && event.version <= known.version) return [held, pairs];
  const nextHeld = new Map(held);
  const nextPairs = new Set(pairs);
  if (event.type.endsWith(".deleted")) {
    nextHeld.delete(subject);
    return [nextHeld, nextPairs];
  }
  const isCreation = event.type.endsWith(".created");
  const unclear =
    event.from !== undefined ||
    event.changed?.[0] === "*" ||
    event.valuesOmitted === true ||
    (values === undefined && event.changed !== undefined);
  if (unclear || (known === undefined && !isCreation)) {
    const read = await readResource(session, orgId, subject);
    for (const pair of nextPairs) if (pair.startsWith(`${subject} `)) nextPairs.delete(pair);
    if (read === undefined) nextHeld.delete(subject);
    else {
      nextHeld.set(subject, read.held);
      for (const member of read.members) nextPairs.add(`${subject} ${member}`);
    }
    return [nextHeld, nextPairs];
  }
  const { after = {}, before = {} } =
    values === undefined ? {} : (JSON.parse(values) as Record<string, Record<string, unknown>>);
  const attributes = known === undefined ? {} : (JSON.parse(known.attributes) as Record<string, unknown>);
  for (const name of Object.keys(before)) delete attributes[name];
  Object.assign(attributes, after);
  nextHeld.set(subject, { version: event.version, attributes: canonical(attributes) });
  for (const member of event.removed ?? []) nextPairs.delete(`${subject} ${member}`);
  for (const member of event.added ?? []) nextPairs.add(`${subject} ${member}`);
  return [nextHeld, nextPairs];
}

/** The head first, then users, then each team's version before its members. */
async function snapshot(session: StoreSession, orgId: OrgId): Promise<Kept> {
  const head = await readHead(session.database, orgId);
  const held = new Map<string, Held>();
  const pairs = new Set<string>();
  const directory = session.directory(orgId);
  for await (const users of directory.users.scan()) {
    for (const { id, version, attributes } of users)
      held.set(id, { version, attributes: canonical(JSON.parse(attributes)) });
  }
  for await (const groups of directory.groups.scan()) {
    for (const { id, version, attributes } of groups) {
      held.set(id, { version, attributes: canonical(JSON.parse(attributes)) });
      for (const member of await directory.memberships.stored(id)) pairs.add(`${id} ${member}`);
    }
  }
  return { place: { generation: head?.generation ?? "", seq: head?.seq ?? 0 }, held, pairs };
}

async function readResource(session: StoreSession, orgId: OrgId, id: string) {
  const directory = session.directory(orgId);
  if (id.startsWith("u")) {
    const user = await directory.users.find(id);
    return user && { held: { version: user.version, attributes: canonical(JSON.parse(user.attributes)) }, members: [] };
  }
  const group = await directory.groups.find(id);
  if (group === undefined) return undefined;
  const members = await directory.memberships.stored(id);
  return { held: { version: group.version, attributes: canonical(JSON.parse(group.attributes)) }, members };
}

export function canonical(attributes: Record<string, unknown>): string {
  const sorted = Object.entries(attributes)
    .filter(([name]) => name !== "schemas")
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(Object.fromEntries(sorted));
}
