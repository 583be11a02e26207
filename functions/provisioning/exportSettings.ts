import { isObject, type Json, type JsonObject } from "../scim/json.ts";
import { isUserId } from "../scim/schema.ts";
import type { SingleSignOn } from "../store/records.ts";
import {
  assertNames,
  badLine,
  type ExportedSettings,
  FORMAT,
  FORMAT_VERSION,
  type HeaderLine,
  timeAt,
} from "./exportFile.ts";
import { changeRules, checkAdmins, checkDisplayName, checkPreset, checkSingleSignOn, isSlug } from "./orgSettings.ts";

/** The first line of an export. @throws ScimError 400 saying what is wrong with it */
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
  assertNames(json, ["displayName", "entitled", "sso", "admins", "preset", "changedRules", "protectedUsers"]);
  const { displayName, entitled, sso, preset, changedRules } = json;
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
  };
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
