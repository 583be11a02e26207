import type { JsonObject } from "../scim/json.ts";

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

/** The attributes in the text of a record. */
export function attributesOf({ attributes }: { readonly attributes: string }): JsonObject {
  // This code wrote the text from an object.
  return JSON.parse(attributes) as JsonObject;
}

const ID = /^[a-z][0-9A-Za-z]{22}$/;

/** Whether the text has the form of an id of this type. */
export function isIdOf({ letter }: TypeLayout, id: string): boolean {
  return id.startsWith(letter) && ID.test(id);
}

/** The type that a resource id names; undefined for a text that is no such id. */
export function typeOf<T extends TypeLayout>(types: readonly T[], id: string): T | undefined {
  for (const type of types) if (isIdOf(type, id)) return type;
  return undefined;
}
