import type { ReadableEvent } from "../../store/eventItems.ts";
import { isOrgId, isTokenId, LISTED_TOKENS, type OrgId, typeOf } from "../../store/keys.ts";
import type { OrgRecord } from "../../store/records.ts";
import { LAYOUTS } from "../../store/storedTypes.ts";
import { OperatorError } from "../operatorError.ts";
import { type EventValues, type LoggedEvent, loggedEvent, valuesOf } from "./loggedEvent.ts";
import { placeText } from "./place.ts";

/** An event in the form of the APIs. `valuesOmitted`: also of values that the log does not hold any more. */
export interface EventView extends LoggedEvent, EventValues {
  readonly seq: number;
  /** The place after this event, from which a consumer continues. */
  readonly id: string;
  /** Login name. */
  readonly org: string;
  readonly resource: string;
  /** Only for a user who is linked now. */
  readonly applicationId?: string;
}

/**
 * @param generation of the log with this event
 * @param applicationId the present link of the event's user
 */
export function showEvent(
  { id, slug }: OrgRecord,
  generation: string,
  event: ReadableEvent,
  applicationId?: string,
): EventView {
  const { type, time, valuesOmitted, ...others } = loggedEvent(event);
  const { seq, subject } = event;
  const values = valuesOf(event);
  // Erased values leave only the names of their attributes.
  const [first] = others.changed ?? [];
  const erased = values === undefined && first !== undefined && first !== "*";
  return {
    seq,
    id: placeText(id, { generation, seq }),
    type,
    time,
    org: slug,
    resource: shownSubject(id, subject),
    ...(applicationId !== undefined && { applicationId }),
    ...others,
    ...values,
    ...((valuesOmitted || erased) && { valuesOmitted: true }),
  };
}

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
