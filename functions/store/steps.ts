import { objectIn } from "../scim/json.ts";
import { CANARY_ORG } from "./canaryKeys.ts";
import { isIdOf, isOrgId, type OrgId, type Side } from "./keys.ts";
import type { Stamp } from "./records.ts";
import { LAYOUTS, type TypeLayout } from "./storedTypes.ts";
import { type Item, type ItemChange, storedNumber } from "./table.ts";

/** The content of one item's write for its org's event log: a subject went from one version to the next. */
export type LogStep = ResourceStep | ItemStep;

interface AnyStep {
  readonly orgId: OrgId;
  /** The log keeps a cursor per subject: a resource's id, `META`, `T#<token id>`, `I`. */
  readonly subject: string;
  readonly version: number;
  /** The version before; undefined: there was no item. */
  readonly previous: number | undefined;
  /** Undefined although `previous` is set: nobody knows what changed. */
  readonly before: Item | undefined;
}

/** A user, a team, or a resource of a further type. */
export interface ResourceStep extends AnyStep {
  readonly of: "resource";
  readonly layout: TypeLayout;
  readonly side: Side;
  /** Undefined: the resource is gone from this side; the step counts as one more version. */
  readonly after: Item | undefined;
  /** For a deleted resource without a tombstone: the log reports this stamp instead of the unknown deletion. */
  readonly goneBy?: Stamp;
}

/**
 * The settings, a listed token or the state of an import; or what has versions of its own: a user's link or roles, whose subject
 * is the user, and the beginning of a hold of removals, with the hold's number as version.
 */
export interface ItemStep extends AnyStep {
  readonly of: "settings" | "token" | "import" | "link" | "roles" | "hold";
  readonly after: Item;
}

/** The settings item was deleted: the org is purged. */
export interface OrgEnd {
  readonly of: "end";
  readonly orgId: OrgId;
}

/**
 * Endings and beginnings of the partition keys whose writes matter to the log, and of the roles catalogue, which matters to
 * the role workers. No other partition key has them: index items, memberships, tombstones and counters do not matter.
 */
export const LOGGED_PARTITIONS = {
  suffixes: [...LAYOUTS.map(({ letter }) => `#${letter.toUpperCase()}`), "#I", "#AU", "#A", "#HOLD"],
  prefixes: ["C#"],
} as const;

const RESOURCES = /^([ON])#([0-9A-Za-z]{8})#([A-Z])$/;
/** Partitions of items with versions of their own. */
const VERSIONED = [
  { of: "link", partition: /^N#([0-9A-Za-z]{8})#AU$/ },
  { of: "roles", partition: /^R#([0-9A-Za-z]{8})#A$/ },
  { of: "hold", partition: /^O#([0-9A-Za-z]{8})#HOLD$/ },
] as const;
const SETTINGS = /^C#([0-9A-Za-z]{8})$/;

/**
 * @returns undefined for items that the log does not follow, and for writes that raise no version, such as the second half
 * of a two-step change
 * @throws Error for an item that no release writes
 */
export function readStep(
  { key: { pk, sk }, before, after }: ItemChange,
  layouts: readonly TypeLayout[] = LAYOUTS,
): LogStep | OrgEnd | undefined {
  const settings = orgIdIn(SETTINGS.exec(pk)?.[1]);
  if (settings !== undefined) return settingsStep(settings, sk, before, after);
  for (const { of, partition } of VERSIONED) {
    const owner = orgIdIn(partition.exec(pk)?.[1]);
    if (owner !== undefined) return versionedStep(of, owner, sk, before, after);
  }
  const [, prefix, org, letter] = RESOURCES.exec(pk) ?? [];
  const orgId = orgIdIn(org);
  if (orgId === undefined || letter === undefined) return undefined;
  if (letter === "I") return importStep(orgId, before, after);
  const layout = layouts.find((one) => one.letter.toUpperCase() === letter);
  if (layout === undefined) return undefined;
  if (!isIdOf(layout, sk)) throw new Error(`no id of a ${layout.kind}`);
  // Somebody deleted an unreadable item by hand; the record of its write was reported.
  if (after === undefined && typeof before?.v !== "number") return undefined;
  const previous = before && number(before, "v");
  const version = after === undefined ? (previous ?? 0) + 1 : number(after, "v");
  if (version === previous) return undefined;
  const side = prefix === "O" ? "managed" : "unmanaged";
  return { of: "resource", orgId, subject: sk, layout, side, version, previous, before, after };
}

function settingsStep(
  orgId: OrgId,
  sk: string,
  before: Item | undefined,
  after: Item | undefined,
): LogStep | OrgEnd | undefined {
  if (sk === "META" && after === undefined) return { of: "end", orgId };
  // Tokens are deleted with their org, or long after their end, which was the event.
  if (after === undefined || (sk !== "META" && !sk.startsWith("T#"))) return undefined;
  const of = sk === "META" ? "settings" : "token";
  // Tokens of earlier releases have no version; they count as version 0.
  const [previous, version] = [before && numberOr(before, "v", 0), numberOr(after, "v", 0)];
  return version === previous ? undefined : { of, orgId, subject: sk, version, previous, before, after };
}

/**
 * Ignores a write without a new version: a look that found the same roles, or none at first, and every counted removal and held
 * request after a hold began. A link's item is deleted only after its user, whose deletion is event enough; roles go only with
 * their user or with the org's roles.
 */
function versionedStep(
  of: (typeof VERSIONED)[number]["of"],
  orgId: OrgId,
  subject: string,
  before: Item | undefined,
  after: Item | undefined,
): LogStep | undefined {
  if (after === undefined) return undefined;
  // A hold is written whole: what was damaged before it takes nothing from it.
  const [previous, version] =
    of === "hold"
      ? [before && storedNumber(before.n), number(after, "n")]
      : [before && number(before, "v"), number(after, "v")];
  return version === (previous ?? 0) ? undefined : { of, orgId, subject, version, previous, before, after };
}

function importStep(orgId: OrgId, before: Item | undefined, after: Item | undefined): LogStep | undefined {
  if (after === undefined || !isFinished(after) || (before !== undefined && isFinished(before))) return undefined;
  return { of: "import", orgId, subject: "I", version: 1, previous: undefined, before, after };
}

function isFinished(item: Item): boolean {
  // Of a text that somebody damaged nothing is known, and nothing waits for it.
  return objectIn(String(item.d))?.finished !== undefined;
}

/** Skips the canary: its sandbox has no events. */
function orgIdIn(text: string | undefined): OrgId | undefined {
  return text !== undefined && isOrgId(text) && text !== CANARY_ORG ? text : undefined;
}

function number(item: Item, name: string): number {
  const value = item[name];
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw new Error(`an item has no number ${name}`);
  return value;
}

function numberOr(item: Item, name: string, otherwise: number): number {
  return item[name] === undefined ? otherwise : number(item, name);
}
