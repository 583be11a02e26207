import { sameJson } from "../../scim/json.ts";
import type { Creation, GroupRecord, ResourceWrite } from "../../store/records.ts";
import { attributesOf } from "../../store/resourceItems.ts";
import { waitToRetry } from "../retrying.ts";
import { newIdFor, type Session, stampOf } from "../session.ts";
import { CLOCK_SKEW, hasCome, hasTimeTo } from "../timeBudget.ts";
import { type MemberChange, partsOf, unfinished } from "./memberChanges.ts";

/** Each part renews the request's turn. A request that broke off blocks others for this time. */
const TURN_MS = 5_000;

/**
 * Creates a group with any number of members. Members beyond one transaction are added by further ones. Until the last one the
 * group is marked as being created, and nobody else changes it. If the request's time ends before, the client's next POST of a
 * group with this name continues the creation, and gets 201.
 * @returns the holder's id when a finished group has the name @throws ScimError 503
 */
export async function createLargeGroup(
  session: Session,
  write: ResourceWrite,
  members: readonly string[],
): Promise<GroupRecord | { readonly holder: string }> {
  const { groups } = session.directory;
  const most = groups.membersPerCreation(write);
  const creation = members.length > most ? creationOf(session) : undefined;
  for (let attempt = 1; ; attempt += 1) {
    if (!write.nameUnique && creation !== undefined) {
      const abandoned = await abandonedOf(session, write.keys.name);
      if (abandoned !== undefined)
        return endingTurnOnFailure(session, abandoned.id, () => continueCreation(session, abandoned, write, members));
    }
    const id = newIdFor(session, "g");
    const create = () => groups.create(id, write, members.slice(0, most), stampOf(session), creation);
    const made = await (creation === undefined ? create() : endingTurnOnFailure(session, id, create));
    if (made.outcome === "created") {
      const { record } = made;
      return creation === undefined
        ? record
        : endingTurnOnFailure(session, id, () => continueCreation(session, record, write, members));
    }
    const holder = await groups.find(made.holder);
    if (holder !== undefined && holder.creation === undefined) return { holder: holder.id };
    if (holder !== undefined && isAbandoned(session, holder)) {
      return endingTurnOnFailure(session, holder.id, () => continueCreation(session, holder, write, members));
    }
    // The group is being created right now, or was deleted this moment.
    await waitToRetry(session, attempt, "busy");
  }
}

/** Whether the request that began to create the group is over without finishing. */
export function isAbandoned(session: Session, { creation }: GroupRecord): boolean {
  return creation !== undefined && hasCome(Date.parse(creation.until), session.now(), TURN_MS + CLOCK_SKEW);
}

function creationOf(session: Session, milliseconds = TURN_MS): Creation {
  return { reference: session.reference, until: new Date(session.now() + milliseconds).toISOString() };
}

/** If the work fails before the group is finished, ends this request's turn, so that the next request need not wait. */
async function endingTurnOnFailure<T>(session: Session, id: string, work: () => Promise<T>): Promise<T> {
  const { groups } = session.directory;
  try {
    return await work();
  } catch (error) {
    try {
      const group = await groups.find(id);
      if (group?.creation?.reference === session.reference) {
        await groups.change(group, { add: [], remove: [], creation: creationOf(session, 0) }, stampOf(session));
      }
    } catch {
      // Then the next request waits until the turn is over. The client gets the first failure.
    }
    throw error;
  }
}

async function abandonedOf(session: Session, name: string): Promise<GroupRecord | undefined> {
  for (const id of await session.directory.groups.idsByName(name)) {
    const group = await session.directory.groups.find(id);
    if (group !== undefined && isAbandoned(session, group)) return group;
  }
  return undefined;
}

/**
 * Gives the group the requested attributes and exactly these members, and finishes its creation with the last part. Members from
 * an earlier request that this one does not name are removed first.
 */
async function continueCreation(
  session: Session,
  found: GroupRecord,
  write: ResourceWrite,
  members: readonly string[],
): Promise<GroupRecord> {
  const { groups, memberships } = session.directory;
  const wanted = new Set(members);
  let group = found;
  for (let attempt = 1; ; attempt += 1) {
    const stored = new Set(await memberships.stored(group.id));
    const change: MemberChange = {
      remove: [...stored].filter((id) => !wanted.has(id)),
      add: members.filter((id) => !stored.has(id)),
    };
    const after = await changeInParts(session, group, write, change);
    if (after.creation === undefined) return after;
    const now = await groups.find(group.id);
    // Deleted meanwhile: the group was created, and deleted afterwards.
    if (now === undefined) return after;
    if (now.creation?.reference !== session.reference) throw unfinished(change.add.length + change.remove.length);
    group = now;
    await waitToRetry(session, attempt, "busy");
  }
}

/** @returns the group after the last written part: without `creation` when all parts were written */
async function changeInParts(
  session: Session,
  found: GroupRecord,
  write: ResourceWrite,
  wanted: MemberChange,
): Promise<GroupRecord> {
  const { groups } = session.directory;
  let group = found;
  const differs = (): ResourceWrite | undefined =>
    sameJson(attributesOf(group), attributesOf(write)) ? undefined : write;
  const parts = [...partsOf(wanted, groups.membersPerChange(found, write))];
  if (parts.length === 0) parts.push({ add: [], remove: [], left: 0 });
  for (const { add, remove, left } of parts) {
    if (!hasTimeTo("write", session)) throw unfinished(left + add.length + remove.length);
    const change = { write: differs(), add, remove, ...(left === 0 ? {} : { creation: creationOf(session) }) };
    const outcome = await groups.change(group, change, stampOf(session));
    if (outcome.outcome !== "changed") return group;
    group = outcome.record;
  }
  return group;
}
