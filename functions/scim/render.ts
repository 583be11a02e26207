import { etagOf } from "./etag.ts";
import { isGroupId } from "./identifiers.ts";
import { isObject, type Json, type JsonObject } from "./json.ts";
import { ENTERPRISE_SCHEMA } from "./schema.ts";

/** A group a user belongs to. */
export interface GroupOf {
  readonly id: string;
  readonly displayName: string;
}

/** What one answer is joined from. */
export interface Rendering {
  readonly type: "User" | "Group";
  readonly id: string;
  readonly version: number;
  /** ISO 8601. */
  readonly created: string;
  readonly lastModified: string;
  /** JSON text of the canonical attributes, `schemas` first. */
  readonly attributes: string;
  /** Absolute. */
  readonly location: string;
  /** Left out of the answer when empty. */
  readonly groups?: readonly GroupOf[];
  /** Ids. When absent `members` is left out; when empty it is `[]`. */
  readonly members?: readonly string[];
  /** Of members and of the manager, by id: only where the client asked for `members.display` or `manager.displayName`. */
  readonly names?: ReadonlyMap<string, string>;
  /** Absolute service root, without a slash at its end. */
  readonly base: string;
}

/** The resource as JSON text, joined without parsing its attributes: schemas, id, attributes, groups or members, meta. */
export function resourceText(input: Rendering): string {
  const { attributes } = input;
  // `schemas` comes first, and no schema URN contains a bracket.
  const end = attributes.indexOf("]") + 1;
  const lists = JSON.stringify(listsOf(input)).slice(1, -1);
  return `${attributes.slice(0, end)},"id":${JSON.stringify(input.id)}${attributes.slice(end, -1)}${
    lists === "" ? "" : `,${lists}`
  },"meta":${JSON.stringify(metaOf(input))}}`;
}

/** The same resource as an object, for projection and filters. */
export function resourceObject(input: Rendering): JsonObject {
  const { schemas, ...attributes }: JsonObject = JSON.parse(input.attributes);
  return {
    schemas: schemas ?? [],
    id: input.id,
    ...withManagerName(attributes, input.names),
    ...listsOf(input),
    meta: metaOf(input),
  };
}

/** The id of the user's manager, as the identity provider gave it. */
export function managerIn(attributes: JsonObject): string | undefined {
  const enterprise = attributes[ENTERPRISE_SCHEMA];
  const manager = isObject(enterprise) ? enterprise.manager : undefined;
  return isObject(manager) && typeof manager.value === "string" ? manager.value : undefined;
}

function withManagerName(attributes: JsonObject, names: Rendering["names"]): JsonObject {
  const displayName = names?.get(managerIn(attributes) ?? "");
  const enterprise = attributes[ENTERPRISE_SCHEMA];
  if (displayName === undefined || !isObject(enterprise) || !isObject(enterprise.manager)) return attributes;
  return { ...attributes, [ENTERPRISE_SCHEMA]: { ...enterprise, manager: { ...enterprise.manager, displayName } } };
}

function metaOf(input: Rendering): JsonObject {
  return {
    resourceType: input.type,
    created: input.created,
    lastModified: input.lastModified,
    location: input.location,
    version: etagOf(input.version),
  };
}

function listsOf({ base, groups, members, names }: Rendering): JsonObject {
  const lists: JsonObject = {};
  if (groups !== undefined && groups.length > 0) {
    lists.groups = groups.map(
      ({ id, displayName }): Json => ({
        value: id,
        $ref: `${base}/Groups/${id}`,
        display: displayName,
        type: "direct",
      }),
    );
  }
  if (members !== undefined) {
    lists.members = members.map((id): Json => {
      const type = isGroupId(id) ? "Group" : "User";
      const display = names?.get(id);
      return { value: id, $ref: `${base}/${type}s/${id}`, type, ...(display === undefined ? {} : { display }) };
    });
  }
  return lists;
}
