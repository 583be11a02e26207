import { groupError } from "../../scim/error.ts";
import { type Json, type JsonObject, sameJson } from "../../scim/json.ts";
import { type MemberPlan, planMembers } from "../../scim/members.ts";
import { applyPatch } from "../../scim/patch/applyPatch.ts";
import type { ResolvedOperation } from "../../scim/patch/resolved.ts";
import type { QuirkMeanings } from "../../scim/quirks.ts";
import { readResourceBody } from "../../scim/readResource.ts";
import { groupType } from "../../scim/resourceTypes.ts";
import type { GroupRecord, ResourceWrite, Wanted } from "../../store/records.ts";
import { attributesOf } from "../../store/resourceItems.ts";
import { STORED_GROUPS } from "../../store/storedTypes.ts";
import { randomShare, tooContended, waitToRetry } from "../retrying.ts";
import { type CountedRemovals, type Session, stampOf } from "../session.ts";
import { hasTimeTo } from "../timeBudget.ts";
import type { ChangeAnswer, Precondition, ResourceActions, ResourceDefinition } from "./definition.ts";
import { createLargeGroup, isAbandoned } from "./groupCreation.ts";
import { GROUP_QUERIES } from "./groupQueries.ts";
import {
  type KnownMembers,
  livingMembers,
  MEMBERS_PER_REQUEST,
  type MemberChange,
  memberChangeOf,
  partsOf,
  tooManyMembers,
  unfinished,
  wantedOfMembers,
} from "./memberChanges.ts";
import { type ActedOn, assertMet, deleteResource, findResource, writeOf } from "./plainActions.ts";

export const GROUP_QUIRKS = {
  membersOmitted: "a PUT of a group came without members; all were removed (rule membersOmittedInPut)",
} as const satisfies QuirkMeanings;

/** Two concurrent large replacements that undo each other's parts each wait a random time up to this. */
const YIELD_MS = 3_000;

const OF_GROUPS: ActedOn<GroupRecord> = {
  ...STORED_GROUPS,
  type: groupType,
  store: ({ groups }) => groups,
  missing: () => groupError("notFound.group", []),
  taken: (holder) => groupError("uniqueness.displayName", [], {}, holder),
};

export const GROUP_ACTIONS: ResourceActions<GroupRecord> = {
  create: createGroup,
  read: (session, id) => findResource(session, OF_GROUPS, id),
  replace: replaceGroup,
  patch: patchGroup,
  delete: (session, id, precondition) =>
    deleteResource(session, OF_GROUPS, id, precondition, {
      removal: { request: "groups", count: ({ memberCount }) => memberCount },
    }),
};

export const GROUPS: ResourceDefinition<GroupRecord> = {
  ...GROUP_QUERIES,
  actions: GROUP_ACTIONS,
  // Entra documents 204, and the answer then needs no list of members.
  patchStatusRule: "groupPatchAnswer",
  wantedByPatch,
};

/** The members that a PATCH names, and their memberships: it reads them first. */
function wantedByPatch(groupId: string, operations: readonly ResolvedOperation[]): Iterable<Wanted> {
  const plan = planMembers(operations);
  if (plan === "needsMembers" || plan.exact) return [];
  const { add, remove } = plan;
  return wantedOfMembers(groupId, [...add, ...remove], add);
}

const NO_MEMBERS: MemberPlan = { exact: false, add: [], remove: [] };

/** @throws ScimError 400, 409 uniqueness, 413, 503 when a large group needs another request to finish */
async function createGroup(session: Session, body: Json): Promise<GroupRecord> {
  const { attributes, members = [] } = readResourceBody(groupType(session.rules), body, session.quirks, session.rules);
  const write = groupWrite(session, undefined, attributes);
  if (members.length > MEMBERS_PER_REQUEST) throw tooManyMembers(members.length);
  const made = await createLargeGroup(session, write, await livingMembers(session, members));
  if ("holder" in made) throw OF_GROUPS.taken(made.holder);
  session.effects.membersAdded += made.memberCount;
  return made;
}

/**
 * RFC 7644 section 3.5.1. A body without `members` removes all members, because several clients omit an empty list, unless the org
 * keeps them (rule `membersOmittedInPut`).
 * @throws ScimError 400, 404, 409, 412, 413, 503 when a large change needs another request to finish
 */
async function replaceGroup(
  session: Session,
  id: string,
  body: () => Json,
  precondition: Precondition | undefined,
): Promise<ChangeAnswer<GroupRecord>> {
  const change = session.guard === undefined ? changeGroup : changeGuarded;
  return change(session, id, precondition, async () => {
    const rules = { ...session.rules, replaces: true };
    const { attributes, members } = readResourceBody(groupType(rules), body(), session.quirks, rules);
    if (members === undefined) {
      if (session.rules.membersOmittedInPut === "keep") return { attributes, members: NO_MEMBERS };
      session.quirks.note<typeof GROUP_QUIRKS>("membersOmitted");
    }
    return { attributes, members: { exact: true, add: members ?? [], remove: [] } };
  });
}

/** RFC 7644 section 3.5.2. @throws ScimError 400, 404, 409, 412, 413, 503 when a large change needs another request to finish */
async function patchGroup(
  session: Session,
  id: string,
  readOperations: () => readonly ResolvedOperation[],
  precondition: Precondition | undefined,
): Promise<ChangeAnswer<GroupRecord>> {
  let read: readonly ResolvedOperation[] | undefined;
  const { looks } = session.effort;
  const change = session.guard === undefined ? changeGroup : changeGuarded;
  return change(session, id, precondition, async (stored) => {
    read ??= readOperations();
    const { directory, effort, quirks, rules } = session;
    effort.looks = looks;
    let members = planMembers(read, undefined, effort);
    if (members === "needsMembers") members = planMembers(read, await directory.memberships.stored(id), effort);
    if (members === "needsMembers") throw new Error("a plan asked for members it was given");
    return { attributes: applyPatch(groupType(rules), stored, read, rules, quirks, effort), members };
  });
}

interface GroupPlan {
  readonly attributes: JsonObject;
  readonly members: MemberPlan;
}

type PlanGroup = (stored: JsonObject) => Promise<GroupPlan>;

/** For orgs that hold mass changes: a change that removes members passes as a whole, or does not begin. */
async function changeGuarded(
  session: Session,
  id: string,
  precondition: Precondition | undefined,
  plan: PlanGroup,
): Promise<ChangeAnswer<GroupRecord>> {
  const removals = session.guard?.begin(session, "members", id);
  try {
    return await changeGroup(session, id, precondition, plan, removals);
  } catch (error) {
    await removals?.left(error);
    throw error;
  }
}

/**
 * Reads, plans and writes, in one transaction if the change fits. Otherwise in several, with removes before adds; the group is
 * consistent after each. When a client repeats the request, only the remaining difference is written.
 *
 * A replacement of the whole roster must not mix with another writer's: two concurrent replacements could leave the union of
 * both. So the transaction that completes it requires the version whose roster was read.
 */
async function changeGroup(
  session: Session,
  id: string,
  precondition: Precondition | undefined,
  plan: PlanGroup,
  removals?: CountedRemovals,
): Promise<ChangeAnswer<GroupRecord>> {
  const { groups } = session.directory;
  // Our own first part raises the version that the client named. The precondition was met by then.
  let asked = precondition;
  let changed = false;
  // True: all parts of a large change were written, but another writer has changed the roster.
  let undone = false;
  const known: KnownMembers = new Map();
  for (let attempt = 1; ; attempt += 1) {
    const previous = await readFinishedGroup(session, id);
    if (asked !== undefined) assertMet(asked, previous.version);
    const stored = attributesOf(previous);
    const planned = await plan(stored);
    const named = planned.members.add.length + planned.members.remove.length;
    if (named > MEMBERS_PER_REQUEST) throw tooManyMembers(named);
    const write = sameJson(planned.attributes, stored) ? undefined : groupWrite(session, stored, planned.attributes);
    const change = await memberChangeOf(session, id, planned.members, known);
    const count = change.add.length + change.remove.length;
    if (write === undefined && count === 0) {
      if (!changed || (await groups.find(id))?.version === previous.version) return { record: previous, changed };
      await waitToRetry(session, attempt, "busy");
      continue;
    }
    const fits = groups.membersPerChange(previous, write);
    const { exact } = planned.members;
    if (undone && count > fits) await session.wait(Math.round(randomShare(session) * YIELD_MS));
    if (!hasTimeTo("write", session)) throw changed || count > fits ? unfinished(count) : tooContended();
    if (change.remove.length > 0) await removals?.admit(change.remove.length);
    const onlyVersion = asked !== undefined || (exact && count <= fits) ? previous.version : undefined;
    const [first = change] = count <= fits ? [change] : partsOf(change, fits);
    const part = { write, add: first.add, remove: first.remove, onlyVersion };
    const written = await groups.change(previous, part, stampOf(session));
    switch (written.outcome) {
      case "changed": {
        session.effects.membersAdded += first.add.length;
        session.effects.membersRemoved += first.remove.length;
        if (count <= fits) return { record: written.record, changed: true };
        changed = true;
        asked = undefined;
        const last = await changeRest(session, written.record, changeAfter(change, first));
        if (last !== undefined && !exact) return { record: last, changed };
        // Read again to see another writer's changes.
        undone = last !== undefined;
        break;
      }
      case "taken":
        throw OF_GROUPS.taken(written.holder);
      case "missing":
        throw OF_GROUPS.missing();
      case "stale":
        await waitToRetry(session, attempt, "lost");
    }
  }
}

/**
 * Writes the remaining parts until all is done, or time is over.
 * @returns undefined when a membership has changed since the plan: then the caller plans again
 */
async function changeRest(
  session: Session,
  group: GroupRecord,
  change: MemberChange,
): Promise<GroupRecord | undefined> {
  const { groups } = session.directory;
  let current = group;
  for (const { add, remove, left } of partsOf(change, groups.membersPerChange(group, undefined))) {
    if (!hasTimeTo("write", session)) throw unfinished(left + add.length + remove.length);
    const outcome = await groups.change(current, { add, remove }, stampOf(session));
    if (outcome.outcome !== "changed") {
      session.usage.conflicts += 1;
      return undefined;
    }
    session.effects.membersAdded += add.length;
    session.effects.membersRemoved += remove.length;
    current = outcome.record;
  }
  return current;
}

/** @throws ScimError 404, 503 while another request still creates the group: the request's time limits the wait */
async function readFinishedGroup(session: Session, id: string): Promise<GroupRecord> {
  for (let attempt = 1; ; attempt += 1) {
    const group = await session.directory.groups.find(id);
    if (group === undefined) throw OF_GROUPS.missing();
    if (group.creation === undefined || isAbandoned(session, group)) return group;
    await waitToRetry(session, attempt, "busy", Number.POSITIVE_INFINITY);
  }
}

function changeAfter(change: MemberChange, first: MemberChange): MemberChange {
  return { remove: change.remove.slice(first.remove.length), add: change.add.slice(first.add.length) };
}

function groupWrite(session: Session, stored: JsonObject | undefined, attributes: JsonObject): ResourceWrite {
  if (attributes.displayName !== stored?.displayName) assertNameLength(session, attributes.displayName);
  return { ...writeOf(STORED_GROUPS, attributes), nameUnique: session.rules.groupNameUnique };
}

/** P10: in Unicode code points, for POST, PUT and PATCH. */
function assertNameLength(session: Session, displayName: Json | undefined): void {
  const limit = session.rules.teamNameMaxLength;
  const length = typeof displayName === "string" ? [...displayName].length : 0;
  if (length <= limit) return;
  throw groupError("value.teamNameLength", [length, limit]);
}
