import { isIdOf, settingsKeys } from "../keys.ts";
import { stampIn } from "../resourceItems.ts";
import { policyIn, policyKeys, type RolePolicy } from "../roles/policy.ts";
import { catalogueKey, roleKeys } from "../roles/roleKeys.ts";
import { markItem, walkItem } from "../roles/roleWork.ts";
import { orgRecord } from "../settings.ts";
import { GROUP_LAYOUT, USER_LAYOUT } from "../storedTypes.ts";
import type { Item } from "../table.ts";
import { type Inspector, LATE_MS } from "./inspector.ts";

/** Checks the settings of roles, and the waiting work. */

const WORK_AT_ONCE = 200;

/** @returns undefined where it is missing or cannot be read */
export async function policyOf({ database, orgId }: Inspector): Promise<RolePolicy | undefined> {
  return soundPolicy(await database.getMany(policyKeys(orgId)));
}

function soundPolicy(items: readonly Item[]): RolePolicy | undefined {
  try {
    const policy = policyIn(items);
    const lists = [policy?.catalogue.roles, policy?.mappings.mappings];
    return lists.every(Array.isArray) ? policy : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A deleted team may stay in a mapping: it then gives no role. */
export async function checkRoleMappings(inspector: Inspector): Promise<undefined> {
  const { orgId, keys, other } = inspector;
  const wanted = { org: settingsKeys.org(orgId), mappings: roleKeys.mappings(orgId), catalogue: catalogueKey() };
  const { org, ...found } = await inspector.together(wanted);
  inspector.looked(Object.keys(wanted).length);
  // Roles were switched off meanwhile.
  if (org === undefined || orgRecord(org).roles === undefined) return undefined;
  const policy = soundPolicy(Object.values(found).filter((item) => item !== undefined));
  if (policy === undefined) {
    inspector.found("mapping.unreadable", []);
    return undefined;
  }
  const { mappings, defaultRole } = policy.mappings;
  const assignable = new Set(policy.catalogue.roles.flatMap((role) => (role.assignable ? [role.key] : [])));
  for (const role of new Set([...mappings.map((one) => one.role), ...(defaultRole == null ? [] : [defaultRole])])) {
    if (!assignable.has(role)) inspector.found("mapping.role", [role]);
  }
  const teams = [...new Set(mappings.map(({ team }) => team))];
  const known = teams.filter((team) => isIdOf(GROUP_LAYOUT, team));
  const living = await inspector.existing(known, keys.resource.bind(keys), other.resource.bind(other));
  for (const team of teams) if (!living.has(team)) inspector.found("mapping.team", [team]);
  return undefined;
}

/** Prefix of the sort keys of an org's work. */
export function workOf(orgId: string): string {
  return `${orgId}#`;
}

/** Finds work that no worker can process, and work that waits too long. */
export async function checkRoleWork(
  inspector: Inspector,
  { at }: { readonly at?: string | undefined },
): Promise<{ readonly at: string } | undefined> {
  const { database, orgId, report } = inspector;
  const { pk, sk: walk } = roleKeys.walk(orgId);
  const prefix = workOf(orgId);
  const { items, last } = await database.query(pk, { prefix, limit: WORK_AT_ONCE, after: at });
  inspector.looked(items.length);
  const late: string[] = [];
  let isLate = false;
  for (const item of items) {
    const sk = String(item.sk);
    const id = sk.slice(prefix.length);
    const isKnown = isIdOf(USER_LAYOUT, id);
    const since = stampIn(item)?.at;
    const isSound = sk === walk ? isWhole(item) : isKnown;
    if (since === undefined || !isSound) {
      const put = sk === walk ? walkItem(orgId, report.wishes.stamp) : markItem(orgId, id, report.wishes.stamp);
      const repair = [isKnown || sk === walk ? { put } : { delete: { pk, sk } }];
      await inspector.settle(async () => ({ code: "roleWork.unreadable", ids: isKnown ? [id] : [], repair }));
    } else if (inspector.ageOf(since) >= LATE_MS) {
      isLate = true;
      if (isKnown) late.push(id);
    }
  }
  if (isLate) inspector.found("roleWork.waiting", late);
  return last === undefined ? undefined : { at: last };
}

function isWhole({ k, c, n, ch, w, wu }: Item): boolean {
  const [numbers, texts] = [
    [n, ch, wu ?? 0],
    [k, c ?? "", w ?? ""],
  ];
  return numbers.every((one) => typeof one === "number") && texts.every((one) => typeof one === "string");
}
