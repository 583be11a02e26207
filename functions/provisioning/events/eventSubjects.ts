import { isOrgId, isTokenId, LISTED_TOKENS, type OrgId } from "../../store/keys.ts";
import { typeOf } from "../../store/storedType.ts";
import { LAYOUTS } from "../../store/storedTypes.ts";
import { OperatorError } from "../operatorError.ts";

const SETTINGS = "META";
const IMPORT = "I";
const HOLD = "HOLD";
/** The subjects that have no id of their own. */
const SHOWN_IMPORT = "import";
const SHOWN_HOLD = "hold";

/** What the log is about, as clients see it: ids of users, teams and tokens, and the org's own for its settings. */
export function shownSubject(orgId: OrgId, subject: string): string {
  if (subject === SETTINGS) return orgId;
  if (subject === IMPORT) return SHOWN_IMPORT;
  if (subject === HOLD) return SHOWN_HOLD;
  return subject.startsWith(LISTED_TOKENS) ? subject.slice(LISTED_TOKENS.length) : subject;
}

/** @throws ScimError 400 for a text that could be the id of nothing */
export function subjectNamed(orgId: OrgId, resource: string): string {
  if (resource === orgId) return SETTINGS;
  if (resource === SHOWN_IMPORT) return IMPORT;
  if (resource === SHOWN_HOLD) return HOLD;
  if (typeOf(LAYOUTS, resource) !== undefined) return resource;
  // The id of another org is as unknown as any other.
  if (isTokenId(resource) || isOrgId(resource)) return `${LISTED_TOKENS}${resource}`;
  throw OperatorError.invalidValue("eventResource");
}
