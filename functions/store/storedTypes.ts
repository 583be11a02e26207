import { elementsOf, type JsonObject } from "../scim/json.ts";
import { emailKey, nameKey, userNameKey } from "../scim/paths.ts";
import { isPrimary } from "../scim/readValue.ts";

/** The keys under which a resource is found, normalised for comparison (`scim/paths.ts`). */
export interface LookupKeys {
  readonly name: string;
  readonly externalId: string | undefined;
  /** Further values that lead to the resource, each once: the e-mails of a user. */
  readonly values: readonly string[];
}

/** How the resources of a type are laid out in the table: determines all their items (SCHEMA.md). */
export interface TypeLayout {
  /** Its name in tombstones, log lines and findings. */
  readonly kind: string;
  /** Its name in events, where it is another. */
  readonly eventName?: string;
  /**
   * The first letter of the ids, in lower case; in capitals it names the partitions and counters. Unique among types, and
   * different from the letters of an org's other partitions (`OrgKeys`): a, c, i, k, w, x.
   */
  readonly letter: string;
  /** The attribute that the name is taken from. */
  readonly nameAttribute: string;
  /** `unique`: one item with the holder. `shared`: one item with the set of holders. */
  readonly naming: "unique" | "shared";
  /** Name of a further value in findings; absent where the type has none. */
  readonly valueName?: string;
  /**
   * With members, the version stands beside the text of a resource, because each membership change raises it without
   * reading the text. Without members, both change together.
   */
  readonly hasMembers: boolean;
  /** Whether the application can link its own ids to resources of the type. */
  readonly isLinked?: true;
  /** Whether the item of a resource lists its groups (`groupLists.ts`). */
  readonly listsGroups?: true;
}

/** A resource type for the store: layout and keys. */
export interface StoredType extends TypeLayout {
  /** @throws ScimError 400 invalidValue for a name that gives no key */
  keysOf(attributes: JsonObject): LookupKeys;
}

export const USER_LAYOUT: TypeLayout = {
  kind: "user",
  letter: "u",
  nameAttribute: "userName",
  naming: "unique",
  valueName: "email",
  hasMembers: false,
  isLinked: true,
  listsGroups: true,
};

export const GROUP_LAYOUT: TypeLayout = {
  kind: "group",
  eventName: "team",
  letter: "g",
  nameAttribute: "displayName",
  naming: "shared",
  hasMembers: true,
};

export const STORED_USERS = /* @__PURE__ */ stored(USER_LAYOUT, (attributes) => ({
  name: userNameKey(textOf(attributes.userName)),
  externalId: textOrNothing(attributes.externalId),
  values: [...new Set(emailsOf(attributes).map(emailKey))],
}));

export const STORED_GROUPS = /* @__PURE__ */ stored(GROUP_LAYOUT, (attributes) => ({
  name: nameKey(textOf(attributes.displayName)),
  externalId: textOrNothing(attributes.externalId),
  values: [],
}));

/** Calls are marked as pure, so that a function that needs one type does not bundle the others. */
function stored(layout: TypeLayout, keysOf: StoredType["keysOf"]): StoredType {
  return { ...layout, keysOf };
}

/** All types of which an org can hold resources, in the order of an inspection. */
export const LAYOUTS: readonly TypeLayout[] = [USER_LAYOUT, GROUP_LAYOUT];

/** The types of `LAYOUTS` with their keys. */
export const STORED_TYPES: readonly StoredType[] = [STORED_USERS, STORED_GROUPS];

/**
 * The work e-mail (P8): an element of type `work`, or without a type, because some clients send only the address. Where
 * there is none, the primary or only address counts: a common provider types it `other`.
 * @returns `typed` by its type, `counted` otherwise; undefined where there is none
 */
export function workEmailIn(attributes: JsonObject): "typed" | "counted" | undefined {
  const { typed, counted } = workEmails(attributes);
  if (typed.length > 0) return "typed";
  return counted.length > 0 ? "counted" : undefined;
}

/** The addresses that are work e-mails, as stored; several where several are typed so. */
export function workEmailsOf(attributes: JsonObject): readonly string[] {
  const { typed, counted } = workEmails(attributes);
  return (typed.length > 0 ? typed : counted).map(({ value }) => textOf(value));
}

function workEmails(attributes: JsonObject) {
  const emails = elementsOf(attributes.emails).filter(({ value }) => textOf(value).trim() !== "");
  return {
    typed: emails.filter(({ type }) => type === undefined || textOf(type).toLowerCase() === "work"),
    counted: emails.length === 1 ? emails : emails.filter(isPrimary),
  };
}

function emailsOf(attributes: JsonObject): string[] {
  return elementsOf(attributes.emails).flatMap((email) => (typeof email.value === "string" ? [email.value] : []));
}

function textOf(value: JsonObject[string] | undefined): string {
  return typeof value === "string" ? value : "";
}

function textOrNothing(value: JsonObject[string] | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
