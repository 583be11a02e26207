import { isObject, type Json, type JsonObject } from "../scim/json.ts";
import type { GroupRecord, OrgRecord, ResourceRecord } from "../store/records.ts";
import { attributesOf } from "../store/storedType.ts";
import { lockedReason } from "./application.ts";

/** Users and teams as the application sees them, with the mark of those that SCIM made (P15, F7). */
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
  const attributes = attributesOf(record);
  return {
    id: record.id,
    managed,
    ...(managed ? { lockedReason: lockedReason(org, "user") } : {}),
    active: !managed || attributes.active === true,
    userName: textOf(attributes.userName) ?? "",
    displayName: textOf(attributes.displayName) ?? null,
    name: isObject(attributes.name) ? attributes.name : null,
    emails: Array.isArray(attributes.emails) ? attributes.emails.filter(isObject) : [],
    created: record.created,
    lastModified: record.lastModified,
  };
}

export function directoryTeam(org: OrgRecord, managed: boolean, record: GroupRecord): DirectoryTeam {
  return {
    id: record.id,
    managed,
    ...(managed ? { lockedReason: lockedReason(org, "team") } : {}),
    displayName: textOf(attributesOf(record).displayName) ?? "",
    created: record.created,
    lastModified: record.lastModified,
  };
}

export function memberUser(org: OrgRecord, managed: boolean, record: ResourceRecord): DirectoryMember {
  const { id, active, userName, displayName } = directoryUser(org, managed, record);
  return { kind: "user", id, managed, active, userName, displayName };
}

export function memberTeam(org: OrgRecord, managed: boolean, record: GroupRecord): DirectoryMember {
  const { id, displayName } = directoryTeam(org, managed, record);
  return { kind: "team", id, managed, displayName };
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
