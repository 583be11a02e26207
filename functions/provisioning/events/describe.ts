import { isObject, type Json, type JsonObject, sameJson } from "../../scim/json.ts";
import type { LoggedVersions } from "../../store/eventLog.ts";
import type { Stamp } from "../../store/records.ts";
import { readMembershipText, readWriteId } from "../../store/resourceItems.ts";
import type { LinkStep, LogStep, ResourceStep, SettingsStep } from "../../store/steps.ts";
import type { Item } from "../../store/table.ts";
import { LOGGED_SETTINGS, LOGGED_TOKEN, settingsIn } from "./loggedSettings.ts";

/** An event before it has a number. */
export interface Draft {
  readonly type: string;
  /** Of the subject after the change. */
  readonly version: number;
  /** Of a user's link. */
  readonly linkVersion?: number;
  /** Versions from here up to `version` have no event of their own: a consumer reads the resource anew. */
  readonly from?: number;
  /** Whether the identity provider's side of the directory changed; absent of what is no resource. */
  readonly managed?: boolean;
  readonly stamp: Stamp;
  /** Names of attributes that changed, sorted, those of an extension behind its URN; `["*"]`: nobody knows which. */
  readonly changed?: readonly string[];
  /** Members of a team that joined and left: at most 99. */
  readonly added?: readonly string[];
  readonly removed?: readonly string[];
  /** Of the changed attributes; absent where none has a value that the log may hold. */
  readonly before?: JsonObject;
  readonly after?: JsonObject;
}

/** `known`: nothing to do. `silent`: a version in which nothing changed for anybody. */
export type Description =
  | { readonly outcome: "known" }
  | { readonly outcome: "silent" }
  | { readonly outcome: "events"; readonly drafts: readonly Draft[] };

const KNOWN: Description = { outcome: "known" };

/** What is left of a resource that was deleted. */
export interface Trace {
  readonly version: number;
  readonly stamp: Stamp;
}

/**
 * What the log has to say of a step: each version is accounted for once, by its event, by one whose `from` covers it, or
 * silently.
 * @param versions the last ones of the subject that the log accounted for; 0: the log is younger than the subject
 * @param trace of a step without `after` only: its tombstone, undefined where there is none (adoption, purge)
 */
export function describeStep(step: LogStep, versions: LoggedVersions, trace?: Trace): Description {
  const logged = step.of === "link" ? versions.linkVersion : versions.version;
  if (step.version <= logged) return KNOWN;
  if (step.of === "link") return describeLink(step, versions);
  if (step.of !== "resource") return describeSettings(step, logged);
  if (step.after === undefined) return describeDeletion(step, logged, trace);
  if (step.previous === undefined) return describeFirst(step, step.after, logged);
  // An inspection found the version without its record: nobody knows what changed.
  if (step.before === undefined)
    return { outcome: "events", drafts: [covering(step, step.after, step.version, logged)] };
  const drafts: Draft[] = [];
  // A record got lost: what the old image says of the version before stands for it.
  if (logged > 0 && step.previous > logged && step.before !== undefined) {
    drafts.push(covering(step, step.before, step.previous, logged));
  }
  const own = changeDraft(step, step.after, logged);
  if (own !== undefined) drafts.push(own);
  if (drafts.length > 0) return { outcome: "events", drafts };
  // Readers may not know the subject at all.
  if (logged === 0) return { outcome: "events", drafts: [covering(step, step.after, step.version, logged)] };
  return { outcome: "silent" };
}

/** @throws Error for a step whose images cannot be read: whatever the log knows, it can say nothing of it */
export function assertReadable(step: LogStep): void {
  describeStep(step, { version: 0, linkVersion: 0 });
  if (step.of === "resource" && step.before !== undefined) stampOf(step.before);
}

function describeDeletion(step: ResourceStep, logged: number, trace: Trace | undefined): Description {
  // Nobody deleted it: it changed sides, or its org is being purged.
  if (trace === undefined || trace.version !== step.version) return KNOWN;
  const draft: Draft = {
    type: `${nounOf(step)}.deleted`,
    version: step.version,
    ...fromAfter(logged, step.version),
    managed: step.side === "managed",
    stamp: trace.stamp,
  };
  return { outcome: "events", drafts: [draft] };
}

function describeFirst(step: ResourceStep, after: Item, logged: number): Description {
  const stamp = stampOf(after);
  // An import makes one event for all that it brings.
  if (stamp.tokenId === IMPORT_ACTOR) return KNOWN;
  const values = attributesOf(after);
  const draft: Draft = {
    // What begins with a later version was there before, on the other side.
    type: `${nounOf(step)}.${step.version === 1 ? "created" : "adopted"}`,
    version: step.version,
    // Those of the other side may be under way still.
    ...fromAfter(logged, step.version),
    managed: step.side === "managed",
    stamp,
    changed: changedNames({}, values),
    ...membersOf(after),
    after: values,
  };
  return { outcome: "events", drafts: [draft] };
}

/** The actor of all that an import writes: no name that a caller can give (`actorOf`). */
export const IMPORT_ACTOR = "#import";

/** One image says all of a link, whatever got lost before it. */
function describeLink({ version: linkVersion, before, after }: LinkStep, logged: LoggedVersions): Description {
  const draft: Draft = {
    type: `user.${after.a === undefined ? "unlinked" : "linked"}`,
    version: logged.version,
    linkVersion,
    ...fromAfter(logged.linkVersion, linkVersion),
    stamp: stampOf(after),
    changed: ["applicationId"],
    before: applicationIdOf(before),
    after: applicationIdOf(after),
  };
  return { outcome: "events", drafts: [draft] };
}

function applicationIdOf(link: Item | undefined): JsonObject {
  return link?.a === undefined ? {} : { applicationId: String(link.a) };
}

/** The event of a version whose own record never came. */
function covering(step: ResourceStep, before: Item, version: number, logged: number): Draft {
  return {
    type: `${nounOf(step)}.updated`,
    version,
    ...fromAfter(logged, version),
    managed: step.side === "managed",
    stamp: stampOf(before),
    changed: ["*"],
    ...membersOf(before),
  };
}

function changeDraft(step: ResourceStep, after: Item, logged: number): Draft | undefined {
  const { before, version } = step;
  const [from, to] = [before === undefined ? {} : attributesOf(before), attributesOf(after)];
  const changed = before?.d === after.d ? [] : changedNames(from, to);
  const members = membersOf(after);
  if (changed.length === 0 && members === undefined) return undefined;
  // Where the log begins, nobody knows what came between it and what readers have: an import, the release before.
  const begins = logged === 0 ? fromAfter(logged, version) : {};
  const common = { version, ...begins, managed: step.side === "managed", stamp: stampOf(after), ...members };
  if (changed.length === 0) return { type: membershipType(members), ...common };
  return {
    type: `${nounOf(step)}.${verbOf(from, to, changed)}`,
    ...common,
    changed,
    before: valuesOf(from, changed),
    after: valuesOf(to, changed),
  };
}

function verbOf(from: JsonObject, to: JsonObject, changed: readonly string[]): string {
  if (!changed.includes("active") || (from.active === true) === (to.active === true)) return "updated";
  return to.active === true ? "activated" : "deactivated";
}

function membershipType(members: Members | undefined): string {
  const [joined, left] = [members?.added !== undefined, members?.removed !== undefined];
  return `membership.${joined && left ? "changed" : joined ? "added" : "removed"}`;
}

interface Members {
  readonly added?: readonly string[];
  readonly removed?: readonly string[];
}

/**
 * The members that the very write of this image changed: `mc` belongs to it only where it begins with the part of the
 * write id that is new each time. Writes that change no member leave the text of an earlier one behind.
 */
function membersOf({ mc, lr }: Item): Members | undefined {
  if (typeof mc !== "string" || !mc.startsWith(`${String(lr).slice(String(lr).lastIndexOf(" ") + 1)} `))
    return undefined;
  const { added, removed } = readMembershipText(mc);
  if (added.length + removed.length === 0) return undefined;
  return { ...(added.length > 0 ? { added } : {}), ...(removed.length > 0 ? { removed } : {}) };
}

function fromAfter(logged: number, version: number): { readonly from?: number } {
  return logged + 1 < version ? { from: logged + 1 } : {};
}

function nounOf({ layout }: ResourceStep): string {
  return layout.eventName ?? layout.kind;
}

function describeSettings(step: SettingsStep, logged: number): Description {
  const { version, previous = 0, before, after } = step;
  const stamp = stampOrNobody(after);
  if (step.of === "import") return { outcome: "events", drafts: [{ type: "org.imported", version, stamp }] };
  const noun = step.of === "settings" ? "org" : "token";
  // As of a resource.
  if (before === undefined && step.previous !== undefined) {
    const covered = logged > 0 ? fromAfter(logged, version) : {};
    return { outcome: "events", drafts: [{ type: `${noun}.updated`, version, ...covered, stamp, changed: ["*"] }] };
  }
  const allowed = step.of === "settings" ? LOGGED_SETTINGS : LOGGED_TOKEN;
  const [from, to] = [before === undefined ? {} : settingsIn(before), settingsIn(after)];
  const changed = allowed.filter((name) => !sameJson(from[name], to[name]));
  if (step.of === "settings" && before !== undefined && !sameJson(from.tokenEpoch, to.tokenEpoch))
    changed.push("tokenEpoch");
  // Versions of a token are those of its org's settings, so that most of them are not its own: only a record that got lost
  // left one out.
  const isLost = logged > 0 && previous > logged;
  // Readers may not know it at all.
  const isUnknown = logged === 0 && before !== undefined && changed.length === 0;
  if (before !== undefined && changed.length === 0 && !isLost && !isUnknown) return { outcome: "silent" };
  const verb = before === undefined ? "created" : changed.includes("revokedAt") ? "revoked" : "updated";
  const shown = changed.filter((name) => allowed.includes(name));
  const values = {
    changed: changed.sort(),
    ...(before === undefined ? {} : { before: valuesOf(from, shown) }),
    after: valuesOf(to, shown),
  };
  const draft: Draft = {
    type: `${noun}.${verb}`,
    version,
    stamp,
    ...(isLost ? { from: logged + 1 } : {}),
    ...(isLost || isUnknown ? { changed: ["*"] } : values),
  };
  return { outcome: "events", drafts: [draft] };
}

function stampOf(item: Item): Stamp {
  return readWriteId(String(item.lr));
}

/** Settings and tokens of earlier releases do not say who wrote them. */
function stampOrNobody(item: Item): Stamp {
  return item.lr === undefined ? { at: "", tokenId: "", reference: "" } : stampOf(item);
}

/** The SCIM attributes behind the line of the store's own. */
function attributesOf(item: Item): JsonObject {
  const text = String(item.d);
  // The store keeps the JSON text of an object.
  return JSON.parse(text.slice(text.indexOf("\n") + 1)) as JsonObject;
}

function valuesOf(all: JsonObject, names: readonly string[]): JsonObject {
  const values: Record<string, Json> = {};
  for (const name of names) {
    const value = valueAt(all, name);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

/** @param name as `changedNames` writes it: of an extension's attribute `urn:…:User:department` */
function valueAt(all: JsonObject, name: string): Json | undefined {
  if (Object.hasOwn(all, name) || !name.startsWith("urn:")) return all[name];
  const end = name.lastIndexOf(":");
  const extension = all[name.slice(0, end)];
  return isObject(extension) ? extension[name.slice(end + 1)] : undefined;
}

/** Names of attributes that differ, those of an extension behind its URN. `schemas` follows from the others. */
function changedNames(before: JsonObject, after: JsonObject): string[] {
  const names: string[] = [];
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (name === "schemas" || sameJson(before[name], after[name])) continue;
    const [from, to] = [before[name], after[name]];
    if (!name.startsWith("urn:")) names.push(name);
    else names.push(...changedNames(isObject(from) ? from : {}, isObject(to) ? to : {}).map((sub) => `${name}:${sub}`));
  }
  return names.sort();
}
