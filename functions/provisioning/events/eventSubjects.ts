import { isOrgId, isTokenId, LISTED_TOKENS, type OrgId, typeOf } from "../../store/keys.ts";
import { LAYOUTS } from "../../store/storedTypes.ts";
import { OperatorError } from "../operatorError.ts";

const SETTINGS = "META";
const IMPORT = "I";
const HOLD = "HOLD";
/** The names that clients see for subjects without an id. */
const SHOWN_IMPORT = "import";
const SHOWN_HOLD = "hold";

/** A subject's name for clients: the id of a user, team or token; the org's id for its settings; `import` or `hold`. */
export function shownSubject(orgId: OrgId, subject: string): string {
  if (subject === SETTINGS) return orgId;
  if (subject === IMPORT) return SHOWN_IMPORT;
  if (subject === HOLD) return SHOWN_HOLD;
  return subject.startsWith(LISTED_TOKENS) ? subject.slice(LISTED_TOKENS.length) : subject;
}

/** @throws ScimError 400 for a text that cannot be an id */
export function subjectNamed(orgId: OrgId, resource: string): string {
  if (resource === orgId) return SETTINGS;
  if (resource === SHOWN_IMPORT) return IMPORT;
  if (resource === SHOWN_HOLD) return HOLD;
  if (typeOf(LAYOUTS, resource) !== undefined) return resource;
  // Another org's id gets the same answer as any unknown id.
  if (isTokenId(resource) || isOrgId(resource)) return `${LISTED_TOKENS}${resource}`;
  throw OperatorError.invalidValue("eventResource");
}
