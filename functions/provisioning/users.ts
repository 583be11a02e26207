import { ScimError } from "../scim/error.ts";
import { type Json, type JsonObject, sameJson } from "../scim/json.ts";
import { applyPatch } from "../scim/patch/applyPatch.ts";
import type { ResolvedOperation } from "../scim/patch/resolved.ts";
import type { QuirkMeanings } from "../scim/quirks.ts";
import { canonical, type ReadBody, readBody } from "../scim/readResource.ts";
import { ifMatch } from "../scim/render.ts";
import { userType } from "../scim/resourceTypes.ts";
import { isUserId } from "../scim/schema.ts";
import type { ResourceRecord, ResourceWrite } from "../store/directoryPorts.ts";
import { STORED_USERS } from "../store/storedTypes.ts";
import { retrying } from "./retrying.ts";
import { newIdFor, type Session, stampOf } from "./session.ts";
import { sweepAfterDeletion } from "./sweeping.ts";
import { assertUnprotected, assertWorkEmail, keepUserName, settleUser, type USER_QUIRKS } from "./userRules.ts";

export const ACTIVE_QUIRKS = {
  nullActive:
    "active was null; a new user became active, one that was there stayed as it was (rule activeNullOnCreate)",
} as const satisfies QuirkMeanings;

/** What became of a change. `changed` is false when the request asked for what was there already. */
export interface ChangedUser {
  readonly record: ResourceRecord;
  readonly changed: boolean;
}

/** @throws ScimError 400, 409 uniqueness */
export async function createUser(session: Session, body: Json): Promise<ResourceRecord> {
  const type = userType(session.rules);
  const asked = readBody(type, body, session.quirks, session.rules);
  const nulled = isActiveNulled(asked);
  if (nulled && session.rules.activeNullOnCreate === "default") session.quirks.note<typeof ACTIVE_QUIRKS>("nullActive");
  const unassigned = nulled && session.rules.activeNullOnCreate === "unassign";
  const said = unassigned || asked.attributes.active !== undefined;
  const attributes = said ? asked.attributes : canonical(type, { ...asked.attributes, active: true });
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
export async function readUser(session: Session, id: string): Promise<ResourceRecord> {
  const record = isUserId(id) ? await session.directory.users.find(id) : undefined;
  if (record === undefined) throw noSuchUser();
  return record;
}

/** RFC 7644 section 3.5.1. @throws ScimError 400, 403 for a protected user, 404, 409, 412 */
export async function replaceUser(
  session: Session,
  id: string,
  body: () => Json,
  match: string | undefined,
): Promise<ChangedUser> {
  const type = userType(session.rules);
  return changeUser(session, id, match, (stored) => {
    const asked = readBody(type, body(), session.quirks, session.rules, stored.userName);
    if (isActiveNulled(asked)) session.quirks.note<typeof ACTIVE_QUIRKS>("nullActive");
    const { attributes, named, userNameKept } = asked;
    if (userNameKept) session.quirks.note<typeof USER_QUIRKS>("deactivationKept", "userName");
    const kept: JsonObject = {
      ...(attributes.active === undefined && stored.active !== undefined ? { active: stored.active } : {}),
      // P8: a client that does not map e-mails must not wipe what the org requires.
      ...(!named.has("emails") && session.rules.workEmailRequired && stored.emails !== undefined
        ? { emails: stored.emails }
        : {}),
    };
    return { attributes: { ...attributes, ...kept }, lenient: attributes.active === false };
  });
}

/** RFC 7644 section 3.5.2. @throws ScimError 400, 403 for a protected user, 404, 409, 412 */
export async function patchUser(
  session: Session,
  id: string,
  readOperations: () => readonly ResolvedOperation[],
  match: string | undefined,
): Promise<ChangedUser> {
  let read: readonly ResolvedOperation[] | undefined;
  return changeUser(session, id, match, (stored) => {
    read ??= readOperations();
    const lenient = read.some(deactivates);
    const patched = patchedBy(session, stored, lenient ? read.filter((one) => !isOnUserName(one)) : read);
    assertActiveStays(session, stored, patched);
    return { attributes: lenient ? patchUserNameIfAllowed(session, stored, patched, read) : patched, lenient };
  });
}

/** Whether the body names `active` and gives it no value. */
function isActiveNulled({ attributes, named }: ReadBody): boolean {
  return attributes.active === undefined && named.has("active");
}

function deactivates(operation: ResolvedOperation): boolean {
  return operation.kind === "set" && operation.value === false && isOn(operation, "active");
}

function isOnUserName(operation: ResolvedOperation): boolean {
  return isOn(operation, "userName");
}

function isOn({ target }: ResolvedOperation, attribute: string): boolean {
  return target?.kind === "attribute" && target.path.schema === undefined && target.path.attribute.name === attribute;
}

function patchedBy(session: Session, stored: JsonObject, operations: readonly ResolvedOperation[]): JsonObject {
  return applyPatch(userType(session.rules), stored, operations, session.rules, session.quirks);
}

/** @throws ScimError 400 invalidValue where nobody is to become neither active nor inactive (rule `activeUnassign`) */
function assertActiveStays({ rules }: Session, stored: JsonObject, patched: JsonObject): void {
  if (rules.activeUnassign === "allow" || stored.active === undefined || patched.active !== undefined) return;
  throw ScimError.invalidValue("activeUnassigned");
}

/** @throws ScimError 403 for a protected user, 404, 412 */
export async function deleteUser(session: Session, id: string, match: string | undefined): Promise<void> {
  await retrying(session, async () => {
    const previous = await readUser(session, id);
    assertMatch(match, previous.version);
    assertUnprotected(session, id);
    const deleted = await session.directory.users.delete(previous, stampOf(session));
    if (deleted.outcome === "missing") throw noSuchUser();
    return deleted.outcome === "stale" ? "lost" : deleted;
  });
  session.effects.deleted += 1;
  await sweepAfterDeletion(session, id);
}

interface Plan {
  readonly attributes: JsonObject;
  /**
   * The request deactivates: it is "never refused because of userName, a missing e-mail or a name limit" (product.md
   * section 4), so that nobody stays active because of a mapping.
   */
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
  return retrying(session, async () => {
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
      case "changed":
        if (stored.active === true && settled.active !== true) session.effects.deactivated += 1;
        return { record: replaced.record, changed: true };
      case "taken":
        if (!lenient || keepingUserName) throw ScimError.uniqueness("userName", replaced.holder);
        keepingUserName = true;
        return "atOnce";
      case "missing":
        throw noSuchUser();
      case "stale":
        return "lost";
    }
  });
}

function patchUserNameIfAllowed(
  session: Session,
  stored: JsonObject,
  patched: JsonObject,
  operations: readonly ResolvedOperation[],
): JsonObject {
  try {
    return patchedBy(session, patched, operations.filter(isOnUserName));
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    return keepUserName(session, stored, patched);
  }
}

export function attributesOf(record: { readonly attributes: string }): JsonObject {
  // We wrote this text ourselves, from an object.
  return JSON.parse(record.attributes) as JsonObject;
}

function userWrite(attributes: JsonObject): ResourceWrite {
  return { attributes: JSON.stringify(attributes), keys: STORED_USERS.keysOf(attributes) };
}

export function assertMatch(match: string | undefined, version: number): void {
  if (ifMatch(match, version)) return;
  throw ScimError.preconditionFailed();
}

function noSuchUser(): ScimError {
  return ScimError.notFound("user");
}
