import { ScimError } from "../error.ts";
import { conditionsIn } from "../filter/filter.ts";
import { isObject, type Json, type JsonObject, sameJson } from "../json.ts";
import { memberSelection } from "../members.ts";
import { type AttributePath, valueAt } from "../paths.ts";
import type { Quirks } from "../quirks.ts";
import { assertWithinLimits, canonical, isMissing, missing, withoutHollowElements } from "../readResource.ts";
import type { ResourceType, Schema } from "../schema.ts";
import { type Change, changePart, changeSelected, changeValues, merged } from "./changeValues.ts";
import type { AttributeOperation, OperationOf, ResolvedOperation } from "./resolved.ts";

/** Other than of members: each makes the attribute anew. */
const MAX_CHANGES = 1000;

interface Patch extends Change {
  readonly type: ResourceType;
  readonly effort: Effort;
  changes: number;
}

/**
 * Applies the operations in order to canonical attributes, which stay untouched (RFC 7644 section 3.5.2). Those on members
 * are left to planMembers. Whether a userName may change is for the use case to say.
 * @returns the same object when nothing changed in effect
 * @throws ScimError 400: then nothing of the patch is to be kept
 */
export function applyPatch(
  type: ResourceType,
  attributes: JsonObject,
  operations: readonly ResolvedOperation[],
  rules: Pick<Change, "replaceWithoutTarget">,
  quirks: Quirks,
): JsonObject {
  const { replaceWithoutTarget } = rules;
  const patch: Patch = { type, replaceWithoutTarget, quirks, effort: { looks: 0 }, changes: 0 };
  let next = attributes;
  for (const operation of operations) next = applyOperation(next, operation, patch);
  if (next === attributes) return attributes;
  if (sameJson(canonical(type, next), attributes)) return attributes;
  // At the end, so that an operation may name the type of an element and a later one its value.
  const result = canonical(type, withoutHollowElements(type, next, quirks));
  if (sameJson(result, attributes)) return attributes;
  assertWithinLimits(result);
  return result;
}

function applyOperation(resource: JsonObject, operation: ResolvedOperation, patch: Patch): JsonObject {
  switch (operation.kind) {
    case "set":
    case "merge":
    case "values":
    case "part":
    case "selected":
      return applyToAttribute(resource, operation, patch);
    case "extension":
      return operation.op === "add" ? resource : withoutExtension(resource, operation.target.schema, patch);
    case "members":
    case "selectedMembers":
    case "ignored":
      return resource;
    case "refused":
      throw operation.error;
  }
}

function applyToAttribute(resource: JsonObject, operation: AttributeOperation, patch: Patch): JsonObject {
  const { op, target } = operation;
  patch.changes += 1;
  if (patch.changes > MAX_CHANGES) throw ScimError.tooLarge("changes", MAX_CHANGES);
  const { attribute } = target.path;
  const current = valueAt(resource, target.path);
  spend(patch.effort, looksAt(operation, current));
  const next = nextValue(operation, current, patch);
  if (next === current) return resource;
  if (attribute.required && !attribute.multiValued && isMissing(next)) {
    if (op === "remove") throw ScimError.mutability("required", attribute.name);
    throw missing(attribute.name);
  }
  return withValueAt(resource, target.path, next);
}

/** Every value that is there is held against each condition of the path, or each value that is listed for removal. */
function looksAt(operation: AttributeOperation, current: Json | undefined): number {
  const there = Array.isArray(current) ? current.length : 0;
  if (operation.target.kind === "value") return there * conditionsIn(operation.target.filter);
  const listed = operation.kind === "values" && operation.op === "remove" ? operation.values : undefined;
  return there * (listed?.length ?? 1);
}

function nextValue(operation: AttributeOperation, current: Json | undefined, patch: Patch): Json | undefined {
  const { attribute } = operation.target.path;
  switch (operation.kind) {
    case "set":
      return operation.value;
    case "merge":
      return merged(attribute, isObject(current) ? current : {}, operation.parts);
    case "values":
      return changeValues(operation, current, patch);
    case "part":
      return changePart(operation, current, patch);
    case "selected":
      return changeSelected(operation, current, patch);
  }
}

function withoutExtension(resource: JsonObject, schema: Schema, { type }: Patch): JsonObject {
  if (resource[schema.id] === undefined) return resource;
  if (type.extensions.some((extension) => extension.schema === schema && extension.required)) {
    throw ScimError.mutability("required", schema.id);
  }
  const { [schema.id]: _removed, ...rest } = resource;
  return rest;
}

function withValueAt(resource: JsonObject, path: AttributePath, value: Json | undefined): JsonObject {
  const { schema, attribute } = path;
  if (schema !== undefined) {
    const container = resource[schema];
    const next = withValueAt(isObject(container) ? container : {}, { ...path, schema: undefined }, value);
    return { ...resource, [schema]: next };
  }
  if (value !== undefined) return { ...resource, [attribute.name]: value };
  const { [attribute.name]: _removed, ...rest } = resource;
  return rest;
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

/** What the operations so far make of the members, whoever they are now. */
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
    switch (operation.kind) {
      case "members":
        changeMembers(membership, operation);
        break;
      case "selectedMembers":
        if (changeSelectedMembers(membership, operation) === "needsMembers") return "needsMembers";
        break;
      case "refused":
        throw operation.error;
      case "set":
      case "merge":
      case "values":
      case "part":
      case "selected":
      case "extension":
      case "ignored":
        break;
    }
  }
  return { exact: membership.exact, add: [...membership.add], remove: [...membership.remove] };
}

function changeMembers(membership: Membership, { effect, ids }: OperationOf<"members">): void {
  if (effect === "exactly") clear(membership);
  const change = effect === "exclude" ? exclude : include;
  for (const id of ids) change(membership, id);
}

/** `members[value eq "…"]`. */
function changeSelectedMembers(
  membership: Membership,
  { op, target, ids }: OperationOf<"selectedMembers">,
): "needsMembers" | undefined {
  const conditions = conditionsIn(target.filter);
  // At most one id for each condition, each held against all of them.
  spend(membership.effort, conditions * conditions);
  const selection = memberSelection(target.filter);
  if (op === "add") {
    if (selection.ids === undefined || selection.ids.length === 0) throw ScimError.noTarget("add");
    if (ids.some((id) => !selection.ids?.includes(id))) throw ScimError.mutability("members");
    for (const id of selection.ids) include(membership, id);
    return undefined;
  }
  if (op === "remove" && selection.ids !== undefined) {
    for (const id of selection.ids) exclude(membership, id);
    return undefined;
  }
  const members = membersNow(membership);
  if (members === undefined) return "needsMembers";
  if (selection.ids === undefined) spend(membership.effort, members.size * conditions);
  const selected = [...(selection.ids ?? members)].filter((id) => members.has(id) && selection.includes(id));
  if (op === "replace" && selected.length === 0) throw ScimError.noTarget("member");
  for (const id of selected) exclude(membership, id);
  for (const id of ids) include(membership, id);
  return undefined;
}

function include(membership: Membership, id: string): void {
  membership.remove.delete(id);
  membership.add.add(id);
}

function exclude(membership: Membership, id: string): void {
  membership.add.delete(id);
  if (!membership.exact) membership.remove.add(id);
}

function clear(membership: Membership): void {
  membership.exact = true;
  membership.add.clear();
  membership.remove.clear();
}

/** Undefined while they are neither given nor follow from the operations alone. */
function membersNow(membership: Membership): ReadonlySet<string> | undefined {
  membership.scans += 1;
  if (membership.scans > MAX_MEMBER_SCANS) {
    throw ScimError.tooLarge("memberFilters", MAX_MEMBER_SCANS);
  }
  if (membership.exact) return new Set(membership.add);
  if (membership.current === undefined) return undefined;
  const members = new Set(membership.current);
  for (const id of membership.remove) members.delete(id);
  for (const id of membership.add) members.add(id);
  return members;
}

/** How often one PATCH may look at a value or a member: seconds of work on a small machine. */
const MAX_LOOKS = 1_000_000;

/** What a PATCH has cost so far. Values times conditions times operations grow beyond any deadline within one body. */
interface Effort {
  looks: number;
}

/** @throws ScimError 413 when the request costs more than any real one */
function spend(effort: Effort, looks: number): void {
  effort.looks += looks;
  if (effort.looks <= MAX_LOOKS) return;
  throw ScimError.tooLarge("effort");
}
