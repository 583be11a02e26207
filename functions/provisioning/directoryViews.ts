import { isObject, type Json, type JsonObject } from "../scim/json.ts";
import type { GroupRecord, OrgRecord, ResourceRecord } from "../store/records.ts";
import { attributesOf } from "../store/storedType.ts";
import { lockedReason } from "./application.ts";

/** Users and teams as the directory API shows them to the application, with the mark of those that SCIM made (P15, F7). */
export interface DirectoryUser {
  readonly id: string;
  readonly managed: boolean;
  /** Present where the application may not change it: the reason, in words for people. */
  readonly lockedReason?: string;
  /** A managed user who is not active is no member of the org (P17); an unmanaged one always is. */
  readonly active: boolean;
  readonly userName: string;
  readonly displayName: string | null;
  readonly name: JsonObject | null;
  readonly emails: readonly JsonObject[];
  readonly created: string;
  readonly lastModified: string;
}

export interface DirectoryTeam {
  readonly id: string;
  readonly managed: boolean;
  readonly lockedReason?: string;
  readonly displayName: string;
  readonly created: string;
  readonly lastModified: string;
}

export type DirectoryMember =
  | (Pick<DirectoryUser, "id" | "managed" | "active" | "userName" | "displayName"> & { readonly kind: "user" })
  /** A nested team: listed, and gives nobody inherited membership (F8). */
  | (Pick<DirectoryTeam, "id" | "managed" | "displayName"> & { readonly kind: "team" });

export function directoryUser(org: OrgRecord, managed: boolean, record: ResourceRecord): DirectoryUser {
  const { id, active, userName, displayName, name, emails } = userFields(record);
  const { created, lastModified } = record;
  const shown = { userName, displayName, name, emails, created, lastModified };
  return { id, managed, ...lockOf(org, managed, "user"), active: !managed || active, ...shown };
}

export function directoryTeam(org: OrgRecord, managed: boolean, record: GroupRecord): DirectoryTeam {
  const { id, created, lastModified } = record;
  return { id, managed, ...lockOf(org, managed, "team"), displayName: teamNameOf(record), created, lastModified };
}

export function memberUser(org: OrgRecord, managed: boolean, record: ResourceRecord): DirectoryMember {
  const { id, active, userName, displayName } = directoryUser(org, managed, record);
  return { kind: "user", id, managed, active, userName, displayName };
}

export function memberTeam(managed: boolean, record: GroupRecord): DirectoryMember {
  return { kind: "team", id: record.id, managed, displayName: teamNameOf(record) };
}

function lockOf(org: OrgRecord, managed: boolean, what: "user" | "team"): Pick<DirectoryUser, "lockedReason"> {
  return managed ? { lockedReason: lockedReason(org, what) } : {};
}

/** What people see of a user. */
export function userFields(record: ResourceRecord) {
  const { active, userName, displayName, name, emails } = attributesOf(record);
  return {
    id: record.id,
    active: active === true,
    userName: textValue(userName) ?? "",
    displayName: textValue(displayName) ?? null,
    name: isObject(name) ? name : null,
    emails: Array.isArray(emails) ? emails.filter(isObject) : [],
  };
}

export function teamNameOf(record: GroupRecord): string {
  return textValue(attributesOf(record).displayName) ?? "";
}

export function textValue(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
