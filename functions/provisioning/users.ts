import type { QuirkMeanings } from "../scim/bent.ts";
import { ScimError } from "../scim/error.ts";
import { ifMatch } from "../scim/etag.ts";
import { isUserId } from "../scim/identifiers.ts";
import { isObject, type Json, type JsonObject, sameJson } from "../scim/json.ts";
import { applyPatch } from "../scim/patch/applyPatch.ts";
import type { PatchOperation } from "../scim/patch/readPatch.ts";
import { readResource, withDefaults } from "../scim/readResource.ts";
import { userType } from "../scim/resourceTypes.ts";
import type { ResourceType } from "../scim/schema.ts";
import type { UserRecord, UserWrite } from "../store/directoryPorts.ts";
import { userKeysOf } from "../store/lookupKeys.ts";
import { bodyDeactivates, given, patchDeactivates, splitUserName, withUserName } from "./deactivation.ts";
import { newIdFor, retryLostWrite, type Session, stampOf, tooContended } from "./session.ts";
import { sweepAfterDeletion } from "./sweeping.ts";
import { assertUnprotected, assertWorkEmail, keepUserName, settleUser, type USER_QUIRKS } from "./userRules.ts";

export const ACTIVE_QUIRKS = {
  nullActive:
    "active was null; a new user became active, one that was there stayed as it was (rule activeNullOnCreate)",
} as const satisfies QuirkMeanings;

/** How often a change is planned anew because another writer was faster: as long as fifty at once take, and time ends it too. */
const ATTEMPTS = 40;

/** What became of a change. `changed` is false when the request asked for what was there already. */
export interface ChangedUser {
  readonly record: UserRecord;
  readonly changed: boolean;
}

/** @throws ScimError 400, 409 uniqueness */
export async function createUser(session: Session, body: Json): Promise<UserRecord> {
  const type = userType(session.rules);
  const asked = readResource(type, body, session.bent, session.rules);
  const nulled = isActiveNulled(type, body, asked);
  if (nulled && session.rules.activeNullOnCreate === "default") session.bent.note<typeof ACTIVE_QUIRKS>("nullActive");
  const unassigned = nulled && session.rules.activeNullOnCreate === "unassign";
  const attributes = unassigned ? asked : withDefaults(asked);
  assertWorkEmail(session, attributes);
  const created = await session.directory.users.create(newIdFor(session, "u"), userWrite(attributes), stampOf(session));
  switch (created.outcome) {
    case "created":
      return created.record;
    case "taken":
      throw ScimError.uniqueness("userName", created.holder);
  }
}

/** @throws ScimError 404 */
export async function readUser(session: Session, id: string): Promise<UserRecord> {
  const record = isUserId(id) ? await session.directory.users.find(id) : undefined;
  if (record === undefined) throw noSuchUser();
  return record;
}

/** RFC 7644 section 3.5.1. @throws ScimError 400, 403 for a protected user, 404, 409, 412 */
export async function replaceUser(
  session: Session,
  id: string,
  readBody: () => Json,
  match: string | undefined,
): Promise<ChangedUser> {
  const type = userType(session.rules);
  return changeUser(session, id, match, (stored) => {
    const body = readBody();
    const lenient = bodyDeactivates(type, body);
    const next = readReplacement(session, stored, body, lenient);
    if (isActiveNulled(type, body, next)) session.bent.note<typeof ACTIVE_QUIRKS>("nullActive");
    const emailsOmitted = given(type, body, "emails") === undefined;
    const kept: JsonObject = {
      ...(next.active === undefined && stored.active !== undefined ? { active: stored.active } : {}),
      // P8: a client that does not map e-mails must not wipe what the org requires.
      ...(emailsOmitted && session.rules.workEmailRequired && stored.emails !== undefined
        ? { emails: stored.emails }
        : {}),
    };
    return { attributes: { ...next, ...kept }, lenient };
  });
}

/** RFC 7644 section 3.5.2. @throws ScimError 400, 403 for a protected user, 404, 409, 412 */
export async function patchUser(
  session: Session,
  id: string,
  readOperations: () => readonly PatchOperation[],
  match: string | undefined,
): Promise<ChangedUser> {
  const type = userType(session.rules);
  return changeUser(session, id, match, (stored) => {
    const operations = readOperations();
    if (!patchDeactivates(type, operations)) {
      const attributes = applyPatch(type, stored, operations, session.rules, session.bent);
      assertActiveStays(session, stored, attributes);
      return { attributes, lenient: false };
    }
    const { userName, others } = splitUserName(type, operations);
    const patched = applyPatch(type, stored, others, session.rules, session.bent);
    assertActiveStays(session, stored, patched);
    return { attributes: patchUserNameIfAllowed(session, stored, patched, userName), lenient: true };
  });
}

/** Whether the body names `active` and gives it no value. */
function isActiveNulled(type: ResourceType, body: Json, read: JsonObject): boolean {
  return read.active === undefined && given(type, body, "active") !== undefined;
}

/** @throws ScimError 400 invalidValue where nobody is to become neither active nor inactive (rule `activeUnassign`) */
function assertActiveStays({ rules }: Session, stored: JsonObject, patched: JsonObject): void {
  if (rules.activeUnassign === "allow" || stored.active === undefined || patched.active !== undefined) return;
  throw ScimError.invalidValue("activeUnassigned");
}

/** @throws ScimError 403 for a protected user, 404, 412 */
export async function deleteUser(session: Session, id: string, match: string | undefined): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const previous = await readUser(session, id);
    assertMatch(match, previous.version);
    assertUnprotected(session, id);
    const deleted = await session.directory.users.delete(previous, stampOf(session));
    switch (deleted.outcome) {
      case "deleted":
        session.effects.deleted += 1;
        return await sweepAfterDeletion(session, id);
      case "missing":
        throw noSuchUser();
      case "stale":
        await retryLostWrite(session, attempt);
    }
  }
  throw tooContended();
}

interface Plan {
  readonly attributes: JsonObject;
  /** The request deactivates: see `deactivation.ts`. */
  readonly lenient: boolean;
}

/** Reads, plans, writes on the condition that nobody was faster, and plans anew when somebody was. */
async function changeUser(
  session: Session,
  id: string,
  match: string | undefined,
  plan: (stored: JsonObject) => Plan,
): Promise<ChangedUser> {
  let keepingUserName = false;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const previous = await readUser(session, id);
    assertMatch(match, previous.version);
    const stored = attributesOf(previous);
    const { attributes, lenient } = plan(stored);
    const next = keepingUserName ? keepUserName(session, stored, attributes) : attributes;
    const settled = settleUser(session, previous, stored, next, lenient);
    if (stored.active === true && next.active !== true) assertUnprotected(session, id);
    if (sameJson(settled, stored)) return { record: previous, changed: false };
    const write = userWrite(settled);
    const replaced = await session.directory.users.replace(previous, write, stampOf(session));
    switch (replaced.outcome) {
      case "replaced":
        if (stored.active === true && settled.active !== true) session.effects.deactivated += 1;
        return { record: replaced.record, changed: true };
      case "taken":
        if (!lenient || keepingUserName) throw ScimError.uniqueness("userName", replaced.holder);
        keepingUserName = true;
        break;
      case "missing":
        throw noSuchUser();
      case "stale":
        await retryLostWrite(session, attempt);
    }
  }
  throw tooContended();
}

function readReplacement(session: Session, stored: JsonObject, body: Json, lenient: boolean): JsonObject {
  const type = userType(session.rules);
  const read = (candidate: Json) => readResource(type, candidate, session.bent, session.rules);
  if (!lenient || !isObject(body)) return read(body);
  try {
    return read(body);
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    // Perhaps userName was the trouble; if it was not, the second reading says what is.
    const next = read(withUserName(type, body, stored.userName ?? null));
    session.bent.note<typeof USER_QUIRKS>("deactivationKept", "userName");
    return next;
  }
}

function patchUserNameIfAllowed(
  session: Session,
  stored: JsonObject,
  patched: JsonObject,
  operations: readonly PatchOperation[],
): JsonObject {
  if (operations.length === 0) return patched;
  try {
    return applyPatch(userType(session.rules), patched, operations, session.rules, session.bent);
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    return keepUserName(session, stored, patched);
  }
}

export function attributesOf(record: { readonly attributes: string }): JsonObject {
  // We wrote this text ourselves, from an object.
  return JSON.parse(record.attributes) as JsonObject;
}

function userWrite(attributes: JsonObject): UserWrite {
  return { attributes: JSON.stringify(attributes), keys: userKeysOf(attributes) };
}

export function assertMatch(match: string | undefined, version: number): void {
  if (ifMatch(match, version)) return;
  throw ScimError.preconditionFailed();
}

function noSuchUser(): ScimError {
  return ScimError.notFound("user");
}
