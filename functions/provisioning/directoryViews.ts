import { elementsOf, isObject, type Json, type JsonObject } from "../scim/json.ts";
import { userType } from "../scim/resourceTypes.ts";
import { type Attribute, ENTERPRISE_SCHEMA, isStored } from "../scim/schema.ts";
import { NEVER_LINKED, type UserLink } from "../store/links.ts";
import type { GroupRecord, OrgRecord, ResourceRecord } from "../store/records.ts";
import type { AssignedRole } from "../store/roles/roleRecords.ts";
import { attributesOf } from "../store/storedType.ts";
import { lockedReason, OWN_RULES } from "./application.ts";

/**
 * Users and teams as the directory API shows them to the application, with the mark of those that SCIM made (P15, F7). A user
 * has every other member of `PROFILE` as well, by its `shownName`: null, or an empty list, where nothing is stored.
 */
export interface DirectoryUser {
  readonly id: string;
  readonly managed: boolean;
  /** Present where the application may not change it: the reason, in words for people. */
  readonly lockedReason?: string;
  /** Starts at 1; every change of the user raises it, one of its teams does not. */
  readonly version: number;
  /** A managed user who is not active is no member of the org (P17); an unmanaged one always is. */
  readonly active: boolean;
  readonly userName: string;
  readonly displayName: string | null;
  /** The attributes of SCIM's enterprise extension; null where none is stored. */
  readonly enterprise: JsonObject | null;
  /** By URN, those of further extensions; absent where none is stored. */
  readonly extensions?: JsonObject;
  /** The application's own id of the user; null while there is none. */
  readonly applicationId: string | null;
  /** Rises with each linking and unlinking; 0 for a user who was never linked. */
  readonly linkVersion: number;
  readonly created: string;
  readonly lastModified: string;
  /** Absent where nobody asked for them. */
  readonly teams?: readonly TeamOfUser[];
  /** Of the application's catalogue (ADR 64): where there are `teams`, as they follow from these now. Absent where nobody asked. */
  readonly roles?: readonly AssignedRole[];
  /** Of roles that were read as they were written last: rises with each change of them; 0 while there never were any. */
  readonly rolesVersion?: number;
}

export interface DirectoryTeam {
  readonly id: string;
  readonly managed: boolean;
  readonly lockedReason?: string;
  /** Starts at 1; every change of the team or its members raises it. */
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
  /** A nested team: listed, and gives nobody inherited membership (F8). */
  | (Pick<DirectoryTeam, "id" | "managed" | "displayName"> & { readonly kind: "team" });

/** What an answer about a user shows that is not stored with it. */
export interface BesideUser {
  /** Absent: it was never linked. */
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

/** Whatever the schema of users stores, so that an attribute that joins it is shown at once. */
export const PROFILE: readonly Attribute[] = USERS.schema.attributes.filter(isStored);

/** What the identity provider sent as `roles` is not what these make of it, which has the name. */
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

/** What people see of a user. */
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
