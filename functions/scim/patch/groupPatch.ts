import { namesCore } from "../attributePath.ts";
import { Bent, type QuirkMeanings } from "../bent.ts";
import { ScimError } from "../error.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { readMembers, unknownMembers } from "../readResource.ts";
import type { VALUE_QUIRKS } from "../readValue.ts";
import type { Attribute, ResourceType } from "../schema.ts";
import { applyPatch, type PatchOptions } from "./applyPatch.ts";
import type { LISTED_QUIRKS } from "./changeValues.ts";
import { conditionsIn, type Effort, spend } from "./effort.ts";
import { memberSelection } from "./memberSelection.ts";
import { type PatchPath, parsePatchPath, resolveName } from "./patchPath.ts";
import type { PatchOperation } from "./readPatch.ts";

export const REPLACE_QUIRKS = {
  additiveMembersReplace:
    "members were replaced by a single one; by the rule additiveMembersReplace it was added instead",
} as const satisfies QuirkMeanings;

export interface GroupPatchOptions extends PatchOptions {
  /** Whether replacing `members` with a non-empty list means adding it. */
  readonly additiveMembersReplace: boolean;
  /** Of a member without an id. */
  readonly unknownMembers: "skip" | "refuse";
}

/** Remove first, then add. No id is in both. */
export interface MemberPlan {
  /** Start from the empty set. */
  readonly exact: boolean;
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

export interface GroupPlan {
  /** The same object when they did not change. */
  readonly attributes: JsonObject;
  readonly members: MemberPlan;
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
 * @param currentMembers ids; give them after the answer was "needsMembers"
 * @throws ScimError 400, also for any shape of `members` that is not understood: a group is never emptied by mistake
 */
export function planGroupPatch(
  type: ResourceType,
  attributes: JsonObject,
  operations: readonly PatchOperation[],
  options: GroupPatchOptions,
  bent: Bent,
  currentMembers?: readonly string[],
): GroupPlan | "needsMembers" {
  // Recorded only with the plan, so that planning twice does not count twice.
  const noted = new Bent();
  const membership: Membership = {
    exact: false,
    add: new Set(),
    remove: new Set(),
    current: currentMembers,
    effort: { looks: 0 },
    scans: 0,
  };
  const rest: PatchOperation[] = [];
  for (const operation of operations) {
    const [others, ofMembers] = split(type, operation);
    if (others !== undefined) rest.push(others);
    for (const { op, path, value } of ofMembers) {
      const done =
        path?.kind === "value"
          ? changeSelected(membership, op, path, value, options, noted)
          : changeMembers(membership, op, path, value, options, noted);
      if (done === "needsMembers") return done;
    }
  }
  const next = applyPatch(type, attributes, rest, options, noted);
  bent.take(noted);
  return {
    attributes: next,
    members: { exact: membership.exact, add: [...membership.add], remove: [...membership.remove] },
  };
}

/** An operation on members; without path it came out of the value of an operation without path. */
interface MemberOperation extends Pick<PatchOperation, "op" | "value"> {
  readonly path: PatchPath | undefined;
}

/** What of the operation is about other attributes, and what is about members. */
function split(type: ResourceType, operation: PatchOperation): [PatchOperation | undefined, MemberOperation[]] {
  const { op, path: text, value } = operation;
  if (text !== undefined) {
    const path = parsePatchPath(type, text);
    return isOfMembers(path) ? [undefined, [{ op, path, value }]] : [operation, []];
  }
  if (op === "remove" || !isObject(value)) return [operation, []];
  const ofMembers: MemberOperation[] = [];
  const others = withoutMembers(type, op, value, ofMembers);
  const nothingElse = ofMembers.length > 0 && Object.keys(others).length === 0;
  return [nothingElse ? undefined : { op, path: undefined, value: others }, ofMembers];
}

function withoutMembers(
  type: ResourceType,
  op: "add" | "replace",
  value: JsonObject,
  ofMembers: MemberOperation[],
): JsonObject {
  const others: [string, Json][] = [];
  for (const [name, part] of Object.entries(value)) {
    if (namesCore(type, name) && isObject(part)) {
      others.push([name, withoutMembers(type, op, part, ofMembers)]);
      continue;
    }
    const path = name.includes("[") ? parsePatchPath(type, name) : resolveName(type, name);
    if (isOfMembers(path)) ofMembers.push({ op, path, value: part });
    else others.push([name, part]);
  }
  return Object.fromEntries(others);
}

function isOfMembers(path: PatchPath | undefined): boolean {
  return path !== undefined && path.kind !== "extension" && path.path.attribute.name === "members";
}

/** The path ends in `members`, or names a part of all of them. */
function changeMembers(
  membership: Membership,
  op: PatchOperation["op"],
  path: PatchPath | undefined,
  value: Json | undefined,
  options: GroupPatchOptions,
  bent: Bent,
): void {
  if (path?.kind === "attribute" && path.path.sub !== undefined) {
    ignorePart(path.path.sub, options, bent);
    return;
  }
  if (op === "remove") {
    removeListed(membership, value ?? null, options, bent);
    return;
  }
  if (value === undefined) throw ScimError.invalidValue("missing", op);
  const ids = readMembers(value, bent, options.unknownMembers);
  if (op === "replace") {
    if (options.additiveMembersReplace && ids.length > 0) bent.note<typeof REPLACE_QUIRKS>("additiveMembersReplace");
    else clear(membership);
  }
  for (const id of ids) include(membership, id);
}

/** Without value everybody (RFC 7644 section 3.5.2.2, Keycloak's null); with a list those in it, with an empty one nobody. */
function removeListed(membership: Membership, value: Json, options: GroupPatchOptions, bent: Bent): void {
  if (value === null) {
    clear(membership);
    return;
  }
  const ids = readMembers(value, bent, options.unknownMembers);
  bent.note<typeof LISTED_QUIRKS>("removeWithValues", "members");
  for (const id of ids) exclude(membership, id);
}

/** A member's name is the server's own; its other parts are what it is (`members.display`, `members[…].value`). */
function ignorePart({ name, mutability }: Attribute, options: GroupPatchOptions, bent: Bent): undefined {
  if (mutability !== "readOnly" || options.readOnlyPaths === "refuse") throw immutable();
  bent.note<typeof VALUE_QUIRKS>("readOnlyIgnored", `members.${name}`);
}

/** `members[value eq "…"]`. */
function changeSelected(
  membership: Membership,
  op: PatchOperation["op"],
  path: Extract<PatchPath, { kind: "value" }>,
  value: Json | undefined,
  options: GroupPatchOptions,
  bent: Bent,
): "needsMembers" | undefined {
  if (path.sub !== undefined) return ignorePart(path.sub, options, bent);
  const conditions = conditionsIn(path.filter);
  // At most one id for each condition, each held against all of them.
  spend(membership.effort, conditions * conditions);
  const selection = memberSelection(path.filter);
  if (op === "add") {
    addSelected(membership, selection.ids, value, bent);
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
  if (op === "replace") {
    if (value === undefined) throw ScimError.invalidValue("missing", "replace");
    const replacements = readMembers(value, bent, options.unknownMembers);
    if (selected.length === 0) throw ScimError.noTarget("member");
    for (const id of selected) exclude(membership, id);
    for (const id of replacements) include(membership, id);
    return undefined;
  }
  for (const id of selected) exclude(membership, id);
  return undefined;
}

/** Adds the members the filter names; a value may repeat the id or say other things of it, but not name another. */
function addSelected(
  membership: Membership,
  ids: readonly string[] | undefined,
  value: Json | undefined,
  bent: Bent,
): void {
  if (ids === undefined || ids.length === 0) {
    throw ScimError.noTarget("add");
  }
  if (value === undefined) throw ScimError.invalidValue("missing", "add");
  const elements = Array.isArray(value) ? value : [value];
  for (const element of elements) {
    if (!isObject(element) && typeof element !== "string") throw unknownMembers();
    const named = namesMember(element) ? readMembers([element], bent, "refuse") : [];
    if (named.some((id) => !ids.includes(id))) throw immutable();
  }
  for (const id of ids) include(membership, id);
}

function namesMember(element: Json): boolean {
  return !isObject(element) || Object.keys(element).some((name) => ["value", "$ref"].includes(name.toLowerCase()));
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
