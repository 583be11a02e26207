import { ScimError, userError } from "../../scim/error.ts";
import type { Json, JsonObject } from "../../scim/json.ts";
import { applyPatch } from "../../scim/patch/applyPatch.ts";
import type { ResolvedOperation } from "../../scim/patch/resolved.ts";
import type { QuirkMeanings } from "../../scim/quirks.ts";
import { canonical, type ReadBody, readResourceBody } from "../../scim/readResource.ts";
import { userType } from "../../scim/resourceTypes.ts";
import type { ResourceRecord } from "../../store/records.ts";
import { STORED_USERS } from "../../store/storedTypes.ts";
import { settleRoles } from "../roles/unknownRoles.ts";
import type { Session } from "../session.ts";
import { insertUser } from "./adoption.ts";
import type { ResourceDefinition } from "./definition.ts";
import { type PlannedAttributes, plainActions } from "./plainActions.ts";
import { USER_QUERIES } from "./userQueries.ts";
import { assertUnprotected, assertWorkEmail, keepUserName, settleUser, type USER_QUIRKS } from "./userRules.ts";

export const ACTIVE_QUIRKS = {
  nullActive: "active was null; a new user became active, an existing one stayed as it was (rule activeNullOnCreate)",
} as const satisfies QuirkMeanings;

/**
 * A request that sets `active` to false is "never refused because of userName, a missing e-mail or a name limit"
 * (product.md section 4), nor because of a role, so that no mapping keeps a user active.
 * Such a request is planned as `lenient`.
 */
export const USER_ACTIONS = plainActions(
  {
    ...STORED_USERS,
    type: userType,
    store: ({ users }) => users,
    missing: () => userError("notFound.user", []),
    taken: (holder) => userError("uniqueness.userName", [], {}, holder),
  },
  {
    created,
    insert: insertUser,
    replaced,
    patched,
    settled,
    admitted: settleRoles,
    changed: ({ effects }, stored, next) => {
      if (isTurnedOff(stored, next)) effects.deactivated += 1;
    },
    mayDelete: assertUnprotected,
    removal: { request: "users", count: () => 1 },
    deleted: ({ effects }) => {
      effects.deleted += 1;
    },
  },
);

export const USERS: ResourceDefinition = { ...USER_QUERIES, actions: USER_ACTIONS };

/** The attributes of a new user with this body. @throws ScimError 400 */
export function attributesOfNew(session: Session, body: Json): JsonObject {
  return created(session, readResourceBody(userType(session.rules), body, session.quirks, session.rules));
}

function created(session: Session, asked: ReadBody): JsonObject {
  const { rules, quirks } = session;
  const nulled = isActiveNulled(asked);
  if (nulled && rules.activeNullOnCreate === "default") quirks.note<typeof ACTIVE_QUIRKS>("nullActive");
  const unassigned = nulled && rules.activeNullOnCreate === "unassign";
  const said = unassigned || asked.attributes.active !== undefined;
  const attributes = said ? asked.attributes : canonical(userType(rules), { ...asked.attributes, active: true });
  assertWorkEmail(session, attributes);
  return attributes;
}

function replaced(session: Session, stored: JsonObject, body: Json): PlannedAttributes {
  const { rules, quirks } = session;
  const asked = readResourceBody(userType(rules), body, quirks, rules, stored.userName);
  if (isActiveNulled(asked)) quirks.note<typeof ACTIVE_QUIRKS>("nullActive");
  const { attributes, named, userNameKept } = asked;
  if (userNameKept) quirks.note<typeof USER_QUIRKS>("deactivationKept", "userName");
  const kept: JsonObject = {
    ...(attributes.active === undefined && stored.active !== undefined ? { active: stored.active } : {}),
    // P8: a client that maps no e-mails must not remove those that the org requires.
    ...(!named.has("emails") && rules.workEmailRequired && stored.emails !== undefined
      ? { emails: stored.emails }
      : {}),
  };
  return { attributes: { ...attributes, ...kept }, lenient: attributes.active === false };
}

function patched(session: Session, stored: JsonObject, operations: readonly ResolvedOperation[]): PlannedAttributes {
  const lenient = operations.some(deactivates);
  const next = patchedBy(session, stored, lenient ? operations.filter((one) => !isOnUserName(one)) : operations);
  assertActiveStays(session, stored, next);
  return { attributes: lenient ? patchUserNameIfAllowed(session, stored, next, operations) : next, lenient };
}

function settled(
  session: Session,
  previous: ResourceRecord,
  stored: JsonObject,
  { attributes, lenient = false }: PlannedAttributes,
  name: "planned" | "kept",
): JsonObject {
  const next = name === "kept" ? keepUserName(session, stored, attributes) : attributes;
  const allowed = settleUser(session, previous, stored, next, lenient);
  if (isTurnedOff(stored, next)) assertUnprotected(session, previous.id);
  return allowed;
}

function isTurnedOff(stored: JsonObject, next: JsonObject): boolean {
  return stored.active === true && next.active !== true;
}

/** Whether the body has `active` without a value. */
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
  return applyPatch(userType(session.rules), stored, operations, session.rules, session.quirks, session.effort);
}

/** @throws ScimError 400 invalidValue where `active` would become unassigned (rule `activeUnassign`) */
function assertActiveStays({ rules }: Session, stored: JsonObject, patched: JsonObject): void {
  if (rules.activeUnassign === "allow" || stored.active === undefined || patched.active !== undefined) return;
  throw userError("value.activeUnassigned", []);
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
