import { ScimError } from "../../functions/scim/error.ts";
import type { Json, JsonObject, SchemasRule } from "../../functions/scim/json.ts";
import { type MemberPlan, planMembers } from "../../functions/scim/members.ts";
import { type ApplyRules, applyPatch } from "../../functions/scim/patch/applyPatch.ts";
import type { MessageRules } from "../../functions/scim/patch/readPatch.ts";
import { type PatchOperation, resolvePatch } from "../../functions/scim/patch/resolvePatch.ts";
import { Quirks } from "../../functions/scim/quirks.ts";
import { readResource } from "../../functions/scim/readResource.ts";
import { groupType, userType } from "../../functions/scim/resourceTypes.ts";
import {
  define,
  PATCH_OP,
  type ResourceType,
  type Schema,
  type SchemaRules,
  USER_SCHEMA,
} from "../../functions/scim/schema.ts";

export const SCHEMA_RULES: SchemaRules = {
  userNameMutability: "readWrite",
  workEmailRequired: false,
  groupNameUnique: true,
  passwordListed: false,
};
export const USER = userType(SCHEMA_RULES);
export const GROUP = groupType(SCHEMA_RULES);

/**
 * An extension with features that our schemas lack: numbers, times, attributes returned on request, always or never, a required
 * one.
 */
export const BADGE: Schema = {
  id: "urn:example:params:scim:schemas:Badge",
  name: "Badge",
  description: "A badge.",
  attributes: [
    define("number", "The number on it.", { type: "integer", required: true }),
    define("weight", "In grams.", { type: "decimal" }),
    define("issued", "When it was given out.", { type: "dateTime" }),
    define("floors", "Where it opens doors.", { type: "integer", multiValued: true }),
    define("note", "For the porter.", { returned: "request" }),
    define("color", "Of the badge.", { returned: "always" }),
    define("chip", "What the readers see.", { returned: "never" }),
    define("desk", "Where it was given out.", {
      type: "complex",
      subAttributes: [define("room", "The room."), define("phone", "Its telephone.", { returned: "request" })],
    }),
  ],
};

/** The User type with the badge. */
export function badged(required: boolean): ResourceType {
  return { ...USER, extensions: [...USER.extensions, { schema: BADGE, required }] };
}

type PatchOptions = MessageRules & ApplyRules & SchemasRule;

export const LENIENT: PatchOptions = {
  schemasRequired: false,
  replaceWithoutTarget: "create",
  unknownPaths: "ignore",
  unknownAttributes: "ignore",
  readOnlyPaths: "refuse",
  additiveMembersReplace: false,
  unknownMembers: "refuse",
  jsonTextValue: "parse",
};
export const STRICT: PatchOptions = {
  ...LENIENT,
  schemasRequired: true,
  replaceWithoutTarget: "refuse",
  unknownPaths: "refuse",
  unknownAttributes: "refuse",
};

export function user(attributes: JsonObject = {}): JsonObject {
  const body = { schemas: [USER_SCHEMA], userName: "anna", ...attributes };
  return readResource(USER, body, new Quirks(), { unknownAttributes: "ignore", schemasRequired: true });
}

export function operation(op: PatchOperation["op"], path?: string, value?: Json): PatchOperation {
  return { op, path, value };
}

export function patchUser(
  attributes: JsonObject,
  operations: readonly PatchOperation[],
  options: PatchOptions = LENIENT,
  quirks: Quirks = new Quirks(),
): JsonObject {
  return patched(USER, attributes, operations, options, quirks);
}

export function patched(
  type: ResourceType,
  attributes: JsonObject,
  operations: readonly PatchOperation[],
  options: PatchOptions,
  quirks: Quirks = new Quirks(),
): JsonObject {
  return applyPatch(type, attributes, resolvePatch(type, operations, options, quirks), options, quirks);
}

/** A planned group, and its members. */
export interface GroupPlan {
  readonly attributes: JsonObject;
  readonly members: MemberPlan;
}

export function planGroup(
  attributes: JsonObject,
  operations: readonly PatchOperation[],
  options: PatchOptions = LENIENT,
  quirks: Quirks = new Quirks(),
  current?: readonly string[],
): GroupPlan | "needsMembers" {
  const resolved = resolvePatch(GROUP, operations, options, quirks);
  const members = planMembers(resolved, current);
  return members === "needsMembers"
    ? members
    : { attributes: applyPatch(GROUP, attributes, resolved, options, quirks), members };
}

export function patchBody(...operations: Json[]): JsonObject {
  return { schemas: [PATCH_OP], Operations: operations };
}

/** `400 invalidValue`, or the value returned instead of an error. */
export function refusal(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    return error.scimType === undefined ? String(error.status) : `${error.status} ${error.scimType}`;
  }
}
