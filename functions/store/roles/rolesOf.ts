import { elementsOf, type JsonObject } from "../../scim/json.ts";
import type { ResourceRecord } from "../records.ts";
import { attributesOf } from "../resourceItems.ts";
import type { RolePolicy } from "./policy.ts";
import type { AssignedRole, Role, RoleSource } from "./roleRecords.ts";

/** The inputs, besides the policy, that decide about a user's roles. */
export interface RoleFacts {
  /** Whether the person is a member of the org now. */
  readonly member: boolean;
  /** Ids of live teams of either side with this member, in any order. */
  readonly teams: Iterable<string>;
  /** From `sentRoles`. */
  readonly sent: readonly string[];
}

/** @param user of either side; undefined: the user is deleted @param teams as in the facts */
export function roleFactsOf(
  user: { readonly managed: boolean; readonly record: ResourceRecord } | undefined,
  teams: Iterable<string>,
): RoleFacts {
  const attributes = user && attributesOf(user.record);
  const member = user !== undefined && (!user.managed || attributes?.active === true);
  return { member, teams, sent: attributes === undefined ? [] : sentRoles(attributes) };
}

/** Above every mapping, whose priorities end at 1,000: what an identity provider sends for a user wins over teams. */
const DIRECT = Number.POSITIVE_INFINITY;

interface Candidate {
  readonly key: string;
  readonly source: RoleSource;
  readonly priority: number;
}

/**
 * Computes the roles of a user; no other code decides about them. Where the org gives one role each, a role sent by the
 * identity provider wins over those of teams, and the first sent role over the others; otherwise the mapping with the
 * highest priority wins. A user who is no member has none.
 * @returns by key, ascending
 */
export function rolesOf({ catalogue, mappings }: RolePolicy, { member, teams, sent }: RoleFacts): AssignedRole[] {
  if (!member) return [];
  const known = new Map(catalogue.roles.filter(({ assignable }) => assignable).map((role) => [role.key, role]));
  const held = new Set(teams);
  const candidates: Candidate[] = sent.flatMap((key) =>
    known.has(key) ? [{ key, source: { type: "direct" }, priority: DIRECT }] : [],
  );
  for (const { team, role, priority } of mappings.mappings) {
    if (held.has(team) && known.has(role)) candidates.push({ key: role, source: { type: "team", team }, priority });
  }
  const [first] = candidates;
  if (first === undefined) return byDefault(mappings.defaultRole, known);
  if (mappings.mode === "union") return assigned(candidates);
  const best = candidates.reduce((best, one) => (one.priority > best.priority ? one : best), first);
  return assigned(candidates.filter(({ key }) => key === best.key));
}

function byDefault(chosen: string | null | undefined, known: ReadonlyMap<string, Role>): AssignedRole[] {
  if (chosen === null) return [];
  const own = chosen === undefined ? [...known.values()].find((role) => role.default) : known.get(chosen);
  return own === undefined ? [] : [{ key: own.key, sources: [{ type: "default" }] }];
}

function assigned(candidates: readonly Candidate[]): AssignedRole[] {
  return [...Map.groupBy(candidates, ({ key }) => key)]
    .map(([key, all]) => ({ key, sources: sourcesOf(all) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

function sourcesOf(candidates: readonly Candidate[]): RoleSource[] {
  const teams = candidates.flatMap(({ source }) => (source.type === "team" ? [source.team] : []));
  const direct = candidates.some(({ source }) => source.type === "direct");
  return [
    ...[...new Set(teams)].sort().map((team): RoleSource => ({ type: "team", team })),
    ...(direct ? [{ type: "direct" } as const] : []),
  ];
}

/**
 * The roles that an identity provider sent in `roles` and `entitlements`, primary ones first. Entra sends the JSON text of
 * an app role as a value (idp-wire 2.4): then its `value` counts.
 */
export function sentRoles({ roles, entitlements }: JsonObject): string[] {
  const sent = [...elementsOf(roles), ...elementsOf(entitlements)];
  const primary = sent.filter((one) => one.primary === true);
  return [...new Set([...primary, ...sent].flatMap(({ value }) => (typeof value === "string" ? [inner(value)] : [])))];
}

function inner(text: string): string {
  if (!text.startsWith("{")) return text;
  try {
    const { value } = JSON.parse(text) as JsonObject;
    return typeof value === "string" ? value : text;
  } catch {
    return text;
  }
}
