import { ScimError } from "../../scim/error.ts";
import { type Json, type JsonObject, sameJson } from "../../scim/json.ts";
import { type MemberPlan, planMembers } from "../../scim/members.ts";
import { applyPatch } from "../../scim/patch/applyPatch.ts";
import type { ResolvedOperation } from "../../scim/patch/resolved.ts";
import type { QuirkMeanings } from "../../scim/quirks.ts";
import { readResourceBody } from "../../scim/readResource.ts";
import { ifMatch } from "../../scim/render.ts";
import { groupType } from "../../scim/resourceTypes.ts";
import type { GroupRecord, ResourceWrite, Wanted } from "../../store/records.ts";
import { attributesOf } from "../../store/storedType.ts";
import { STORED_GROUPS } from "../../store/storedTypes.ts";
import { randomShare, tooContended, waitToRetry } from "../retrying.ts";
import { type CountedRemovals, type Session, stampOf } from "../session.ts";
import { hasTimeTo } from "../timeBudget.ts";
import type { ChangeAnswer, ResourceActions, ResourceDefinition } from "./definition.ts";
import { createLargeGroup, isAbandoned } from "./groupCreation.ts";
import { GROUP_QUERIES } from "./groupQueries.ts";
import {
  assertFewEnough,
  type KnownMembers,
  livingMembers,
  type MemberChange,
  memberChangeOf,
  partsOf,
  unfinished,
  wantedOfMembers,
} from "./memberChanges.ts";
import { type ActedOn, deleteResource, findResource, writeOf } from "./plainActions.ts";

export const GROUP_QUIRKS = {
  membersOmitted: "a PUT of a group came without members; all were removed (rule membersOmittedInPut)",
} as const satisfies QuirkMeanings;

/** Two large replacements that undo each other's parts stand back for up to this long, each its own while. */
const YIELD_MS = 3_000;

const OF_GROUPS: ActedOn<GroupRecord> = {
  ...STORED_GROUPS,
  type: groupType,
  store: ({ groups }) => groups,
  missing: () => ScimError.notFound("group"),
  taken: (holder) => ScimError.uniqueness("displayName", holder),
};

export const GROUP_ACTIONS: ResourceActions<GroupRecord> = {
  create: createGroup,
  read: (session, id) => findResource(session, OF_GROUPS, id),
  replace: replaceGroup,
  patch: patchGroup,
  delete: (session, id, match) =>
    deleteResource(session, OF_GROUPS, id, match, {
      removal: { request: "groups", count: ({ memberCount }) => memberCount },
    }),
};

export const GROUPS: ResourceDefinition<GroupRecord> = {
  ...GROUP_QUERIES,
  actions: GROUP_ACTIONS,
  // 204 is Entra's documented answer, and no roster to send back.
  patchStatus: ({ groupPatchAnswer }) => groupPatchAnswer,
  wantedByPatch,
};

/** The members a PATCH names, and their memberships: they are what it will ask for first. */
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
  assertFewEnough(members.length);
  const made = await createLargeGroup(session, write, await livingMembers(session, members));
  if ("holder" in made) throw OF_GROUPS.taken(made.holder);
  session.effects.membersAdded += made.memberCount;
  return made;
}

/**
 * RFC 7644 section 3.5.1. A body without `members` clears them, as several clients mean it that leave an empty list out,
 * unless the org keeps them (rule `membersOmittedInPut`).
 * @throws ScimError 400, 404, 409, 412, 413, 503 when a large change needs another request to finish
 */
async function replaceGroup(
  session: Session,
  id: string,
  body: () => Json,
  match: string | undefined,
): Promise<ChangeAnswer<GroupRecord>> {
  const change = session.guard === undefined ? changeGroup : changeGuarded;
  return change(session, id, match, async () => {
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
  match: string | undefined,
): Promise<ChangeAnswer<GroupRecord>> {
  let read: readonly ResolvedOperation[] | undefined;
  const change = session.guard === undefined ? changeGroup : changeGuarded;
  return change(session, id, match, async (stored) => {
    read ??= readOperations();
    let members = planMembers(read);
    if (members === "needsMembers") members = planMembers(read, await session.directory.memberships.stored(id));
    if (members === "needsMembers") throw new Error("a plan asked for members it was given");
    return { attributes: applyPatch(groupType(session.rules), stored, read, session.rules, session.quirks), members };
  });
}

interface GroupPlan {
  readonly attributes: JsonObject;
  readonly members: MemberPlan;
}

type PlanGroup = (stored: JsonObject) => Promise<GroupPlan>;

/** Where the org holds mass changes: a change that removes members is let through as a whole, or not begun. */
async function changeGuarded(
  session: Session,
  id: string,
  match: string | undefined,
  plan: PlanGroup,
): Promise<ChangeAnswer<GroupRecord>> {
  const removals = session.guard?.begin(session, "members", id);
  try {
    return await changeGroup(session, id, match, plan, removals);
  } catch (error) {
    await removals?.left(error);
    throw error;
  }
}

/**
 * Reads, plans, and writes: in one transaction what fits in one, else in several, removes before adds, each leaving a
 * true group behind. A client that repeats the request finds the rest to do: the difference to what is stored by then.
 *
 * Who says what the roster shall be exactly must not meet another writer half-way, or two replacements at once would
 * leave the union of both. So the transaction that makes it exact holds only for the version whose roster was read.
 */
async function changeGroup(
  session: Session,
  id: string,
  match: string | undefined,
  plan: PlanGroup,
  removals?: CountedRemovals,
): Promise<ChangeAnswer<GroupRecord>> {
  const { groups } = session.directory;
  // Our own first part raises the version that If-Match named; from then on the precondition was met.
  let precondition = match;
  let changed = false;
  // All parts of a large change were made, and yet the roster is another.
  let undone = false;
  const known: KnownMembers = new Map();
  for (let attempt = 1; ; attempt += 1) {
    const previous = await readFinishedGroup(session, id);
    if (!ifMatch(precondition, previous.version)) throw ScimError.version("mismatch");
    const stored = attributesOf(previous);
    const planned = await plan(stored);
    assertFewEnough(planned.members.add.length + planned.members.remove.length);
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
    const onlyVersion = precondition !== undefined || (exact && count <= fits) ? previous.version : undefined;
    const [first = change] = count <= fits ? [change] : partsOf(change, fits);
    const asked = { write, add: first.add, remove: first.remove, onlyVersion };
    const written = await groups.change(previous, asked, stampOf(session));
    switch (written.outcome) {
      case "changed": {
        countMembers(session, first);
        if (count <= fits) return { record: written.record, changed: true };
        changed = true;
        precondition = undefined;
        const last = await changeRest(session, written.record, changeAfter(change, first));
        if (last !== undefined && !exact) return { record: last, changed };
        // Reading again shows who came between.
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
 * Goes on until all is done, or until there is no time left.
 * @returns undefined when a membership is not what was planned from: then the caller plans anew
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
    countMembers(session, { add, remove });
    current = outcome.record;
  }
  return current;
}

/** @throws ScimError 404, 503 while another request is at making the group: time ends the wait */
async function readFinishedGroup(session: Session, id: string): Promise<GroupRecord> {
  for (let attempt = 1; ; attempt += 1) {
    const group = await session.directory.groups.find(id);
    if (group === undefined) throw OF_GROUPS.missing();
    if (group.creation === undefined || isAbandoned(session, group)) return group;
    await waitToRetry(session, attempt, "busy", Number.POSITIVE_INFINITY);
  }
}

function countMembers({ effects }: Session, { add, remove }: MemberChange): void {
  effects.membersAdded += add.length;
  effects.membersRemoved += remove.length;
}

function changeAfter(change: MemberChange, first: MemberChange): MemberChange {
  return { remove: change.remove.slice(first.remove.length), add: change.add.slice(first.add.length) };
}

function groupWrite(session: Session, stored: JsonObject | undefined, attributes: JsonObject): ResourceWrite {
  if (attributes.displayName !== stored?.displayName) assertNameLength(session, attributes.displayName);
  return { ...writeOf(STORED_GROUPS, attributes), nameUnique: session.rules.groupNameUnique };
}

/** P10: counted in Unicode code points, on POST, PUT and PATCH alike. */
function assertNameLength(session: Session, displayName: Json | undefined): void {
  const limit = session.rules.teamNameMaxLength;
  const length = typeof displayName === "string" ? [...displayName].length : 0;
  if (length <= limit) return;
  throw ScimError.invalidValue("teamNameLength", length, limit);
}
