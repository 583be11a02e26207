import { isObject, type JsonObject, objectIn } from "../../scim/json.ts";
import type { ReadableEvent, StoredEvent } from "../../store/eventItems.ts";
import type { Draft, EventFacts } from "./describe.ts";

/** An event's content besides its number, as in its stored text: ids, versions and names, never a value. */
export interface LoggedEvent extends EventFacts {
  /**
   * ISO 8601, UTC: the time of the change. Empty for changes of earlier releases that stored no time, and for a deletion that
   * an inspection found after its tombstone was gone.
   */
  readonly time: string;
  /** Id of the token, or the API's caller. May be empty, as `time`. */
  readonly actor: string;
  /** Finds the request's log line. May be empty, as `time`. */
  readonly reference: string;
  /** The change had values, but the log does not hold them: by the deployment's setting, or because of their size. */
  readonly valuesOmitted?: true;
}

/** Values of the changed attributes before and after a change. */
export interface EventValues {
  readonly before?: JsonObject;
  readonly after?: JsonObject;
}

/** An event's stored texts. @param most bytes of values; larger values are left out, and with 0 all values */
export function textsOf(draft: Draft, most: number): { readonly text: string; readonly values: string | undefined } {
  const { stamp, before, after, ...facts } = draft;
  const values = before === undefined && after === undefined ? undefined : JSON.stringify({ before, after });
  const kept = values !== undefined && Buffer.byteLength(values) <= most;
  const logged: LoggedEvent = {
    ...facts,
    time: stamp.at,
    actor: stamp.tokenId,
    reference: stamp.reference,
    ...(values !== undefined && !kept && { valuesOmitted: true }),
  };
  return { text: JSON.stringify(logged), values: kept ? values : undefined };
}

export function loggedEvent({ content }: ReadableEvent): LoggedEvent {
  // Only textsOf writes this text.
  return content as unknown as LoggedEvent;
}

/** Undefined where the log has no values, they were erased, or somebody damaged them. */
export function valuesOf({ values = "" }: StoredEvent): EventValues | undefined {
  const json = objectIn(values);
  if (json === undefined) return undefined;
  const { before, after } = json;
  return { ...(isObject(before) && { before }), ...(isObject(after) && { after }) };
}
