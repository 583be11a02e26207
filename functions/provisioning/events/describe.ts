import { type JsonObject, sameJson } from "../../scim/json.ts";
import { type LoggedVersions, NOTHING_LOGGED } from "../../store/eventLog.ts";
import type { HoldState } from "../../store/holds.ts";
import type { Stamp } from "../../store/records.ts";
import { assignedOf } from "../../store/roles/assigned.ts";
import type { HoldStep, LinkStep, LogStep, ResourceStep, RolesStep, SettingsStep } from "../../store/steps.ts";
import type { Item } from "../../store/table.ts";
import {
  changedAttributes,
  imageStamp,
  pickedValues,
  resourceAttributes,
  stampOrNobody,
  type WrittenMembers,
  writtenMembers,
} from "./images.ts";
import { LOGGED_SETTINGS, LOGGED_TOKEN, settingsIn } from "./loggedSettings.ts";

/** An event before it has a number. */
export interface Draft {
  readonly type: string;
  /** Of the subject after the change. */
  readonly version: number;
  /** Of a user's link. */
  readonly linkVersion?: number;
  /** Of a user's roles. */
  readonly rolesVersion?: number;
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
  const logged = loggedOf(step, versions);
  if (step.version <= logged) return KNOWN;
  if (step.of === "link") return describeLink(step, versions);
  if (step.of === "roles") return describeRoles(step, versions);
  if (step.of === "hold") return describeHold(step, logged);
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

/** The version up to which all is accounted for, of what the step counts. */
export function loggedOf({ of }: Pick<LogStep, "of">, versions: LoggedVersions): number {
  if (of === "link") return versions.linkVersion;
  return of === "roles" ? versions.rolesVersion : versions.version;
}

/** @throws Error for a step whose images cannot be read: whatever the log knows, it can say nothing of it */
export function assertReadable(step: LogStep): void {
  describeStep(step, NOTHING_LOGGED);
  if (step.of === "resource" && step.before !== undefined) imageStamp(step.before);
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
  const stamp = imageStamp(after);
  // An import makes one event for all that it brings.
  if (stamp.tokenId === IMPORT_ACTOR) return KNOWN;
  const values = resourceAttributes(after);
  const draft: Draft = {
    // What begins with a later version was there before, on the other side.
    type: `${nounOf(step)}.${step.version === 1 ? "created" : "adopted"}`,
    version: step.version,
    // Those of the other side may be under way still.
    ...fromAfter(logged, step.version),
    managed: step.side === "managed",
    stamp,
    changed: changedAttributes({}, values),
    ...writtenMembers(after),
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
    stamp: imageStamp(after),
    changed: ["applicationId"],
    before: applicationIdOf(before),
    after: applicationIdOf(after),
  };
  return { outcome: "events", drafts: [draft] };
}

function applicationIdOf(link: Item | undefined): JsonObject {
  return link?.a === undefined ? {} : { applicationId: String(link.a) };
}

/**
 * Roles end with their user, whose deletion says so; a look that began before it writes them a little later, and nobody would
 * take their values out of that event any more.
 */
function describeRoles(
  { version: rolesVersion, previous, before, after }: RolesStep,
  logged: LoggedVersions,
): Description {
  if (logged.gone === true) return KNOWN;
  // An inspection found the version without its record: nobody knows what it was before.
  const from = before === undefined && previous !== undefined ? {} : { before: rolesIn(before) };
  const draft: Draft = {
    type: "user.roles.changed",
    version: logged.version,
    rolesVersion,
    ...fromAfter(logged.rolesVersion, rolesVersion),
    stamp: imageStamp(after),
    changed: ["roles"],
    ...from,
    after: rolesIn(after),
  };
  return { outcome: "events", drafts: [draft] };
}

function rolesIn(item: Item | undefined): JsonObject {
  const roles = item === undefined ? [] : assignedOf(item).roles;
  return { roles: roles.map(({ key, sources }) => ({ key, sources: sources.map((source) => ({ ...source })) })) };
}

/** The event of a version whose own record never came. */
function covering(step: ResourceStep, before: Item, version: number, logged: number): Draft {
  return {
    type: `${nounOf(step)}.updated`,
    version,
    ...fromAfter(logged, version),
    managed: step.side === "managed",
    stamp: imageStamp(before),
    changed: ["*"],
    ...writtenMembers(before),
  };
}

function changeDraft(step: ResourceStep, after: Item, logged: number): Draft | undefined {
  const { before, version } = step;
  const [from, to] = [before === undefined ? {} : resourceAttributes(before), resourceAttributes(after)];
  const changed = before?.d === after.d ? [] : changedAttributes(from, to);
  const members = writtenMembers(after);
  if (changed.length === 0 && members === undefined) return undefined;
  // Where the log begins, nobody knows what came between it and what readers have: an import, the release before.
  const begins = logged === 0 ? fromAfter(logged, version) : {};
  const common = { version, ...begins, managed: step.side === "managed", stamp: imageStamp(after), ...members };
  if (changed.length === 0) return { type: membershipType(members), ...common };
  return {
    type: `${nounOf(step)}.${verbOf(from, to, changed)}`,
    ...common,
    changed,
    before: pickedValues(from, changed),
    after: pickedValues(to, changed),
  };
}

function verbOf(from: JsonObject, to: JsonObject, changed: readonly string[]): string {
  if (!changed.includes("active") || (from.active === true) === (to.active === true)) return "updated";
  return to.active === true ? "activated" : "deactivated";
}

function membershipType(members: WrittenMembers | undefined): string {
  const [joined, left] = [members?.added !== undefined, members?.removed !== undefined];
  return `membership.${joined && left ? "changed" : joined ? "added" : "removed"}`;
}

function fromAfter(logged: number, version: number): { readonly from?: number } {
  return logged + 1 < version ? { from: logged + 1 } : {};
}

/** One image says all of a hold. */
function describeHold({ version, after }: HoldStep, logged: number): Description {
  // Only HoldStore writes it.
  const { hold } = JSON.parse(String(after.d)) as Pick<HoldState, "hold">;
  const draft: Draft = { type: "org.held", version, ...fromAfter(logged, version), stamp: imageStamp(after) };
  if (hold === undefined) return { outcome: "events", drafts: [draft] };
  const { kind, lost, asked, roster, limit } = hold;
  return { outcome: "events", drafts: [{ ...draft, after: { kind, lost, asked, roster, limit } }] };
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
    ...(before === undefined ? {} : { before: pickedValues(from, shown) }),
    after: pickedValues(to, shown),
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
