import { elementsOf, isObject, type Json, type JsonObject } from "../scim/json.ts";
import { userType } from "../scim/resourceTypes.ts";
import { type Attribute, ENTERPRISE_SCHEMA, isStored } from "../scim/schema.ts";
import { NEVER_LINKED, type UserLink } from "../store/links.ts";
import type { GroupRecord, OrgRecord, ResourceRecord } from "../store/records.ts";
import { attributesOf } from "../store/resourceItems.ts";
import type { AssignedRole } from "../store/roles/roleRecords.ts";
import { lockedReason, OWN_RULES } from "./application.ts";

/**
 * Users and teams as the directory API shows them, marked where SCIM created them (P15, F7). A user also has every other member
 * of `PROFILE`, by its `shownName`: null, or an empty list, where nothing is stored.
 */
export interface DirectoryUser {
  readonly id: string;
  readonly managed: boolean;
  /** Present where the application may not change the user: the reason, for people. */
  readonly lockedReason?: string;
  /** Begins at 1. Every change of the user raises it, a change of a team does not. */
  readonly version: number;
  /** An inactive managed user is no member of the org (P17). An unmanaged user always is. */
  readonly active: boolean;
  readonly userName: string;
  readonly displayName: string | null;
  /** The attributes of SCIM's enterprise extension; null where none is stored. */
  readonly enterprise: JsonObject | null;
  /** Attributes of further extensions, by URN; absent where none is stored. */
  readonly extensions?: JsonObject;
  /** The application's own id of the user; null while there is none. */
  readonly applicationId: string | null;
  /** Rises with each linking and unlinking; 0 for a user who was never linked. */
  readonly linkVersion: number;
  readonly created: string;
  readonly lastModified: string;
  /** Absent where the caller did not ask for them. */
  readonly teams?: readonly TeamOfUser[];
  /** Roles of the application's catalogue (ADR 64): with `teams` computed now, else as last stored. Absent where the caller did not ask. */
  readonly roles?: readonly AssignedRole[];
  /** Present with stored roles: each change of them raises it; 0 if there never were any. */
  readonly rolesVersion?: number;
}

export interface DirectoryTeam {
  readonly id: string;
  readonly managed: boolean;
  readonly lockedReason?: string;
  /** Begins at 1. Every change of the team or its members raises it. */
  readonly version: number;
  readonly displayName: string;
  readonly externalId: string | null;
  readonly created: string;
  readonly lastModified: string;
}

export type TeamOfUser = Pick<DirectoryTeam, "id" | "displayName" | "managed">;

export type DirectoryMember =
  | (Pick<DirectoryUser, "id" | "managed" | "active" | "userName" | "displayName" | "applicationId"> & {
      readonly kind: "user";
    })
  /** A nested team: it is listed, but gives nobody membership (F8). */
  | (Pick<DirectoryTeam, "id" | "managed" | "displayName"> & { readonly kind: "team" });

/** What an answer shows besides the user's record. */
interface BesideUser {
  /** Absent: the user was never linked. */
  readonly link: UserLink | undefined;
  readonly teams?: readonly TeamOfUser[] | undefined;
  readonly roles?: readonly AssignedRole[] | undefined;
  readonly rolesVersion?: number | undefined;
}

export function directoryUser(
  org: OrgRecord,
  managed: boolean,
  record: ResourceRecord,
  { link = NEVER_LINKED, teams, roles, rolesVersion }: BesideUser,
): DirectoryUser {
  const { id, version, created, lastModified } = record;
  const stored = attributesOf(record);
  return {
    id,
    managed,
    ...lockOf(org, managed, "user"),
    version,
    ...profileOf(stored),
    active: isMember(managed, stored),
    userName: textValue(stored.userName) ?? "",
    ...extensionsOf(stored),
    applicationId: link.applicationId ?? null,
    linkVersion: link.version,
    created,
    lastModified,
    ...(teams && { teams }),
    ...(roles && { roles }),
    ...(rolesVersion !== undefined && { rolesVersion }),
  };
}

export function directoryTeam(org: OrgRecord, managed: boolean, record: GroupRecord): DirectoryTeam {
  const { id, version, created, lastModified, keys } = record;
  const shown = { displayName: teamNameOf(record), externalId: keys.externalId ?? null };
  return { id, managed, ...lockOf(org, managed, "team"), version, ...shown, created, lastModified };
}

export function memberUser(
  managed: boolean,
  record: ResourceRecord,
  { applicationId }: UserLink = NEVER_LINKED,
): DirectoryMember {
  const { id, userName, displayName } = userFields(record);
  const active = isMember(managed, attributesOf(record));
  return { kind: "user", id, managed, active, userName, displayName, applicationId: applicationId ?? null };
}

export function memberTeam(managed: boolean, record: GroupRecord): DirectoryMember {
  return { kind: "team", id: record.id, managed, displayName: teamNameOf(record) };
}

/** Whether a user counts as a member of the org. */
function isMember(managed: boolean, { active }: JsonObject): boolean {
  return !managed || active === true;
}

function lockOf(org: OrgRecord, managed: boolean, what: "user" | "team"): Pick<DirectoryUser, "lockedReason"> {
  return managed ? { lockedReason: lockedReason(org, what) } : {};
}

const USERS = userType(OWN_RULES);

/** All stored attributes of the user schema, so that answers show a new attribute at once. */
export const PROFILE: readonly Attribute[] = USERS.schema.attributes.filter(isStored);

/** The name `roles` belongs to the application's roles, so the identity provider's attribute has another name. */
export function shownName(attribute: string): string {
  return attribute === "roles" ? "idpRoles" : attribute;
}

function profileOf(stored: JsonObject): JsonObject & Pick<DirectoryUser, "displayName"> {
  const shown = PROFILE.map(({ name, multiValued }) => [shownName(name), stored[name] ?? (multiValued ? [] : null)]);
  return { ...Object.fromEntries(shown), displayName: textValue(stored.displayName) ?? null };
}

function extensionsOf(stored: JsonObject): Pick<DirectoryUser, "enterprise" | "extensions"> {
  const others = USERS.extensions.flatMap(({ schema: { id } }) => {
    const value = stored[id];
    return id === ENTERPRISE_SCHEMA || value === undefined ? [] : [[id, value] as const];
  });
  const enterprise = stored[ENTERPRISE_SCHEMA];
  return {
    enterprise: isObject(enterprise) ? enterprise : null,
    ...(others.length > 0 && { extensions: Object.fromEntries(others) }),
  };
}

/** The members that people see of a user. */
export function userFields(record: ResourceRecord) {
  const { active, userName, displayName, name, emails } = attributesOf(record);
  return {
    id: record.id,
    active: active === true,
    userName: textValue(userName) ?? "",
    displayName: textValue(displayName) ?? null,
    name: isObject(name) ? name : null,
    emails: elementsOf(emails),
  };
}

export function teamNameOf(record: GroupRecord): string {
  return textValue(attributesOf(record).displayName) ?? "";
}

export function textValue(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
