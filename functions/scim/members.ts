import { ScimError } from "./error.ts";
import { conditionsOf, type Filter, mapComparisons, matches } from "./filter/filter.ts";
import { isObject, type Json, type JsonObject, saysNothing, valueNamed } from "./json.ts";
import {
  type AttributeTarget,
  type Effort,
  type Op,
  type OperationOf,
  type PATH_QUIRKS,
  type ResolvedOperation,
  spendEffort,
} from "./patch/resolved.ts";
import type { QuirkMeanings, Quirks } from "./quirks.ts";
import { isJsonText, type VALUE_QUIRKS } from "./readValue.ts";
import { isGroupId } from "./schema.ts";

export const MEMBER_QUIRKS = {
  additiveMembersReplace:
    "a replace of members had a single member; it was added instead (rule additiveMembersReplace)",
  memberByReference: "a member came as a $ref without a value",
  nestedMembers: "members came nested in the value of an operation",
  unknownMemberSkipped:
    "members who are no users of the organization, or came without an id, were left out (rule unknownMembers)",
} as const satisfies QuirkMeanings;

/**
 * The ids in a client's `members`, each once, in order. Accepted: a list of `{value}` or of bare ids, one of them without
 * a list, `{members: [...]}` (Salesforce), and `{"$ref": ".../Users/<id>"}` without value. null and `[]` are no members.
 * @param unknown of an element of a list that names nobody, such as `{"value": null}` or `{"display": "Ada"}`
 * @param whole the value takes the place of a whole list: where it says something of members and names none of them, nobody
 * knows who shall stay
 * @throws ScimError 400 invalidValue for any other shape, so that what is not understood never empties a group
 */
export function readMembers(value: Json, quirks: Quirks, unknown: "skip" | "refuse", whole = false): string[] {
  if (value === null) return [];
  const nested = isObject(value) ? valueNamed(value, "members") : undefined;
  if (nested !== undefined) {
    quirks.note<typeof MEMBER_QUIRKS>("nestedMembers");
    if (isObject(nested) && valueNamed(nested, "members") !== undefined) throw unknownMembers();
    return readMembers(nested, quirks, unknown, whole);
  }
  const listed = Array.isArray(value);
  if (!listed) quirks.note<typeof VALUE_QUIRKS>("loneObject", "members");
  const ids = new Set<string>();
  for (const element of listed ? value : [value]) {
    const id = memberId(element, quirks);
    if (id !== undefined) ids.add(id);
    else if (listed && unknown === "skip") quirks.note<typeof MEMBER_QUIRKS>("unknownMemberSkipped");
    else throw unknownMembers();
  }
  if (whole && ids.size === 0 && !saysNothing(value)) throw unknownMembers();
  return [...ids];
}

/** Undefined for an object that has neither `value` nor `$ref`, or has them without a value. */
function memberId(element: Json, quirks: Quirks): string | undefined {
  if (typeof element === "string") {
    // A text of JSON is no id: skipped as an unknown one it would empty the group.
    if (element === "" || isJsonText(element)) throw unknownMembers();
    quirks.note<typeof VALUE_QUIRKS>("plainString", "members");
    return element;
  }
  if (!isObject(element)) throw unknownMembers();
  const value = valueNamed(element, "value") ?? null;
  if (typeof value === "string" && value !== "") return value;
  const reference = valueNamed(element, "$ref") ?? "";
  if (reference === "" && (value === null || value === "")) return undefined;
  const id = value === null && typeof reference === "string" ? idOfReference(reference) : "";
  if (id === "") throw unknownMembers();
  quirks.note<typeof MEMBER_QUIRKS>("memberByReference");
  return id;
}

/** The last segment of a resource's URI. */
function idOfReference(reference: string): string {
  return reference.slice(reference.lastIndexOf("/") + 1);
}

function unknownMembers(): ScimError {
  return ScimError.invalidValue("members");
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

const EFFECTS = { add: "include", remove: "exclude", replace: "exactly" } as const;

/** An operation on the members of a group, with their ids. @throws ScimError 400 */
export function readMemberOperation(
  op: Op,
  target: AttributeTarget,
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
  const ids = readMembers(given, quirks, rules.unknownMembers, op === "replace");
  if (op === "remove") quirks.note<typeof PATH_QUIRKS>("removeWithValues", "members");
  const additive = op === "replace" && rules.additiveMembersReplace && ids.length > 0;
  if (additive) quirks.note<typeof MEMBER_QUIRKS>("additiveMembersReplace");
  return { kind: "members", op, target, effect: additive ? "include" : EFFECTS[op], ids };
}

/** The ids beside `members[value eq "…"]`: an add may repeat the id or say other things of it. */
function idsBeside(op: Op, value: Json, rules: MemberRules, quirks: Quirks): readonly string[] {
  switch (op) {
    case "remove":
      return [];
    case "replace":
      return readMembers(value, quirks, rules.unknownMembers, true);
    case "add": {
      const list = Array.isArray(value) ? value : [value];
      if (!list.every((element) => isObject(element) || typeof element === "string")) throw unknownMembers();
      return list.filter(namesMember).flatMap((element) => readMembers([element], quirks, "refuse"));
    }
  }
}

function namesMember(element: Json): boolean {
  return !isObject(element) || Object.keys(element).some((name) => ["value", "$ref"].includes(name.toLowerCase()));
}

/** Remove first, then add. No id is in both. */
export interface MemberPlan {
  /** Start from the empty set. */
  readonly exact: boolean;
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** Each makes the whole roster anew. */
const MAX_MEMBER_SCANS = 20;

/** What the operations so far make of the members, without knowing who they are now. */
interface Membership {
  exact: boolean;
  readonly add: Set<string>;
  readonly remove: Set<string>;
  readonly current: readonly string[] | undefined;
  readonly effort: Effort;
  scans: number;
}

/**
 * Turns the operations, in order, into a plan that costs what the change costs: the members themselves are not needed,
 * except where a filter asks for more than ids.
 * @param current ids; give them after the answer was "needsMembers"
 * @throws ScimError 400, also for any shape of `members` that is not understood: a group is never emptied by mistake
 */
export function planMembers(
  operations: readonly ResolvedOperation[],
  current?: readonly string[],
): MemberPlan | "needsMembers" {
  const effort = { looks: 0 };
  const membership: Membership = { exact: false, add: new Set(), remove: new Set(), current, effort, scans: 0 };
  for (const operation of operations) {
    if (operation.kind === "refused") throw operation.error;
    if (operation.kind === "members") {
      const { effect, ids } = operation;
      if (effect === "exactly") clear(membership);
      if (effect === "exclude") exclude(membership, ids);
      else include(membership, ids);
    }
    if (operation.kind === "selectedMembers" && changeSelected(membership, operation) === "needsMembers") {
      return "needsMembers";
    }
  }
  return { exact: membership.exact, add: [...membership.add], remove: [...membership.remove] };
}

/** `members[value eq "…"]`. */
function changeSelected(
  membership: Membership,
  { op, target, ids }: OperationOf<"selectedMembers">,
): "needsMembers" | undefined {
  const conditions = conditionsOf(target.filter).length;
  // At most one id for each condition, each held against all of them.
  spendEffort(membership.effort, conditions * conditions);
  const filter = referencesAsIds(target.filter);
  // The only ids that can be selected; undefined when the filter does not name its members.
  const named = candidates(filter)?.filter((id) => matches(filter, memberOf(id)));
  if (op === "add") {
    if (named === undefined || named.length === 0) throw ScimError.noTarget("add");
    if (ids.some((id) => !named.includes(id))) throw ScimError.mutability("members");
    include(membership, named);
    return undefined;
  }
  if (op === "remove" && named !== undefined) {
    exclude(membership, named);
    return undefined;
  }
  const members = membersNow(membership);
  if (members === undefined) return "needsMembers";
  if (named === undefined) spendEffort(membership.effort, members.size * conditions);
  const selected = named?.filter((id) => members.has(id)) ?? [...members].filter((id) => matches(filter, memberOf(id)));
  if (op === "replace" && selected.length === 0) throw ScimError.noTarget("member");
  exclude(membership, selected);
  include(membership, ids);
  return undefined;
}

function include({ add, remove }: Membership, ids: readonly string[]): void {
  for (const id of ids) {
    remove.delete(id);
    add.add(id);
  }
}

function exclude({ exact, add, remove }: Membership, ids: readonly string[]): void {
  for (const id of ids) {
    add.delete(id);
    if (!exact) remove.add(id);
  }
}

function clear(membership: Membership): void {
  membership.exact = true;
  membership.add.clear();
  membership.remove.clear();
}

/** Undefined while they are neither given nor follow from the operations alone. */
function membersNow(membership: Membership): ReadonlySet<string> | undefined {
  membership.scans += 1;
  if (membership.scans > MAX_MEMBER_SCANS) throw ScimError.tooLarge("memberFilters", MAX_MEMBER_SCANS);
  if (membership.exact) return new Set(membership.add);
  if (membership.current === undefined) return undefined;
  return new Set([...membership.current.filter((id) => !membership.remove.has(id)), ...membership.add]);
}

/** What a filter sees of a member: a value, a type, and a `$ref` whose end is known. */
function memberOf(id: string): JsonObject {
  const type = isGroupId(id) ? "Group" : "User";
  return { value: id, type, $ref: `/${type}s/${id}` };
}

/** `$ref eq "…/Users/<id>"` names the id, whatever the URL before it. */
function referencesAsIds(filter: Filter): Filter {
  return mapComparisons(filter, (comparison) => {
    const { path, operator, value } = comparison;
    const equality = operator === "eq" || operator === "ne";
    if (path.attribute.name !== "$ref" || !equality || typeof value !== "string") return comparison;
    const id = idOfReference(value);
    return { ...comparison, path: { ...path, attribute: { ...path.attribute, name: "value" } }, value: id, key: id };
  });
}

/** Ids outside of which nothing matches. */
function candidates(filter: Filter): string[] | undefined {
  if (filter.kind === "compare") {
    const named = filter.path.attribute.name === "value" && filter.operator === "eq";
    return named && typeof filter.value === "string" ? [filter.value] : undefined;
  }
  if (filter.kind !== "and" && filter.kind !== "or") return undefined;
  const left = candidates(filter.left);
  const right = candidates(filter.right);
  if (filter.kind === "and") return left ?? right;
  return left && right && [...new Set([...left, ...right])];
}
