import { type JsonObject, sameJson } from "../../scim/json.ts";
import type { LoggedVersions } from "../../store/eventLog.ts";
import { storedHold } from "../../store/holds.ts";
import { NOTHING_LOGGED } from "../../store/logTransaction.ts";
import type { Stamp } from "../../store/records.ts";
import { assignedOf } from "../../store/roles/assigned.ts";
import type { ItemStep, LogStep, ResourceStep } from "../../store/steps.ts";
import type { Item } from "../../store/table.ts";
import {
  adoptedAttributes,
  changedAttributes,
  imageStamp,
  pickedValues,
  resourceAttributes,
  stampOrNobody,
  writtenMembers,
} from "./images.ts";
import { LOGGED_SETTINGS, LOGGED_TOKEN, settingsIn } from "./loggedSettings.ts";

/** What happened to a subject: ids, versions and names, never a value. */
export interface EventFacts {
  readonly type: string;
  /** The subject's version after the change. For an event about a link or roles: the user's, as far as the log knows it. */
  readonly version: number;
  /** The link's own version, only for events about links. `from` is then one of the link's versions too. */
  readonly linkVersion?: number;
  /** The version of the user's roles, likewise. */
  readonly rolesVersion?: number;
  /** Versions from this one up to `version` have no events of their own: consumers read the resource again. */
  readonly from?: number;
  /** Whether the identity provider's side changed. Absent for anything but resources. */
  readonly managed?: boolean;
  /** Sorted names of changed attributes; an extension's names follow its URN. `["*"]`: unknown. */
  readonly changed?: readonly string[];
  /** Members who joined and who left a team: at most 99 together. */
  readonly added?: readonly string[];
  readonly removed?: readonly string[];
}

/** An event without a number. */
export interface Draft extends EventFacts {
  readonly stamp: Stamp;
  /** Values of the changed attributes; absent where none has a value that the log may hold. */
  readonly before?: JsonObject;
  readonly after?: JsonObject;
}

/** `known`: nothing to do. `silent`: a version without a visible change. */
export type Description =
  | { readonly outcome: "known" }
  | { readonly outcome: "silent" }
  | { readonly outcome: "events"; readonly drafts: readonly Draft[] };

const KNOWN: Description = { outcome: "known" };

/** The tombstone of a deleted resource. */
export interface Trace {
  readonly version: number;
  readonly stamp: Stamp;
}

/**
 * The log's events for a step. Each version is covered once: by its own event, by an event whose `from` includes it, or silently.
 * @param versions the subject's last versions that the log covers; 0: the log is younger than the subject
 * @param trace only for a step without `after`: the tombstone; undefined where there is none (adoption, purge)
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
  // An inspection found the version without its record, so the changed attributes are unknown.
  if (step.before === undefined)
    return { outcome: "events", drafts: [covering(step, step.after, step.version, logged)] };
  const drafts: Draft[] = [];
  // A record was lost. The old image of this step stands for the version before.
  if (logged > 0 && step.previous > logged && step.before !== undefined) {
    drafts.push(covering(step, step.before, step.previous, logged));
  }
  const own = changeDraft(step, step.after, logged);
  if (own !== undefined) drafts.push(own);
  if (drafts.length > 0) return { outcome: "events", drafts };
  // Consumers may not know the subject at all.
  if (logged === 0) return { outcome: "events", drafts: [covering(step, step.after, step.version, logged)] };
  return { outcome: "silent" };
}

/** The last covered version of what the step counts. */
export function loggedOf({ of }: Pick<LogStep, "of">, versions: LoggedVersions): number {
  if (of === "link") return versions.linkVersion;
  return of === "roles" ? versions.rolesVersion : versions.version;
}

/** @throws Error for a step with unreadable images, whatever the log knows */
export function assertReadable(step: LogStep): void {
  describeStep(step, NOTHING_LOGGED);
  if (step.of === "resource" && step.before !== undefined) imageStamp(step.before);
}

function describeDeletion(step: ResourceStep, logged: number, trace: Trace | undefined): Description {
  // Not a deletion: the resource changed sides, or its org is being purged.
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
  // A whole import makes one event.
  if (stamp.tokenId === IMPORT_ACTOR) return KNOWN;
  const values = resourceAttributes(after);
  const draft: Draft = {
    // A resource that begins with a later version was on the other side before.
    type: `${nounOf(step)}.${step.version === 1 ? "created" : "adopted"}`,
    version: step.version,
    // Records of the other side may still be under way.
    ...fromAfter(logged, step.version),
    managed: step.side === "managed",
    stamp,
    changed: adoptedAttributes(after) ?? changedAttributes({}, values),
    ...writtenMembers(after),
    after: values,
  };
  return { outcome: "events", drafts: [draft] };
}

/** The actor of all writes of an import. A caller cannot have this name (`actorOf`). */
export const IMPORT_ACTOR = "#import";

/** One image has the whole link, so lost records do not matter. */
function describeLink({ version: linkVersion, before, after }: ItemStep, logged: LoggedVersions): Description {
  const stamp = imageStamp(after);
  // A whole import makes one event.
  if (stamp.tokenId === IMPORT_ACTOR) return KNOWN;
  const draft: Draft = {
    type: `user.${after.a === undefined ? "unlinked" : "linked"}`,
    version: logged.version,
    linkVersion,
    ...fromAfter(logged.linkVersion, linkVersion),
    stamp,
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
 * A user's roles end with the user, whose deletion event says so. A worker that began earlier may write roles after the deletion.
 * They get no event, because nobody would erase its values.
 */
function describeRoles(
  { version: rolesVersion, previous, before, after }: ItemStep,
  logged: LoggedVersions,
): Description {
  if (logged.gone === true) return KNOWN;
  // An inspection found the version without its record, so the earlier roles are unknown.
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

/** The event for a version whose own record was lost. */
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
  // At the beginning of the log, changes since the consumers' last state are unknown: an import, or an earlier release.
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

function membershipType(members: ReturnType<typeof writtenMembers>): string {
  const [joined, left] = [members?.added !== undefined, members?.removed !== undefined];
  return `membership.${joined && left ? "changed" : joined ? "added" : "removed"}`;
}

function fromAfter(logged: number, version: number): { readonly from?: number } {
  return logged + 1 < version ? { from: logged + 1 } : {};
}

/** One image has the whole hold. */
function describeHold({ version, after }: ItemStep, logged: number): Description {
  const { hold } = storedHold(after);
  const draft: Draft = { type: "org.held", version, ...fromAfter(logged, version), stamp: imageStamp(after) };
  if (hold === undefined) return { outcome: "events", drafts: [draft] };
  const { kind, lost, asked, roster, limit } = hold;
  return { outcome: "events", drafts: [{ ...draft, after: { kind, lost, asked, roster, limit } }] };
}

function nounOf({ layout }: ResourceStep): string {
  return layout.eventName ?? layout.kind;
}

function describeSettings(step: ItemStep, logged: number): Description {
  const { version, previous = 0, before, after } = step;
  const stamp = stampOrNobody(after);
  if (step.of === "import") return { outcome: "events", drafts: [{ type: "org.imported", version, stamp }] };
  const noun = step.of === "settings" ? "org" : "token";
  // As for a resource: the record was lost.
  if (before === undefined && step.previous !== undefined) {
    const covered = logged > 0 ? fromAfter(logged, version) : {};
    return { outcome: "events", drafts: [{ type: `${noun}.updated`, version, ...covered, stamp, changed: ["*"] }] };
  }
  const allowed = step.of === "settings" ? LOGGED_SETTINGS : LOGGED_TOKEN;
  const [from, to] = [before === undefined ? {} : settingsIn(before), settingsIn(after)];
  const changed = allowed.filter((name) => !sameJson(from[name], to[name]));
  if (step.of === "settings" && before !== undefined && !sameJson(from.tokenEpoch, to.tokenEpoch))
    changed.push("tokenEpoch");
  // A token's versions are those of its org's settings, so most numbers belong to other changes. Only a lost record leaves a gap.
  const isLost = logged > 0 && previous > logged;
  // Consumers may not know the subject at all.
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
