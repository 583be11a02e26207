import { CANARY_ORG } from "./canaryKeys.ts";
import { isOrgId, type OrgId, type Side } from "./keys.ts";
import type { Stamp } from "./records.ts";
import { isIdOf, type TypeLayout } from "./storedType.ts";
import { LAYOUTS } from "./storedTypes.ts";
import type { Item, ItemChange } from "./table.ts";

/** What one item's write says for its org's event log: a subject went from one of its versions to the next. */
export type LogStep = ResourceStep | SettingsStep | LinkStep | RolesStep | HoldStep;

interface AnyStep {
  readonly orgId: OrgId;
  /** What the log keeps a cursor of: a resource's id, `META`, `T#<token id>`, `I`. */
  readonly subject: string;
  readonly version: number;
  /** The version before; undefined where there was no item. */
  readonly previous: number | undefined;
  /** Undefined beside a previous version: nobody knows what changed. */
  readonly before: Item | undefined;
}

/** A user, a team, or a resource of a further type. */
export interface ResourceStep extends AnyStep {
  readonly of: "resource";
  readonly layout: TypeLayout;
  readonly side: Side;
  /** Undefined: it is gone from this side; its version counts as one more. */
  readonly after: Item | undefined;
  /** Of a resource that is gone and has no tombstone any more: what the log shall say instead of who deleted it. */
  readonly goneBy?: Stamp;
}

/** The settings, a listed token, or the state of an import. */
export interface SettingsStep extends AnyStep {
  readonly of: "settings" | "token" | "import";
  readonly after: Item;
}

/** The link of a user to the application's own record, which counts its versions itself. The subject is the user. */
export interface LinkStep extends AnyStep {
  readonly of: "link";
  readonly after: Item;
}

/** A user's roles, which count their versions themselves. The subject is the user. */
export interface RolesStep extends AnyStep {
  readonly of: "roles";
  readonly after: Item;
}

/** Removals are held from now on: the version is the hold's number. The subject is `HOLD`. */
export interface HoldStep extends AnyStep {
  readonly of: "hold";
  readonly after: Item;
}

/** The settings' own item went: the org is purged. */
export interface OrgEnd {
  readonly of: "end";
  readonly orgId: OrgId;
}

/**
 * How the partition keys begin or end whose writes say something for the log, and that of the catalogue of roles, which says
 * something to those who work on roles. No other partition key does so; index items, memberships, tombstones and counters say
 * nothing.
 */
export const LOGGED_PARTITIONS = {
  suffixes: [...LAYOUTS.map(({ letter }) => `#${letter.toUpperCase()}`), "#I", "#AU", "#A", "#HOLD"],
  prefixes: ["C#"],
} as const;

const RESOURCES = /^([ON])#([0-9A-Za-z]{8})#([A-Z])$/;
const LINKS = /^N#([0-9A-Za-z]{8})#AU$/;
const ROLES = /^R#([0-9A-Za-z]{8})#A$/;
const HOLDS = /^O#([0-9A-Za-z]{8})#HOLD$/;
const SETTINGS = /^C#([0-9A-Za-z]{8})$/;

/**
 * Nothing for items that the log does not follow and for writes that raise no version, as the second half of a change in
 * two does.
 * @throws Error for an item that no release writes
 */
export function readStep(
  { key: { pk, sk }, before, after }: ItemChange,
  layouts: readonly TypeLayout[] = LAYOUTS,
): LogStep | OrgEnd | undefined {
  const settings = orgIdIn(SETTINGS.exec(pk)?.[1]);
  if (settings !== undefined) return settingsStep(settings, sk, before, after);
  const linked = orgIdIn(LINKS.exec(pk)?.[1]);
  if (linked !== undefined) return linkStep(linked, sk, before, after);
  const ofRoles = orgIdIn(ROLES.exec(pk)?.[1]);
  if (ofRoles !== undefined) return rolesStep(ofRoles, sk, before, after);
  const held = orgIdIn(HOLDS.exec(pk)?.[1]);
  if (held !== undefined) return holdStep(held, sk, before, after);
  const [, prefix, org, letter] = RESOURCES.exec(pk) ?? [];
  const orgId = orgIdIn(org);
  if (orgId === undefined || letter === undefined) return undefined;
  if (letter === "I") return importStep(orgId, before, after);
  const layout = layouts.find((one) => one.letter.toUpperCase() === letter);
  if (layout === undefined) return undefined;
  if (!isIdOf(layout, sk)) throw new Error(`no id of a ${layout.kind}`);
  // Somebody took away by hand what nobody could read: the record that put it there was reported.
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
  // Tokens go with their org alone.
  if (after === undefined || (sk !== "META" && !sk.startsWith("T#"))) return undefined;
  const of = sk === "META" ? "settings" : "token";
  // Tokens of releases before this one have no version, and count as older than any.
  const [previous, version] = [before && numberOr(before, "v", 0), numberOr(after, "v", 0)];
  return version === previous ? undefined : { of, orgId, subject: sk, version, previous, before, after };
}

/** A link's item goes only where its user is gone, which says all. */
function linkStep(
  orgId: OrgId,
  subject: string,
  before: Item | undefined,
  after: Item | undefined,
): LogStep | undefined {
  if (after === undefined) return undefined;
  const [previous, version] = [before && number(before, "v"), number(after, "v")];
  return version === previous ? undefined : { of: "link", orgId, subject, version, previous, before, after };
}

/** Nothing for a look that found no roles at the first time, or the same ones. Roles go with their user, or with all roles of the org. */
function rolesStep(
  orgId: OrgId,
  subject: string,
  before: Item | undefined,
  after: Item | undefined,
): LogStep | undefined {
  if (after === undefined) return undefined;
  const [previous, version] = [before && number(before, "v"), number(after, "v")];
  if (version === (previous ?? 0)) return undefined;
  return { of: "roles", orgId, subject, version, previous, before, after };
}

/** Only where a hold begins: each removal that counts, and each request that is held, writes the item too. */
function holdStep(
  orgId: OrgId,
  subject: string,
  before: Item | undefined,
  after: Item | undefined,
): LogStep | undefined {
  if (after === undefined) return undefined;
  const [previous, version] = [before && number(before, "n"), number(after, "n")];
  return version === (previous ?? 0) ? undefined : { of: "hold", orgId, subject, version, previous, before, after };
}

function importStep(orgId: OrgId, before: Item | undefined, after: Item | undefined): LogStep | undefined {
  if (after === undefined || !isFinished(after) || (before !== undefined && isFinished(before))) return undefined;
  return { of: "import", orgId, subject: "I", version: 1, previous: undefined, before, after };
}

function isFinished(item: Item): boolean {
  // Only importStateItem writes it.
  return (JSON.parse(String(item.d)) as { readonly finished?: string }).finished !== undefined;
}

/** Not of the canary: what happens in its sandbox is nobody's event. */
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
