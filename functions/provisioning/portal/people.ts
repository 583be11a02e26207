import { ScimError, userError } from "../../scim/error.ts";
import { elementsOf, type Json } from "../../scim/json.ts";
import { emailKey, userNamePrefix } from "../../scim/paths.ts";
import { isUserId } from "../../scim/schema.ts";
import type { ResourceRecord } from "../../store/records.ts";
import { attributesOf } from "../../store/resourceItems.ts";
import { USER_LAYOUT, workEmailsOf } from "../../store/storedTypes.ts";
import { decideAccess } from "../access.ts";
import type { Application } from "../application.ts";
import { shortened, textValue, userFields } from "../directoryViews.ts";
import { USER_QUERIES } from "../resources/userQueries.ts";
import { type ListAsked, type ListedPage, listPage, receivedOf } from "./lists.ts";

/** @throws ScimError 400 for a cursor of another list */
export function listPeople(application: Application, asked: ListAsked): Promise<ListedPage<ResourceRecord>> {
  const { users } = application.managed;
  return listPage(application, { type: USER_LAYOUT, store: users, beginningsOf }, asked);
}

function beginningsOf(text: string) {
  return { externalId: text, name: userNamePrefix(text), value: emailKey(text) };
}

/** A user in the pages' list. */
export function personLine(record: ResourceRecord) {
  const { id, userName, displayName, active } = userFields(record);
  return {
    id,
    userName,
    displayName: shortened(displayName),
    email: shortened(workAddressOf(record)),
    active,
    lastModified: record.lastModified,
  };
}

function workAddressOf(record: ResourceRecord): string | null {
  const [address = null] = workEmailsOf(attributesOf(record));
  return address;
}

/**
 * A user of the identity provider with its attributes as in the answer to a GET, its groups, and the sign-in gate's answer.
 * @throws ScimError 404
 */
export async function findPerson(application: Application, id: string) {
  const { users } = application.managed;
  const record = isUserId(id) ? await users.find(id) : undefined;
  if (record === undefined) throw userError("notFound.user", []);
  const [attributes, access] = await Promise.all([
    receivedOf(application, USER_QUERIES, record),
    accessOfPerson(application, record),
  ]);
  return { record, attributes, groups: groupsIn(attributes.groups), access };
}

function groupsIn(groups: Json | undefined) {
  const elements = elementsOf(groups);
  return elements.map(({ value, display }) => ({ id: textValue(value) ?? "", name: textValue(display) ?? "" }));
}

/** Asks the gate as an application does: by userName, which is unique on the identity provider's side, and by work address. */
async function accessOfPerson(application: Application, record: ResourceRecord) {
  const { userName } = userFields(record);
  const email = workAddressOf(record);
  const [byName, sharedAddress] = await Promise.all([
    decideAccess(application, { by: "userName", value: userName }),
    email !== null && isShared(application, email),
  ]);
  // If another or no user is found, the user was renamed or deleted meanwhile.
  const reason = byName.user?.id === record.id ? byName.reason : (byName.reason ?? "noSuchUser");
  return { allowed: reason === undefined, reason: reason ?? null, sharedAddress };
}

/** Whether the gate lets nobody in by this address, because several or very many users have it. */
async function isShared(application: Application, email: string): Promise<boolean> {
  try {
    return (await decideAccess(application, { by: "email", value: email })).reason === "ambiguous";
  } catch (error) {
    if (error instanceof ScimError && error.scimType === "tooMany") return true;
    throw error;
  }
}
