import type { Json } from "../../scim/json.ts";
import type { Database } from "../../store/database.ts";
import { StoreBusy } from "../../store/records.ts";
import { readCatalogue } from "../../store/roles/policy.ts";
import type { Role, RoleCatalogue } from "../../store/roles/roleRecords.ts";
import { readUses, saveCatalogue } from "../../store/roles/roleSettings.ts";
import type { Condition } from "../../store/table.ts";
import { checkMatch } from "../changeOrg.ts";
import { CATALOGUE_ERRORS, ROLES_OFF } from "../errors/roles.ts";
import { familiesOf } from "../operatorError.ts";
import { checkLine } from "../orgSettings.ts";

const family = familiesOf({ ...ROLES_OFF, ...CATALOGUE_ERRORS });

/** Constructors for refusals about the catalogue of roles. Only functions that write it load the texts. */
export const CatalogueError = {
  invalidValue: family("value"),
  notFound: family("notFound"),
  conflict: family("conflict"),
};

/** A role's key: it is part of paths, and identity providers may send it. */
const KEY = /^[a-z0-9][a-z0-9._:-]{0,63}$/;
const MOST_ROLES = 100;
const MOST_NAME = 100;
const MOST_DESCRIPTION = 500;
const ATTEMPTS = 12;

/** A request's role. Absent members have defaults. */
export interface RoleWishes {
  readonly displayName?: Json | undefined;
  readonly description?: string;
  readonly kind?: Json | undefined;
  readonly assignable?: boolean;
  readonly default?: boolean;
  readonly keepOne?: boolean;
}

/** @throws ScimError 404 */
export async function getRole(database: Database, key: string): Promise<Role> {
  const found = roleNamed(await readCatalogue(database), key);
  if (found === undefined) throw CatalogueError.notFound("role");
  return found;
}

/**
 * Puts a role into the catalogue, replacing the role with this key. An equal role changes nothing, so no org is examined.
 * @param match If-Match
 * @throws ScimError 400 invalidValue, 412, 409: too many, a second default, or no longer assignable while orgs use it; StoreBusy
 */
export async function putRole(database: Database, key: string, wishes: RoleWishes, match?: string): Promise<Role> {
  const wished = roleOf(key, wishes);
  const roles = await changeCatalogue(database, async (catalogue) => {
    const before = roleNamed(catalogue, key);
    if (before !== undefined && isSame(before, wished)) return undefined;
    checkMatch(match, { version: versionOf(before) });
    const role = { ...wished, version: catalogue.version + 1 };
    const others = catalogue.roles.filter((one) => one.key !== key);
    if (others.length >= MOST_ROLES) throw CatalogueError.conflict("tooManyRoles", MOST_ROLES);
    const other = role.default ? others.find((one) => one.default) : undefined;
    if (other !== undefined) throw CatalogueError.conflict("defaultRole", other.key);
    const settled = before?.assignable && !role.assignable ? await unused(database, key) : undefined;
    return { roles: [...others, role].sort((a, b) => (a.key < b.key ? -1 : 1)), settled };
  });
  const role = roles.find((one) => one.key === key);
  if (role === undefined) throw new Error("a role that was put into the catalogue is not in it");
  return role;
}

/** 0: there is no such role. 1: the role was stored before roles had versions. */
export function versionOf(role: Role | undefined): number {
  return role === undefined ? 0 : (role.version ?? 1);
}

/** @param match If-Match @returns the remaining roles @throws ScimError 404, 409 while orgs use it, 412; StoreBusy */
export function deleteRole(database: Database, key: string, match?: string): Promise<RoleCatalogue["roles"]> {
  return changeCatalogue(database, async (catalogue) => {
    const before = roleNamed(catalogue, key);
    if (before === undefined) throw CatalogueError.notFound("role");
    checkMatch(match, { version: versionOf(before) });
    const settled = await unused(database, key);
    return { roles: catalogue.roles.filter((role) => role.key !== key), settled };
  });
}

interface CatalogueChange {
  readonly roles: RoleCatalogue["roles"];
  /** Holds while the facts that allow the change are unchanged. */
  readonly settled: Condition | undefined;
}

/** Decides on the stored catalogue, and again if another caller was faster. @returns its new roles */
async function changeCatalogue(
  database: Database,
  decide: (catalogue: RoleCatalogue) => Promise<CatalogueChange | undefined>,
): Promise<RoleCatalogue["roles"]> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const catalogue = await readCatalogue(database);
    const change = await decide(catalogue);
    if (change === undefined) return catalogue.roles;
    const outcome = await saveCatalogue(database, catalogue, change.roles, change.settled);
    switch (outcome) {
      case "saved":
        return change.roles;
      case "stale":
        await database.pause(attempt);
    }
  }
  throw new StoreBusy("conflict");
}

/** @throws ScimError 409 */
async function unused(database: Database, key: string): Promise<Condition> {
  const uses = await readUses(database);
  const orgs = uses.of(key);
  if (orgs > 0) throw CatalogueError.conflict("roleInUse", key, orgs);
  return uses.stillUnused(key);
}

export function roleNamed({ roles }: RoleCatalogue, key: string): Role | undefined {
  return roles.find((role) => role.key === key);
}

/** @throws ScimError 400 invalidValue */
function roleOf(key: string, wishes: RoleWishes): Role {
  if (!KEY.test(key)) throw CatalogueError.invalidValue("roleKey");
  const { displayName, description = "", assignable = true, default: isDefault = false, keepOne = false } = wishes;
  if (typeof displayName !== "string" || displayName.trim() === "") throw CatalogueError.invalidValue("roleName");
  if (isDefault && !assignable) throw CatalogueError.invalidValue("defaultUnassignable");
  return {
    key,
    displayName: checkLine("displayName", displayName, MOST_NAME),
    description: checkLine("description", description, MOST_DESCRIPTION),
    kind: kindOf(wishes.kind),
    assignable,
    default: isDefault,
    keepOne,
  };
}

function kindOf(kind: Json | undefined): Role["kind"] {
  if (kind === undefined) return "role";
  if (kind === "role" || kind === "entitlement") return kind;
  throw CatalogueError.invalidValue("roleKind");
}

function isSame(one: Role, other: Role): boolean {
  return (
    one.displayName === other.displayName &&
    one.description === other.description &&
    one.kind === other.kind &&
    one.assignable === other.assignable &&
    one.default === other.default &&
    one.keepOne === other.keepOne
  );
}
