import { type ScimError, userError } from "../../scim/error.ts";
import { type JsonObject, sameJson } from "../../scim/json.ts";
import type { QuirkMeanings } from "../../scim/quirks.ts";
import type { ResourceRecord } from "../../store/records.ts";
import { STORED_USERS, workEmailIn } from "../../store/storedTypes.ts";
import type { Session } from "../session.ts";
import { keyOrNothing } from "./commonIndexes.ts";

export const USER_QUIRKS = {
  deactivationKept:
    "a deactivation came with other changes that would have been refused; they were ignored, so that the person is deactivated",
  otherEmail: "no e-mail address had the type work; the primary or only one counted instead (rule workEmailRequired)",
} as const satisfies QuirkMeanings;

/** @throws ScimError 400 invalidValue where the org requires a work e-mail (P8) and the new user has none */
export function assertWorkEmail(session: Session, attributes: JsonObject): void {
  if (session.rules.workEmailRequired && !hasWorkEmail(session, attributes)) throw workEmailMissing();
}

function hasWorkEmail({ quirks }: Session, attributes: JsonObject): boolean {
  const found = workEmailIn(attributes);
  if (found === "counted") quirks.note<typeof USER_QUIRKS>("otherEmail");
  return found !== undefined;
}

/**
 * Protected users keep their access whatever the identity provider does, so that they can repair it.
 * @throws ScimError 403
 */
export function assertUnprotected(session: Session, id: string): void {
  if (session.org.protectedUsers?.includes(id) !== true) return;
  throw userError("user.protected", []);
}

/**
 * Applies the org's rules to a changed user.
 * @param lenient the request deactivates the user: a forbidden value keeps its stored value, and nothing is refused
 * @throws ScimError 400 mutability (userName), 400 invalidValue (work e-mail, userName)
 */
export function settleUser(
  session: Session,
  previous: ResourceRecord,
  stored: JsonObject,
  changed: JsonObject,
  lenient: boolean,
): JsonObject {
  const withEmail = settleWorkEmail(session, stored, changed, lenient);
  return settleUserName(session, previous, stored, withEmail, lenient);
}

/** A user without a work e-mail, from a time of other rules, may still change other attributes. */
function settleWorkEmail(session: Session, stored: JsonObject, changed: JsonObject, lenient: boolean): JsonObject {
  if (!session.rules.workEmailRequired || sameJson(changed.emails, stored.emails)) return changed;
  if (hasWorkEmail(session, changed)) return changed;
  if (!lenient) throw workEmailMissing();
  session.quirks.note<typeof USER_QUIRKS>("deactivationKept", "emails");
  const { emails: _refused, ...others } = changed;
  return stored.emails === undefined ? others : { ...others, emails: stored.emails };
}

function settleUserName(
  session: Session,
  previous: ResourceRecord,
  stored: JsonObject,
  changed: JsonObject,
  lenient: boolean,
): JsonObject {
  if (changed.userName === stored.userName) return changed;
  const key = lenient ? keyOrNothing(nameKeyOf, changed) : nameKeyOf(changed);
  if (key === undefined) return keepUserName(session, stored, changed);
  if (session.rules.userNameMutability === "readWrite") return changed;
  if (key === previous.keys.name) return withStoredUserName(stored, changed);
  if (lenient) return keepUserName(session, stored, changed);
  throw userError("mutability.userName", []);
}

function nameKeyOf(attributes: JsonObject): string {
  return STORED_USERS.keysOf(attributes).name;
}

export function keepUserName(session: Session, stored: JsonObject, changed: JsonObject): JsonObject {
  session.quirks.note<typeof USER_QUIRKS>("deactivationKept", "userName");
  return withStoredUserName(stored, changed);
}

function withStoredUserName(stored: JsonObject, changed: JsonObject): JsonObject {
  return stored.userName === undefined ? changed : { ...changed, userName: stored.userName };
}

function workEmailMissing(): ScimError {
  return userError("value.workEmail", []);
}
