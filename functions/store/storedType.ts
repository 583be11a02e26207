import type { JsonObject } from "../scim/json.ts";

/** The keys under which a resource is found, already normalised for comparison (`scim/paths.ts`). */
export interface LookupKeys {
  readonly name: string;
  readonly externalId: string | undefined;
  /** Further values that lead to it, each once: the e-mails of a user. */
  readonly values: readonly string[];
}

/** How the resources of a type are laid out in the table: every item of one follows from this (SCHEMA.md). */
export interface TypeLayout {
  /** As tombstones, log lines and findings name it. */
  readonly kind: string;
  /** As events name it, where that is another name. */
  readonly eventName?: string;
  /**
   * The first letter of the ids, in lower case; in capitals it names the partitions and counters. No two types share one, and
   * none has that of another partition of an org (`OrgKeys`): a, c, i, k, w, x.
   */
  readonly letter: string;
  /** The attribute that the name is made of. */
  readonly nameAttribute: string;
  /** `unique`: one item that names the holder. `shared`: one item with the set of those that have the name. */
  readonly naming: "unique" | "shared";
  /** What one of the further values is called in findings; absent where the type has none. */
  readonly valueName?: string;
  /**
   * With members the version stands beside the text of a resource, because each membership raises it without knowing the
   * text; without, both change together.
   */
  readonly hasMembers: boolean;
  /** Whether the application can link its own ids to resources of the type. */
  readonly isLinked?: true;
  /** Whether the item of a resource lists the groups that it is in (`groupLists.ts`). */
  readonly listsGroups?: true;
}

/** What the store knows of a resource type. */
export interface StoredType extends TypeLayout {
  /** @throws ScimError 400 invalidValue for a name that no key can be made of */
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

/** What the text of a record says. */
export function attributesOf({ attributes }: { readonly attributes: string }): JsonObject {
  // We wrote this text ourselves, from an object.
  return JSON.parse(attributes) as JsonObject;
}

const ID = /^[a-z][0-9A-Za-z]{22}$/;

/** Whether it could be the id of a resource of the type. */
export function isIdOf({ letter }: TypeLayout, id: string): boolean {
  return id.startsWith(letter) && ID.test(id);
}

/** The type that the id of a resource names; undefined for a text that is no such id. */
export function typeOf<T extends TypeLayout>(types: readonly T[], id: string): T | undefined {
  for (const type of types) if (isIdOf(type, id)) return type;
  return undefined;
}
