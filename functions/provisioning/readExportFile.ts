import type { ScimError } from "../scim/error.ts";
import { assertWellFormed, isObject, type Json, type JsonObject, sameJson } from "../scim/json.ts";
import { Quirks } from "../scim/quirks.ts";
import { readResource, withoutHollowElements } from "../scim/readResource.ts";
import { withoutDuplicates } from "../scim/readValue.ts";
import { isMemberId, isUserId, type ResourceType, type SchemaRules } from "../scim/schema.ts";
import type { FileCounts, SideCounts } from "../store/import.ts";
import { isIdOf, type Side, typeOf } from "../store/keys.ts";
import { isApplicationId } from "../store/links.ts";
import type { SingleSignOn } from "../store/records.ts";
import { RETENTION_DAYS } from "./events/logSettings.ts";
import {
  countedNames,
  type DataLine,
  type ExportedLink,
  type ExportedSettings,
  FORMAT,
  FORMAT_VERSION,
  HELD_TYPES,
  type HeaderLine,
  type HeldType,
  MEMBERS,
  MEMBERS_PER_LINE,
  type MembersLine,
  type ResourceLine,
} from "./exportFile.ts";
import { OperatorError } from "./operatorError.ts";
import {
  changeRules,
  checkAdmins,
  checkDisplayName,
  checkPreset,
  checkSingleSignOn,
  checkWhole,
  isSlug,
} from "./orgSettings.ts";

/** Reads the lines of an export file. A fault is text without a value of the line, so that it may be logged. */

/** The first line of an export. @throws ScimError 400 with the fault */
export function readHeader(json: Json): HeaderLine {
  if (!isObject(json) || json.type !== FORMAT)
    throw badLine("the file is no export of Rollcall: its first line is another");
  if (json.formatVersion !== FORMAT_VERSION) {
    throw badLine(`the file is of another format version than ${FORMAT_VERSION}: a later release wrote it`);
  }
  assertNames(json, ["type", "formatVersion", "org", "exportedAt", "release", "settings"]);
  const { org, release } = json;
  if (typeof org !== "string" || !isSlug(org)) throw badLine("org is the login name of an organization");
  if (typeof release !== "string") throw badLine("release is a text");
  const exportedAt = timeAt(json, "exportedAt");
  return {
    type: FORMAT,
    formatVersion: FORMAT_VERSION,
    org,
    exportedAt,
    release,
    settings: readSettings(json.settings),
  };
}

function readSettings(json: Json | undefined): ExportedSettings {
  if (!isObject(json)) throw badLine("settings is an object");
  const names = ["displayName", "entitled", "sso", "admins", "preset", "changedRules", "protectedUsers"];
  assertNames(json, [...names, "eventRetentionDays"]);
  const { displayName, entitled, sso, preset, changedRules, eventRetentionDays } = json;
  if (typeof displayName !== "string") throw badLine("settings.displayName is a text");
  if (typeof entitled !== "boolean") throw badLine("settings.entitled is true or false");
  if (!isObject(changedRules)) throw badLine("settings.changedRules is an object");
  const protectedUsers = textsAt(json, "protectedUsers");
  if (!protectedUsers.every(isUserId)) throw badLine("settings.protectedUsers holds something that is no id of a user");
  return {
    displayName: checkDisplayName(displayName),
    entitled,
    sso: sso === null ? null : checkSingleSignOn(readSingleSignOn(sso)),
    admins: checkAdmins(textsAt(json, "admins")),
    preset: checkPreset(preset ?? null),
    changedRules: changeRules({}, changedRules),
    protectedUsers,
    ...(eventRetentionDays !== undefined && { eventRetentionDays: readRetention(eventRetentionDays) }),
  };
}

function readRetention(json: Json): number {
  if (typeof json !== "number") throw badLine("settings.eventRetentionDays is a number");
  return checkWhole("settings.eventRetentionDays", json, RETENTION_DAYS.least, RETENTION_DAYS.most);
}

function readSingleSignOn(json: Json | undefined): SingleSignOn {
  if (!isObject(json)) throw badLine("settings.sso is an object or null");
  assertNames(json, ["url", "entityId"]);
  const { url, entityId } = json;
  if (url !== undefined && typeof url !== "string") throw badLine("settings.sso.url is a text");
  if (entityId !== undefined && typeof entityId !== "string") throw badLine("settings.sso.entityId is a text");
  return { url, entityId };
}

function textsAt(json: JsonObject, name: string): readonly string[] {
  const value = json[name];
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
  throw badLine(`settings.${name} is a list of texts`);
}

/** A line between header and trailer. @throws ScimError 400 with the fault */
export function readDataLine(json: Json, types = HELD_TYPES): DataLine {
  if (!isObject(json)) throw badLine("a line is a JSON object");
  assertWellFormed(json);
  if (json.type === MEMBERS) return readMembersLine(json, types);
  const type = types.find(({ kind }) => kind === json.type);
  if (type === undefined) throw badLine(`type is ${types.map(({ kind }) => kind).join(", ")} or ${MEMBERS}`);
  return readResourceLine(json, type);
}

function readResourceLine(json: JsonObject, type: HeldType): ResourceLine {
  const names = ["type", "side", "id", "version", "created", "lastModified", "attributes"];
  assertNames(json, type.isLinked ? [...names, "link"] : names);
  const { id, version, attributes, link } = json;
  if (typeof id !== "string" || !isIdOf(type, id)) throw badLine(`id is ${type.letter} and 22 letters and digits`);
  if (typeof version !== "number" || !Number.isSafeInteger(version) || version < 1) {
    throw badLine("version is a whole number from 1");
  }
  const times = { created: timeAt(json, "created"), lastModified: timeAt(json, "lastModified") };
  return {
    type: type.kind,
    side: sideAt(json),
    id,
    version,
    ...times,
    attributes: readAttributes(type, attributes),
    ...(link !== undefined && { link: readLink(link) }),
  };
}

function readLink(json: Json): ExportedLink {
  if (!isObject(json)) throw badLine("link is an object");
  assertNames(json, ["applicationId", "version"]);
  const { applicationId = null, version } = json;
  if (applicationId !== null && !isApplicationId(applicationId)) {
    throw badLine("link.applicationId is null or text of 1 to 256 characters");
  }
  if (typeof version !== "number" || !Number.isSafeInteger(version) || version < 1) {
    throw badLine("link.version is a whole number from 1");
  }
  return { applicationId, version };
}

/** Allows what the org's rules may forbid now, because it may have been stored under other rules. */
const ANY_RULES: SchemaRules = {
  userNameMutability: "readWrite",
  workEmailRequired: false,
  passwordListed: false,
  groupNameUnique: true,
};

/** Accepts only the stored form: an export never writes attributes that reading would change. */
function readAttributes(held: HeldType, json: Json | undefined): JsonObject {
  if (!isObject(json)) throw badLine("attributes is an object");
  const type = held.type(ANY_RULES);
  const read = readResource(type, json, new Quirks(), { unknownAttributes: "refuse", schemasRequired: true });
  if (!sameJson(read, inTodaysForm(type, json)))
    throw badLine("attributes are not in the form in which Rollcall keeps them");
  // Throws for a name that cannot have a key, since nobody could find such a resource.
  held.keysOf(read);
  return read;
}

/** Older releases stored elements without a value, and twice a value such as an address with and without its primary mark. */
function inTodaysForm(type: ResourceType, json: JsonObject): JsonObject {
  const quirks = new Quirks();
  const lists = Object.entries(withoutHollowElements(type, json, quirks)).map(([name, values]) => [
    name,
    Array.isArray(values) ? withoutDuplicates(values, quirks, name) : values,
  ]);
  return Object.fromEntries(lists);
}

function readMembersLine(json: JsonObject, types: readonly HeldType[]): MembersLine {
  assertNames(json, ["type", "side", "group", "ids"]);
  const { group, ids } = json;
  if (typeof group !== "string" || typeOf(types, group)?.hasMembers !== true) {
    const letters = types.flatMap(({ hasMembers, letter }) => (hasMembers ? [letter] : []));
    throw badLine(`group is ${letters.join(" or ")} and 22 letters and digits`);
  }
  if (!Array.isArray(ids) || ids.length === 0 || ids.length > MEMBERS_PER_LINE) {
    throw badLine(`ids is a list of 1 to ${MEMBERS_PER_LINE} ids`);
  }
  const members = ids.filter((id) => typeof id === "string").filter(isMemberId);
  if (members.length < ids.length) throw badLine("ids holds something that is no id of a user or group");
  if (new Set(members).size < members.length) throw badLine("ids names a member twice");
  return { type: MEMBERS, side: sideAt(json), group, ids: members };
}

function sideAt(json: JsonObject): Side {
  const { side } = json;
  if (side === "managed" || side === "unmanaged") return side;
  throw badLine("side is managed or unmanaged");
}

/** ISO 8601 in UTC with milliseconds: the only form in which times are stored. */
function timeAt(json: JsonObject, name: string): string {
  const text = json[name];
  if (typeof text === "string" && isTime(text)) return text;
  throw badLine(`${name} is a time such as 2026-01-02T03:04:05.678Z`);
}

function isTime(text: string): boolean {
  const instant = Date.parse(text);
  return !Number.isNaN(instant) && new Date(instant).toISOString() === text;
}

function assertNames(json: JsonObject, names: readonly string[]): void {
  const other = Object.keys(json).find((name) => !names.includes(name));
  if (other !== undefined) throw badLine(`it has a member besides ${names.join(", ")}`);
}

/** The counts of both sides. @throws ScimError 400 */
export function readFileCounts(json: Json | undefined, types = HELD_TYPES): FileCounts {
  const names = countedNames(types);
  const countsOf = (side: Json | undefined): SideCounts =>
    Object.fromEntries(names.map((name) => [name, countOf(isObject(side) ? side[name] : undefined, names)]));
  const { managed, unmanaged } = isObject(json) ? json : {};
  return { managed: countsOf(managed), unmanaged: countsOf(unmanaged) };
}

function countOf(json: Json | undefined, names: readonly string[]): number {
  if (typeof json === "number" && Number.isSafeInteger(json) && json >= 0) return json;
  const [last, ...others] = names.toReversed();
  throw badLine(`counts holds whole numbers: ${others.toReversed().join(", ")} and ${last} of managed and unmanaged`);
}

/** @param problem a sentence without a full stop and without a value of the line: it may be logged */
export function badLine(problem: string): ScimError {
  return OperatorError.invalidValue("importLine", problem);
}
