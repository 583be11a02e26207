import type { JsonObject } from "../scim/json.ts";
import { groupType, userType } from "../scim/resourceTypes.ts";
import type { ResourceType, SchemaRules } from "../scim/schema.ts";
import type { FileCounts } from "../store/import.ts";
import type { Side } from "../store/keys.ts";
import type { OrgRecord, SingleSignOn } from "../store/records.ts";
import type { Preset, Rules } from "../store/rules.ts";
import { STORED_GROUPS, STORED_USERS, type StoredType } from "../store/storedTypes.ts";

/**
 * The file of `rollcall export`: one JSON object per line. First a header with the org's settings. Then, for each side, the
 * resources of each type and the members of its groups, in the order of the ids. Last a line with their counts: a file without
 * that line is incomplete.
 */
export const FORMAT = "rollcall-export";
export const FORMAT_VERSION = 1;
export const MEMBERS = "members";
/** Lines of the event log, on request: between the data and the last line. An import skips them. */
export const EVENT = "event";
export const END = "end";
/** Ids per line, so that a large group takes several lines. */
export const MEMBERS_PER_LINE = 1_000;

/** A resource type in the file. */
export interface HeldType extends StoredType {
  type(rules: SchemaRules): ResourceType;
}

/** In the order of the file. */
export const HELD_TYPES: readonly HeldType[] = [
  /* @__PURE__ */ held(STORED_USERS, userType),
  /* @__PURE__ */ held(STORED_GROUPS, groupType),
];

/** Its calls are marked as pure, so that bundles without a use for them drop the types. */
function held(stored: StoredType, type: HeldType["type"]): HeldType {
  return { ...stored, type };
}

/** The names of the counts of one side. */
export function countedNames(types: readonly Pick<HeldType, "kind">[] = HELD_TYPES): readonly string[] {
  return [...types.map(({ kind }) => `${kind}s`), "memberships"];
}

/** The org's settings, without tokens and client secrets: no file shall grant access. */
export interface ExportedSettings {
  readonly displayName: string;
  readonly entitled: boolean;
  readonly sso: SingleSignOn | null;
  readonly admins: readonly string[];
  readonly preset: Preset;
  readonly changedRules: Partial<Rules>;
  readonly protectedUsers: readonly string[];
  /** Present only where the org keeps events for fewer days than the deployment. */
  readonly eventRetentionDays?: number;
}

export interface HeaderLine {
  readonly type: typeof FORMAT;
  readonly formatVersion: number;
  /** Login name of the exported org. */
  readonly org: string;
  /** When the export began; it leaves out resources created later. ISO 8601, UTC. */
  readonly exportedAt: string;
  readonly release: string;
  readonly settings: ExportedSettings;
}

/** Also for a user who is no longer linked, because a new link continues the version. */
export interface ExportedLink {
  readonly applicationId: string | null;
  readonly version: number;
}

export interface ResourceLine {
  /** The kind of the resource's type. */
  readonly type: string;
  readonly side: Side;
  readonly id: string;
  readonly version: number;
  readonly created: string;
  readonly lastModified: string;
  readonly attributes: JsonObject;
  /** Only for a user who is, or was, linked to a record of the application. */
  readonly link?: ExportedLink;
}

export interface MembersLine {
  readonly type: typeof MEMBERS;
  readonly side: Side;
  readonly group: string;
  readonly ids: readonly string[];
}

export type DataLine = ResourceLine | MembersLine;

export function isMembersLine(line: DataLine): line is MembersLine {
  return line.type === MEMBERS;
}

export interface TrailerLine {
  readonly type: typeof END;
  readonly counts: FileCounts;
  /** Lines of the event log; absent without the events. */
  readonly events?: number;
  /** Resources that changed between the beginning of the export and their read. */
  readonly changedMeanwhile: number;
}

/** @param now milliseconds since the epoch */
export function headerOf(org: OrgRecord, now: number, release: string): HeaderLine {
  const { displayName, entitled, sso = null, admins, preset, changedRules, protectedUsers = [] } = org;
  const { eventRetentionDays } = org;
  const settings = {
    ...{ displayName, entitled, sso, admins, preset, changedRules, protectedUsers },
    ...(eventRetentionDays !== undefined && { eventRetentionDays }),
  };
  const exportedAt = new Date(now).toISOString();
  return { type: FORMAT, formatVersion: FORMAT_VERSION, org: org.slug, exportedAt, release, settings };
}
