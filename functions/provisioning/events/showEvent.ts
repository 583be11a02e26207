import type { StoredEvent } from "../../store/eventItems.ts";
import type { OrgRecord } from "../../store/records.ts";
import { shownSubject } from "./eventSubjects.ts";
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
  event: StoredEvent,
  applicationId?: string,
): EventView {
  const {
    type,
    version,
    linkVersion,
    rolesVersion,
    from,
    managed,
    time,
    actor,
    reference,
    changed,
    added,
    removed,
    valuesOmitted,
  } = loggedEvent(event);
  const { seq, subject, values } = event;
  // Erased values leave only the names of their attributes.
  const erased = values === undefined && changed !== undefined && changed.length > 0 && changed[0] !== "*";
  return {
    seq,
    id: placeText(id, { generation, seq }),
    type,
    time,
    org: slug,
    resource: shownSubject(id, subject),
    ...(applicationId !== undefined && { applicationId }),
    version,
    ...(linkVersion !== undefined && { linkVersion }),
    ...(rolesVersion !== undefined && { rolesVersion }),
    ...(from !== undefined && { from }),
    ...(managed !== undefined && { managed }),
    ...(changed && { changed }),
    ...(added && { added }),
    ...(removed && { removed }),
    actor,
    reference,
    ...valuesOf(event),
    ...((valuesOmitted || erased) && { valuesOmitted: true }),
  };
}
