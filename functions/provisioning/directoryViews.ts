import { elementsOf, isObject, type Json, type JsonObject } from "../scim/json.ts";
import { userType } from "../scim/resourceTypes.ts";
import { type Attribute, ENTERPRISE_SCHEMA, isStored } from "../scim/schema.ts";
import { NEVER_LINKED, type UserLink } from "../store/links.ts";
import type { GroupRecord, OrgRecord, ResourceRecord } from "../store/records.ts";
import { attributesOf } from "../store/resourceItems.ts";
import type { AssignedRole } from "../store/roles/roleRecords.ts";
import { lockedReason, OWN_RULES } from "./application.ts";

/**
 * Users and teams as the directory API shows them, marked where SCIM created them (P15, F7). Handlers compile only where a view
 * has what its declaration says (http/signed/declarations/directoryForms.ts). A user also has every other member of `PROFILE`, by its
 * `shownName`: null, or an empty list, where nothing is stored; a change of a team does not raise its version.
 */
export type DirectoryUser = ReturnType<typeof directoryUser>;
export type DirectoryTeam = ReturnType<typeof directoryTeam>;
export type TeamOfUser = Pick<DirectoryTeam, "id" | "displayName" | "managed">;
/** A nested team is listed, but gives nobody membership (F8). */
export type DirectoryMember = ReturnType<typeof memberUser | typeof memberTeam>;

/** What an answer shows besides the user's record. */
interface BesideUser {
  /** Absent: the user was never linked. */
  readonly link: UserLink | undefined;
  readonly teams?: readonly TeamOfUser[] | undefined;
  /** Of the application's catalogue (ADR 64): with `teams` computed now, else as last stored. */
  readonly roles?: readonly AssignedRole[] | undefined;
  readonly rolesVersion?: number | undefined;
}

export function directoryUser(
  org: OrgRecord,
  managed: boolean,
  record: ResourceRecord,
  { link = NEVER_LINKED, teams, roles, rolesVersion }: BesideUser,
) {
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

export function directoryTeam(org: OrgRecord, managed: boolean, record: GroupRecord) {
  const { id, version, created, lastModified, keys } = record;
  const shown = { displayName: teamNameOf(record), externalId: keys.externalId ?? null };
  return { id, managed, ...lockOf(org, managed, "team"), version, ...shown, created, lastModified };
}

export function memberUser(managed: boolean, record: ResourceRecord, { applicationId }: UserLink = NEVER_LINKED) {
  const { id, userName, displayName } = userFields(record);
  const active = isMember(managed, attributesOf(record));
  return { kind: "user" as const, id, managed, active, userName, displayName, applicationId: applicationId ?? null };
}

export function memberTeam(managed: boolean, record: GroupRecord) {
  return { kind: "team" as const, id: record.id, managed, displayName: teamNameOf(record) };
}

/** An inactive managed user is no member of the org (P17). An unmanaged user always is. */
function isMember(managed: boolean, { active }: JsonObject): boolean {
  return !managed || active === true;
}

function lockOf(org: OrgRecord, managed: boolean, what: "user" | "team"): { readonly lockedReason?: string } {
  return managed ? { lockedReason: lockedReason(org, what) } : {};
}

const USERS = userType(OWN_RULES);

/** All stored attributes of the user schema, so that answers show a new attribute at once. */
export const PROFILE: readonly Attribute[] = USERS.schema.attributes.filter(isStored);

/** The name `roles` belongs to the application's roles, so the identity provider's attribute has another name. */
export function shownName(attribute: string): string {
  return attribute === "roles" ? "idpRoles" : attribute;
}

function profileOf(stored: JsonObject): JsonObject & { readonly displayName: string | null } {
  const shown = PROFILE.map(({ name, multiValued }) => [shownName(name), stored[name] ?? (multiValued ? [] : null)]);
  return { ...Object.fromEntries(shown), displayName: textValue(stored.displayName) ?? null };
}

function extensionsOf(stored: JsonObject) {
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

const LONGEST_SHOWN = 300;

/** The part of a text (up to 48 KB) that a list shows, so that a page of lines fits one answer. */
export function shortened(text: string | null): string | null {
  if (text === null || text.length <= LONGEST_SHOWN) return text;
  const characters = [...text];
  return characters.length <= LONGEST_SHOWN ? text : `${characters.slice(0, LONGEST_SHOWN - 1).join("")}…`;
}

export function textValue(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
