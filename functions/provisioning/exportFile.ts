import type { ScimError } from "../scim/error.ts";
import { assertWellFormed, isObject, type Json, type JsonObject, sameJson } from "../scim/json.ts";
import { Quirks } from "../scim/quirks.ts";
import { readResource, withoutHollowElements } from "../scim/readResource.ts";
import { groupType, userType } from "../scim/resourceTypes.ts";
import { isGroupId, isUserId, type SchemaRules } from "../scim/schema.ts";
import type { FileCounts, SideCounts } from "../store/importState.ts";
import type { Side } from "../store/keys.ts";
import type { SingleSignOn } from "../store/records.ts";
import type { Preset, Rules } from "../store/rules.ts";
import { isIdOf } from "../store/storedType.ts";
import { STORED_GROUPS, STORED_USERS } from "../store/storedTypes.ts";
import { OperatorError } from "./operatorError.ts";

/**
 * The file of `rollcall export`: one JSON object a line. First a header with the org's settings, then of each side its
 * users, its groups and their members, everything in the order of the ids, and last a line that counts them: a file
 * without it is cut off.
 */
export const FORMAT = "rollcall-export";
export const FORMAT_VERSION = 1;
/** Ids in one line, so that no line of a large group is a large line. */
export const MEMBERS_PER_LINE = 1_000;

export const SIDES: readonly Side[] = ["managed", "unmanaged"];

/** What an org is set to. Tokens and client secrets are no part of it: they open one org, and no file shall open any. */
export interface ExportedSettings {
  readonly displayName: string;
  readonly entitled: boolean;
  readonly sso: SingleSignOn | null;
  readonly admins: readonly string[];
  readonly preset: Preset;
  readonly changedRules: Partial<Rules>;
  readonly protectedUsers: readonly string[];
}

export interface HeaderLine {
  readonly type: typeof FORMAT;
  readonly formatVersion: number;
  /** Login name of the org it comes from. */
  readonly org: string;
  /** When it was begun: what was made later is not in it. ISO 8601, UTC. */
  readonly exportedAt: string;
  readonly release: string;
  readonly settings: ExportedSettings;
}

export interface ResourceLine<K extends string = "user" | "group"> {
  /** The kind of the resource's type. */
  readonly type: K;
  readonly side: Side;
  readonly id: string;
  readonly version: number;
  readonly created: string;
  readonly lastModified: string;
  readonly attributes: JsonObject;
}

export interface MembersLine {
  readonly type: "members";
  readonly side: Side;
  readonly group: string;
  readonly ids: readonly string[];
}

export type DataLine = ResourceLine | MembersLine;

export interface TrailerLine {
  readonly type: "end";
  readonly counts: FileCounts;
  /** How many of the resources changed between the beginning of the export and the moment they were read. */
  readonly changedMeanwhile: number;
}

/** A line between header and trailer. @throws ScimError 400 saying what is wrong with it */
export function readDataLine(json: Json): DataLine {
  if (!isObject(json)) throw badLine("a line is a JSON object");
  assertWellFormed(json);
  switch (json.type) {
    case "user":
    case "group":
      return readResourceLine(json, json.type);
    case "members":
      return readMembersLine(json);
    default:
      throw badLine("type is user, group or members");
  }
}

function readResourceLine(json: JsonObject, type: "user" | "group"): ResourceLine {
  assertNames(json, ["type", "side", "id", "version", "created", "lastModified", "attributes"]);
  const { id, version, attributes } = json;
  const { stored } = HELD[type];
  if (typeof id !== "string" || !isIdOf(stored, id)) throw badLine(`id is ${stored.letter} and 22 letters and digits`);
  if (typeof version !== "number" || !Number.isSafeInteger(version) || version < 1) {
    throw badLine("version is a whole number from 1");
  }
  const times = { created: timeAt(json, "created"), lastModified: timeAt(json, "lastModified") };
  return {
    type,
    side: sideAt(json),
    id,
    version,
    ...times,
    attributes: readAttributes(HELD[type], attributes ?? null),
  };
}

/** What the rules of an org forbid is let through here: it may have been stored under other rules. */
const ANY_RULES: SchemaRules = {
  userNameMutability: "readWrite",
  workEmailRequired: false,
  passwordListed: false,
  groupNameUnique: true,
};

/** The types whose resources the file holds, by their kind. */
export const HELD = {
  user: { stored: STORED_USERS, type: userType(ANY_RULES) },
  group: { stored: STORED_GROUPS, type: groupType(ANY_RULES) },
} as const;

/**
 * Only the form in which they are stored: whatever reading would change was not written by an export. Elements without a
 * value were stored once, and are left out.
 */
function readAttributes({ stored, type }: (typeof HELD)[keyof typeof HELD], json: Json): JsonObject {
  if (!isObject(json)) throw badLine("attributes is an object");
  const read = readResource(type, json, new Quirks(), { unknownAttributes: "refuse", schemasRequired: true });
  if (!sameJson(read, withoutHollowElements(type, json, new Quirks())))
    throw badLine("attributes are not in the form in which Rollcall keeps them");
  // Nobody could find it: this throws for a name that no key can be made of.
  stored.keysOf(read);
  return read;
}

function readMembersLine(json: JsonObject): MembersLine {
  assertNames(json, ["type", "side", "group", "ids"]);
  const { group, ids } = json;
  if (typeof group !== "string" || !isGroupId(group)) throw badLine("group is g and 22 letters and digits");
  if (!Array.isArray(ids) || ids.length === 0 || ids.length > MEMBERS_PER_LINE) {
    throw badLine(`ids is a list of 1 to ${MEMBERS_PER_LINE} ids`);
  }
  const members = ids.filter((id) => typeof id === "string").filter((id) => isUserId(id) || isGroupId(id));
  if (members.length < ids.length) throw badLine("ids holds something that is no id of a user or group");
  if (new Set(members).size < members.length) throw badLine("ids names a member twice");
  if (members.includes(group)) throw badLine("a group is no member of itself");
  return { type: "members", side: sideAt(json), group, ids: members };
}

export function sideAt(json: JsonObject): Side {
  const { side } = json;
  if (side === "managed" || side === "unmanaged") return side;
  throw badLine("side is managed or unmanaged");
}

/** ISO 8601 in UTC with milliseconds: the one form in which times are stored. */
export function timeAt(json: JsonObject, name: string): string {
  const text = json[name];
  if (typeof text === "string" && isTime(text)) return text;
  throw badLine(`${name} is a time such as 2026-01-02T03:04:05.678Z`);
}

function isTime(text: string): boolean {
  const instant = Date.parse(text);
  return !Number.isNaN(instant) && new Date(instant).toISOString() === text;
}

export function assertNames(json: JsonObject, names: readonly string[]): void {
  const other = Object.keys(json).find((name) => !names.includes(name));
  if (other !== undefined) throw badLine(`it has a member besides ${names.join(", ")}`);
}

/** Numbers of both sides. @throws ScimError 400 */
export function readCounts(json: Json | undefined): FileCounts {
  const { managed, unmanaged } = isObject(json) ? json : {};
  return { managed: sideCounts(managed), unmanaged: sideCounts(unmanaged) };
}

function sideCounts(json: Json | undefined): SideCounts {
  const { users, groups, memberships } = isObject(json) ? json : {};
  return { users: countOf(users), groups: countOf(groups), memberships: countOf(memberships) };
}

function countOf(json: Json | undefined): number {
  if (typeof json === "number" && Number.isSafeInteger(json) && json >= 0) return json;
  throw badLine("counts holds whole numbers: users, groups and memberships of managed and unmanaged");
}

/** @param problem a sentence without its full stop, and without a value of the line: it may be logged */
export function badLine(problem: string): ScimError {
  return OperatorError.invalidValue("importLine", problem);
}
