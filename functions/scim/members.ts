import { ScimError } from "./error.ts";
import { type Filter, matches } from "./filter/filter.ts";
import { isObject, type Json, type JsonObject, valueNamed } from "./json.ts";
import type { Op, PATH_QUIRKS, ResolvedOperation, Target } from "./patch/resolved.ts";
import type { QuirkMeanings, Quirks } from "./quirks.ts";
import { isJsonText, type VALUE_QUIRKS } from "./readValue.ts";
import { isGroupId } from "./schema.ts";

export const MEMBER_QUIRKS = {
  additiveMembersReplace:
    "members were replaced by a single one; by the rule additiveMembersReplace it was added instead",
  memberByReference: "a member came as a $ref without a value",
  nestedMembers: "members came nested in the value of an operation",
  unknownMemberSkipped:
    "members who are no users of the organization, or came without an id, were left out (rule unknownMembers)",
} as const satisfies QuirkMeanings;

/**
 * The ids in a client's `members`, each once, in order. Accepted: a list of `{value}` or of bare ids, one of them without
 * a list, `{members: [...]}` (Salesforce), and `{"$ref": ".../Users/<id>"}` without value. null and `[]` are no members.
 * @param unknown of an element of a list that names nobody, such as `{"value": null}` or `{"display": "Ada"}`
 * @throws ScimError 400 invalidValue for any other shape, so that what is not understood never empties a group
 */
export function readMembers(value: Json, quirks: Quirks, unknown: "skip" | "refuse"): string[] {
  if (value === null) return [];
  if (Array.isArray(value)) {
    const ids = new Set<string>();
    for (const element of value) {
      if (unknown === "skip" && namesNobody(element)) quirks.note<typeof MEMBER_QUIRKS>("unknownMemberSkipped");
      else ids.add(memberId(element, quirks));
    }
    return [...ids];
  }
  const nested = isObject(value) ? valueNamed(value, "members") : undefined;
  if (nested !== undefined) {
    quirks.note<typeof MEMBER_QUIRKS>("nestedMembers");
    if (isObject(nested) && valueNamed(nested, "members") !== undefined) throw unknownMembers();
    return readMembers(nested, quirks, unknown);
  }
  quirks.note<typeof VALUE_QUIRKS>("loneObject", "members");
  return [memberId(value, quirks)];
}

/** An object that has neither `value` nor `$ref`, or has them without a value. */
function namesNobody(element: Json): boolean {
  if (!isObject(element)) return false;
  return ["value", "$ref"].every((name) => (valueNamed(element, name) ?? "") === "");
}

function memberId(element: Json, quirks: Quirks): string {
  if (typeof element === "string") {
    // A text of JSON is no id: skipped as an unknown one it would empty the group.
    if (isJsonText(element)) throw unknownMembers();
    quirks.note<typeof VALUE_QUIRKS>("plainString", "members");
    return nonEmpty(element);
  }
  if (!isObject(element)) throw unknownMembers();
  const value = valueNamed(element, "value") ?? null;
  if (typeof value === "string") return nonEmpty(value);
  const reference = valueNamed(element, "$ref");
  if (value !== null || typeof reference !== "string") throw unknownMembers();
  quirks.note<typeof MEMBER_QUIRKS>("memberByReference");
  return nonEmpty(idOfReference(reference));
}

/** The last segment of a resource's URI. */
function idOfReference(reference: string): string {
  return reference.slice(reference.lastIndexOf("/") + 1);
}

function nonEmpty(id: string): string {
  if (id === "") throw unknownMembers();
  return id;
}

function unknownMembers(): ScimError {
  return ScimError.invalidValue("members");
}

interface MemberSelection {
  /** The only ids that can be selected, already checked; undefined when the filter does not name its members. */
  readonly ids: readonly string[] | undefined;
  /** Whether a member with this id is selected. */
  readonly includes: (id: string) => boolean;
}

/** What the filter of `members[…]` selects. A member has a value, a type, and a `$ref` whose end is known. */
export function memberSelection(filter: Filter): MemberSelection {
  const byId = referencesAsIds(filter);
  const includes = (id: string) => matches(byId, memberOf(id));
  return { ids: candidates(byId)?.filter(includes), includes };
}

function memberOf(id: string): JsonObject {
  const type = isGroupId(id) ? "Group" : "User";
  return { value: id, type, $ref: `/${type}s/${id}` };
}

/** `$ref eq "…/Users/<id>"` names the id, whatever the URL before it. */
function referencesAsIds(filter: Filter): Filter {
  switch (filter.kind) {
    case "and":
    case "or":
      return { ...filter, left: referencesAsIds(filter.left), right: referencesAsIds(filter.right) };
    case "not":
      return { kind: "not", filter: referencesAsIds(filter.filter) };
    case "compare": {
      const { path, operator, value } = filter;
      const equality = operator === "eq" || operator === "ne";
      if (path.attribute.name !== "$ref" || !equality || typeof value !== "string") return filter;
      const id = idOfReference(value);
      return { ...filter, path: { ...path, attribute: { ...path.attribute, name: "value" } }, value: id, key: id };
    }
    case "present":
    case "value":
      return filter;
  }
}

/** Ids outside of which nothing matches. */
function candidates(filter: Filter): string[] | undefined {
  switch (filter.kind) {
    case "compare":
      return filter.path.attribute.name === "value" && filter.operator === "eq" && typeof filter.value === "string"
        ? [filter.value]
        : undefined;
    case "and":
      return candidates(filter.left) ?? candidates(filter.right);
    case "or": {
      const left = candidates(filter.left);
      const right = candidates(filter.right);
      return left === undefined || right === undefined ? undefined : [...new Set([...left, ...right])];
    }
    case "not":
    case "present":
    case "value":
      return undefined;
  }
}

/** How operations on members are read. */
export interface MemberRules {
  /** Whether replacing `members` with a non-empty list means adding it. */
  readonly additiveMembersReplace: boolean;
  /** Of a member without an id. */
  readonly unknownMembers: "skip" | "refuse";
  /** Of a path on what only the server writes; inside a value it is always ignored. */
  readonly readOnlyPaths: "ignore" | "refuse";
}

/** Whether the path ends in `members`, or names a part of them. */
export function isOfMembers(target: Target): boolean {
  return target.kind !== "extension" && target.path.attribute.name === "members";
}

/** An operation on the members of a group, with their ids. @throws ScimError 400 */
export function readMemberOperation(
  op: Op,
  target: Exclude<Target, { kind: "extension" }>,
  value: Json | undefined,
  rules: MemberRules,
  quirks: Quirks,
): ResolvedOperation {
  const part = target.kind === "value" ? target.sub : target.path.sub;
  if (part !== undefined) {
    // A member's name is the server's own; its other parts are what it is (`members.display`, `members[…].value`).
    if (part.mutability !== "readOnly" || rules.readOnlyPaths === "refuse") throw ScimError.mutability("members");
    quirks.note<typeof VALUE_QUIRKS>("readOnlyIgnored", `members.${part.name}`);
    return { kind: "ignored", op, target };
  }
  if (op !== "remove" && value === undefined) throw ScimError.invalidValue("missing", op);
  const given = value ?? null;
  if (target.kind === "value") return { kind: "selectedMembers", op, target, ids: idsBeside(op, given, rules, quirks) };
  // Without value everybody (RFC 7644 section 3.5.2.2, Keycloak's null); with a list those in it, with an empty one nobody.
  if (op === "remove" && given === null) return { kind: "members", op, target, effect: "exactly", ids: [] };
  const ids = readMembers(given, quirks, rules.unknownMembers);
  return { kind: "members", op, target, effect: effectOf(op, ids, rules, quirks), ids };
}

function effectOf(
  op: Op,
  ids: readonly string[],
  { additiveMembersReplace }: MemberRules,
  quirks: Quirks,
): "include" | "exclude" | "exactly" {
  switch (op) {
    case "add":
      return "include";
    case "remove":
      quirks.note<typeof PATH_QUIRKS>("removeWithValues", "members");
      return "exclude";
    case "replace":
      if (!additiveMembersReplace || ids.length === 0) return "exactly";
      quirks.note<typeof MEMBER_QUIRKS>("additiveMembersReplace");
      return "include";
  }
}

/** The ids beside `members[value eq "…"]`: an add may repeat the id or say other things of it. */
function idsBeside(op: Op, value: Json, rules: MemberRules, quirks: Quirks): readonly string[] {
  switch (op) {
    case "remove":
      return [];
    case "replace":
      return readMembers(value, quirks, rules.unknownMembers);
    case "add":
      return (Array.isArray(value) ? value : [value]).flatMap((element) => {
        if (!isObject(element) && typeof element !== "string") throw unknownMembers();
        return namesMember(element) ? readMembers([element], quirks, "refuse") : [];
      });
  }
}

function namesMember(element: Json): boolean {
  return !isObject(element) || Object.keys(element).some((name) => ["value", "$ref"].includes(name.toLowerCase()));
}
