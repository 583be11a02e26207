import { isObject, type JsonObject } from "../../scim/json.ts";
import type { StoredEvent } from "../../store/eventItems.ts";
import type { Draft } from "./describe.ts";

/** What an event says beside its number, as its stored text has it: ids, versions and names, never a value. */
export interface LoggedEvent {
  readonly type: string;
  /** Of the subject after the change. Of an event about a link: the user's, as far as the log knows it. */
  readonly version: number;
  /** Of the link, which counts its own versions: only of events about one, and then `from` is one of these too. */
  readonly linkVersion?: number;
  /** Of the user's roles, likewise. */
  readonly rolesVersion?: number;
  /** Versions from here up to `version` have no event of their own: a consumer reads the resource anew. */
  readonly from?: number;
  /** Whether the identity provider's side changed; absent of what is no resource. */
  readonly managed?: boolean;
  /** ISO 8601, UTC: when the change was made. Empty where an earlier release made it and kept no time. */
  readonly time: string;
  /** Id of the token, or who called the API. Empty as `time`. */
  readonly actor: string;
  /** Finds the log line of the request. Empty as `time`. */
  readonly reference: string;
  /** Names of attributes, sorted; `["*"]`: nobody knows which. */
  readonly changed?: readonly string[];
  /** Members of a team that joined and left: at most 99. */
  readonly added?: readonly string[];
  readonly removed?: readonly string[];
  /** There were values, and the log does not hold them: by the deployment's choice, or because they are large. */
  readonly valuesOmitted?: true;
}

/** Values of the changed attributes on both sides of an event. */
export interface EventValues {
  readonly before?: JsonObject;
  readonly after?: JsonObject;
}

/** The texts of an event, in which it is stored. @param most bytes of values; larger ones are left out, 0 all of them */
export function textsOf(draft: Draft, most: number): { readonly text: string; readonly values: string | undefined } {
  const { type, version, linkVersion, rolesVersion, from, managed, stamp, changed, added, removed, before, after } =
    draft;
  const values = before === undefined && after === undefined ? undefined : JSON.stringify({ before, after });
  const kept = values !== undefined && Buffer.byteLength(values) <= most;
  const logged: LoggedEvent = {
    type,
    version,
    ...(linkVersion !== undefined && { linkVersion }),
    ...(rolesVersion !== undefined && { rolesVersion }),
    ...(from !== undefined && { from }),
    ...(managed !== undefined && { managed }),
    time: stamp.at,
    actor: stamp.tokenId,
    reference: stamp.reference,
    ...(changed && { changed }),
    ...(added && { added }),
    ...(removed && { removed }),
    ...(values !== undefined && !kept && { valuesOmitted: true }),
  };
  return { text: JSON.stringify(logged), values: kept ? values : undefined };
}

export function loggedEvent({ text }: StoredEvent): LoggedEvent {
  // Only textsOf writes it.
  return JSON.parse(text) as LoggedEvent;
}

/** Empty where the log holds none, or they were erased. */
export function valuesOf({ values }: StoredEvent): EventValues {
  if (values === undefined) return {};
  const { before, after } = JSON.parse(values);
  return { ...(isObject(before) && { before }), ...(isObject(after) && { after }) };
}
