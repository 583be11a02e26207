import { ScimError } from "./error.ts";
import { conditionsOf, type Filter, matches } from "./filter/filter.ts";
import { asList, isObject, type Json, type JsonObject, saysNothing, valueNamed } from "./json.ts";
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
  additiveMembersReplace: "a replace of members added those it listed and removed nobody (rule additiveMembersReplace)",
  memberByReference: "a member came as a $ref without a value",
  nestedMembers: "members came nested in the value of an operation",
  unknownMemberSkipped:
    "members who are neither users nor groups of the organization, or came without an id, were left out (rule unknownMembers)",
} as const satisfies QuirkMeanings;

/**
 * The ids in a client's `members`, each once, in order. Accepted: a list of `{value}` or of bare ids, one such element
 * without a list, `{members: [...]}` (Salesforce), `{"$ref": ".../Users/<id>"}` without value. null and `[]`: no members.
 * @param unknown for an element of a list without an id, such as `{"value": null}` or `{"display": "Ada"}`
 * @param whole the value replaces a whole list: elements without any id are refused, because they do not say who stays
 * @throws ScimError 400 invalidValue for any other shape, so that an unreadable value never empties a group
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
  for (const element of Array.isArray(value) ? value : [value]) {
    const id = memberId(element, quirks);
    if (id !== undefined) ids.add(id);
    else if (listed && unknown === "skip") quirks.note<typeof MEMBER_QUIRKS>("unknownMemberSkipped");
    else throw unknownMembers();
  }
  if (whole && ids.size === 0 && !saysNothing(value)) throw unknownMembers();
  return [...ids];
}

/** Undefined for an object without `value` and `$ref`, or with empty ones. */
function memberId(element: Json, quirks: Quirks): string | undefined {
  if (typeof element === "string") {
    // JSON text is no id: skipping it as an unknown member would empty the group.
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

/** The rules for reading operations on members. */
export interface MemberRules {
  /** Whether a replace of `members` with a non-empty list adds them. */
  readonly additiveMembersReplace: boolean;
  /** For a member without an id. */
  readonly unknownMembers: "skip" | "refuse";
  /** For a path to a read-only attribute; inside a value such an attribute is always ignored. */
  readonly readOnlyPaths: "ignore" | "refuse";
}

const EFFECTS = { add: "include", remove: "exclude", replace: "exactly" } as const;

/** An operation on the members of a group, with their ids. @throws ScimError 400 */
export function readMemberOperation(
  op: Op,
  target: AttributeTarget,
  value: Json,
  rules: MemberRules,
  quirks: Quirks,
): ResolvedOperation {
  const part = target.kind === "value" ? target.sub : target.path.sub;
  if (part !== undefined) {
    // The server writes a member's name; the other parts identify the member (`members.display`, `members[…].value`).
    if (part.mutability !== "readOnly" || rules.readOnlyPaths === "refuse") throw ScimError.mutability("members");
    quirks.note<typeof VALUE_QUIRKS>("readOnlyIgnored", `members.${part.name}`);
    return { kind: "ignored", op, target };
  }
  if (target.kind === "value") assertDecidable(target.filter);
  if (target.kind === "value") return { kind: "selectedMembers", op, target, ids: idsBeside(op, value, rules, quirks) };
  // Without value, remove all (RFC 7644 section 3.5.2.2, Keycloak's null); with a list only its members, if empty none.
  if (op === "remove" && value === null) return { kind: "members", op, target, effect: "exactly", ids: [] };
  const ids = readMembers(value, quirks, rules.unknownMembers, op === "replace");
  if (op === "remove") quirks.note<typeof PATH_QUIRKS>("removeWithValues", "members");
  const additive = op === "replace" && rules.additiveMembersReplace && ids.length > 0;
  if (additive) quirks.note<typeof MEMBER_QUIRKS>("additiveMembersReplace");
  return { kind: "members", op, target, effect: additive ? "include" : EFFECTS[op], ids };
}

/** The beginning of a `$ref` is in answers only: a condition on it would select nobody, behind a success. @throws ScimError 400 */
function assertDecidable(filter: Filter): void {
  for (const condition of conditionsOf(filter)) {
    if (condition.kind === "present" || condition.path.attribute.name !== "$ref") continue;
    if (condition.value !== null && condition.operator !== "ew") {
      throw ScimError.invalidFilter("combination", condition.operator, "members.$ref");
    }
  }
}

/** The ids in the value of `members[value eq "…"]`: an add may repeat the id, or have only other attributes. */
function idsBeside(op: Op, value: Json, rules: MemberRules, quirks: Quirks): readonly string[] {
  switch (op) {
    case "remove":
      return [];
    case "replace":
      return readMembers(value, quirks, rules.unknownMembers, true);
    case "add": {
      const list = asList(value);
      if (!list.every((element) => isObject(element) || typeof element === "string")) throw unknownMembers();
      return list.filter(namesMember).flatMap((element) => readMembers([element], quirks, "refuse"));
    }
  }
}

function namesMember(element: Json): boolean {
  return !isObject(element) || Object.keys(element).some((name) => ["value", "$ref"].includes(name.toLowerCase()));
}

/** Carry out removals first, then additions. No id is in both. */
export interface MemberPlan {
  /** Remove all members first. */
  readonly exact: boolean;
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** Most filters over all members: each builds the whole member set. */
const MAX_MEMBER_SCANS = 20;

/** The effect of the operations so far on the members; it does not need the current members. */
interface Membership {
  exact: boolean;
  readonly add: Set<string>;
  readonly remove: Set<string>;
  readonly current: readonly string[] | undefined;
  readonly effort: Effort;
  scans: number;
}

/**
 * Turns the operations, in order, into a plan whose cost depends on the change. It needs the current members only where a
 * filter tests more than ids.
 * @param current ids of the members; pass them after the result "needsMembers"
 * @param effort as in applyPatch
 * @throws ScimError 400, also for any unreadable shape of `members`: a group is never emptied by mistake
 */
export function planMembers(
  operations: readonly ResolvedOperation[],
  current?: readonly string[],
  effort: Effort = { looks: 0 },
): MemberPlan | "needsMembers" {
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
  // At most one id per condition, each compared with all conditions.
  spendEffort(membership.effort, conditions * conditions);
  const { filter } = target;
  // The only ids that the filter can select; undefined when it does not name them.
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

/** Undefined where the members are not given and do not follow from the operations alone. */
function membersNow(membership: Membership): ReadonlySet<string> | undefined {
  membership.scans += 1;
  if (membership.scans > MAX_MEMBER_SCANS) throw ScimError.tooLarge("memberFilters", MAX_MEMBER_SCANS);
  if (membership.exact) return new Set(membership.add);
  if (membership.current === undefined) return undefined;
  return new Set([...membership.current.filter((id) => !membership.remove.has(id)), ...membership.add]);
}

/** A member as a filter sees it: value, type, and the end of its `$ref`. */
function memberOf(id: string): JsonObject {
  return { value: id, type: isGroupId(id) ? "Group" : "User", $ref: id };
}

/** The ids that can match; undefined where the filter does not limit them. */
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
