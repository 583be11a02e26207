import { isObject, type Json } from "../../scim/json.ts";
import type { RoleCatalogue, RoleMappings, TeamMapping } from "../../store/roles/roleRecords.ts";
import { MAPPING_ERRORS, ROLES_OFF } from "../errors/roles.ts";
import { familiesOf } from "../operatorError.ts";
import { roleNamed } from "./catalogue.ts";

const family = familiesOf({ ...ROLES_OFF, ...MAPPING_ERRORS });

/** Constructors for refusals about mappings. Only functions that save them load the texts. */
export const MappingError = { invalidValue: family("value"), conflict: family("conflict") };

/** Requested mappings: not stored yet, so without a version. */
export type GivenMappings = Omit<RoleMappings, "version">;

/** A request's mappings, unchecked. */
export interface MappingWishes {
  readonly mode: Json | undefined;
  readonly defaultRole?: string | null;
  readonly mappings: Json | undefined;
}

const MOST_MAPPINGS = 200;
const MOST_PRIORITY = 1_000;
const USUAL_PRIORITY = 1;
const MEMBERS: readonly string[] = ["team", "role", "priority"];

/** The checks that need no read. @throws ScimError 400 invalidValue */
export function readWishes({ mode, defaultRole, mappings }: MappingWishes): GivenMappings {
  if (mode !== "highest" && mode !== "union") throw MappingError.invalidValue("roleMode");
  if (!Array.isArray(mappings)) throw MappingError.invalidValue("mappings");
  if (mappings.length > MOST_MAPPINGS) throw MappingError.invalidValue("mappingCount", MOST_MAPPINGS);
  const read = mappings.map(readMapping);
  assertOnce(read);
  if (mode === "highest") assertNoClash(read);
  return { mode, ...(defaultRole !== undefined && { defaultRole }), mappings: read };
}

function readMapping(given: Json, index: number): TeamMapping {
  const { team, role, priority = USUAL_PRIORITY } = isObject(given) ? given : {};
  const isWhole = typeof priority === "number" && Number.isInteger(priority) && priority >= 1;
  if (
    typeof team === "string" &&
    typeof role === "string" &&
    isWhole &&
    priority <= MOST_PRIORITY &&
    isObject(given) &&
    Object.keys(given).every((name) => MEMBERS.includes(name))
  ) {
    return { team, role, priority };
  }
  throw MappingError.invalidValue("mapping", index + 1);
}

function assertOnce(mappings: readonly TeamMapping[]): void {
  const seen = new Set<string>();
  for (const { team, role } of mappings) {
    const pair = `${team}\n${role}`;
    if (seen.has(pair)) throw MappingError.invalidValue("mappingTwice", team, role);
    seen.add(pair);
  }
}

/** Where each person has one role, the choice must not depend on the order of a list. */
function assertNoClash(mappings: readonly TeamMapping[]): void {
  const first = new Map<number, string>();
  for (const { role, priority } of mappings) {
    const other = first.get(priority);
    if (other !== undefined && other !== role) throw MappingError.invalidValue("mappingClash", other, role, priority);
    first.set(priority, role);
  }
}

/** @param teams ids that mappings may name @throws ScimError 400 invalidValue */
export function checkMappings(
  { defaultRole, mappings }: GivenMappings,
  catalogue: RoleCatalogue,
  teams: ReadonlySet<string>,
): void {
  const roles = mappings.map(({ role }) => role);
  for (const key of defaultRole == null ? roles : [...roles, defaultRole]) {
    const role = roleNamed(catalogue, key);
    if (role === undefined) throw MappingError.invalidValue("mappedRole", key);
    if (!role.assignable) throw MappingError.invalidValue("mappedUnassignable", key);
  }
  for (const { team } of mappings) {
    if (!teams.has(team)) throw MappingError.invalidValue("mappedTeam", team);
  }
}
