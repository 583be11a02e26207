import type { Bent, QuirkMeanings } from "../bent.ts";
import { ScimError } from "../error.ts";
import { isObject, type Json } from "../json.ts";
import { memberSelection, readMembers, unknownMembers } from "../members.ts";
import type { VALUE_QUIRKS } from "../readValue.ts";
import { conditionsIn, type Effort, spend } from "./effort.ts";
import type { Op, PATH_QUIRKS, ResolvedOperation, Target } from "./resolved.ts";

type Of<K extends ResolvedOperation["kind"]> = Extract<ResolvedOperation, { readonly kind: K }>;

export const REPLACE_QUIRKS = {
  additiveMembersReplace:
    "members were replaced by a single one; by the rule additiveMembersReplace it was added instead",
} as const satisfies QuirkMeanings;

/** How operations on members are read. */
export interface MemberRules {
  /** Whether replacing `members` with a non-empty list means adding it. */
  readonly additiveMembersReplace: boolean;
  /** Of a member without an id. */
  readonly unknownMembers: "skip" | "refuse";
  /** Of a path on what only the server writes; inside a value it is always ignored. */
  readonly readOnlyPaths: "ignore" | "refuse";
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
        if (changeSelected(membership, operation) === "needsMembers") return "needsMembers";
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
  bent: Bent,
): ResolvedOperation {
  const part = target.kind === "value" ? target.sub : target.path.sub;
  if (part !== undefined) {
    // A member's name is the server's own; its other parts are what it is (`members.display`, `members[…].value`).
    if (part.mutability !== "readOnly" || rules.readOnlyPaths === "refuse") throw immutable();
    bent.note<typeof VALUE_QUIRKS>("readOnlyIgnored", `members.${part.name}`);
    return { kind: "ignored", op, target };
  }
  if (op !== "remove" && value === undefined) throw ScimError.invalidValue("missing", op);
  const given = value ?? null;
  if (target.kind === "value") return { kind: "selectedMembers", op, target, ids: idsBeside(op, given, rules, bent) };
  // Without value everybody (RFC 7644 section 3.5.2.2, Keycloak's null); with a list those in it, with an empty one nobody.
  if (op === "remove" && given === null) return { kind: "members", op, target, effect: "exactly", ids: [] };
  const ids = readMembers(given, bent, rules.unknownMembers);
  return { kind: "members", op, target, effect: effectOf(op, ids, rules, bent), ids };
}

function effectOf(
  op: Op,
  ids: readonly string[],
  { additiveMembersReplace }: MemberRules,
  bent: Bent,
): "include" | "exclude" | "exactly" {
  switch (op) {
    case "add":
      return "include";
    case "remove":
      bent.note<typeof PATH_QUIRKS>("removeWithValues", "members");
      return "exclude";
    case "replace":
      if (!additiveMembersReplace || ids.length === 0) return "exactly";
      bent.note<typeof REPLACE_QUIRKS>("additiveMembersReplace");
      return "include";
  }
}

/** The ids beside `members[value eq "…"]`: an add may repeat the id or say other things of it. */
function idsBeside(op: Op, value: Json, rules: MemberRules, bent: Bent): readonly string[] {
  switch (op) {
    case "remove":
      return [];
    case "replace":
      return readMembers(value, bent, rules.unknownMembers);
    case "add":
      return (Array.isArray(value) ? value : [value]).flatMap((element) => {
        if (!isObject(element) && typeof element !== "string") throw unknownMembers();
        return namesMember(element) ? readMembers([element], bent, "refuse") : [];
      });
  }
}

function namesMember(element: Json): boolean {
  return !isObject(element) || Object.keys(element).some((name) => ["value", "$ref"].includes(name.toLowerCase()));
}

function changeMembers(membership: Membership, { effect, ids }: Of<"members">): void {
  if (effect === "exactly") clear(membership);
  const change = effect === "exclude" ? exclude : include;
  for (const id of ids) change(membership, id);
}

/** `members[value eq "…"]`. */
function changeSelected(
  membership: Membership,
  { op, target, ids }: Of<"selectedMembers">,
): "needsMembers" | undefined {
  const conditions = conditionsIn(target.filter);
  // At most one id for each condition, each held against all of them.
  spend(membership.effort, conditions * conditions);
  const selection = memberSelection(target.filter);
  if (op === "add") {
    if (selection.ids === undefined || selection.ids.length === 0) throw ScimError.noTarget("add");
    if (ids.some((id) => !selection.ids?.includes(id))) throw immutable();
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

function immutable(): ScimError {
  return ScimError.mutability("members");
}
