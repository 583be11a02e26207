import { allOf } from "../database.ts";
import { SCHEMA_VERSION, settingsKeys } from "../keys.ts";
import { timeOf } from "../resourceItems.ts";
import { type KeptRead, type KeptRoles, keptOf, keptPage, keptRoles } from "../roles/keptRoles.ts";
import { roleKeys } from "../roles/roleKeys.ts";
import { RolePeople, type SeenUser } from "../roles/rolePeople.ts";
import { type AssignedRole, isHeld } from "../roles/roleRecords.ts";
import { roleFactsOf, rolesOf } from "../roles/rolesOf.ts";
import { markItem } from "../roles/roleWork.ts";
import { type Item, stillIs, storedNumber } from "../table.ts";
import { OrgView } from "../view.ts";
import { type Contradiction, type Inspector, LATE_MS } from "./inspector.ts";
import { policyOf } from "./roleSettings.ts";

/**
 * Compares the stored roles of users with a new computation (ADR 64). Stored roles lag behind their causes: they are wrong
 * only where no work is waiting, and all their inputs are older than roles may lag.
 */

/** By role: count of holders, and the user who keeps it as its last holder (`held`); for the users checked so far. */
export type RoleTally = readonly HeldCount[];
type HeldCount = readonly [role: string, n: number, held?: string];

export interface RolePlace {
  readonly at?: string | undefined;
  readonly tally?: RoleTally | undefined;
}

/** A user whose roles may be wrong. */
interface Suspect {
  readonly userId: string;
  readonly managed: boolean;
  /** Teams that the user may have joined or left. */
  readonly teams: readonly string[];
  /** Fence of the stored roles; undefined where there are none. */
  readonly fence: number | undefined;
}

const USERS_AT_ONCE = 500;

/** Checks one page of users of both sides; after the last page, compares the holders of each role. */
export async function checkRoles(inspector: Inspector, { at, tally = [] }: RolePlace): Promise<RolePlace | undefined> {
  const { database, orgId } = inspector;
  const policy = await policyOf(inspector);
  // The part about role settings reports this. The roles that users lost by it must come back.
  if (policy === undefined) return undefined;
  const people = new RolePeople(inspector.view, new OrgView(database, inspector.other));
  const { kept: stored, last: end } = await keptPage(database, orgId, USERS_AT_ONCE, at);
  const expected = new Set([...stored].flatMap(([id, one]) => ("over" in one && one.over ? [] : [id])));
  const { found, last } = await people.page(USERS_AT_ONCE, at, expected, end);
  const mapped = new Set(policy.mappings.mappings.map(({ team }) => team));
  const teams = await people.teamsHolding(found, [...mapped]);
  const keeping = new Set(policy.catalogue.roles.flatMap(({ key, keepOne }) => (keepOne ? [key] : [])));
  const ids = [...new Set([...found.keys(), ...stored.keys()])].filter((id) => last === undefined || id <= last);
  inspector.looked(ids.length);
  const suspects: Suspect[] = [];
  for (const userId of ids) {
    const [user, kept] = [found.get(userId), stored.get(userId)];
    if (kept !== undefined && "fault" in kept) await inspector.settle(() => lookAtUnreadable(inspector, userId, user));
    else if (user === undefined || !("fault" in user)) {
      const facts = roleFactsOf(user, teams.get(userId) ?? []);
      const computed = rolesOf(policy, facts);
      const mayHold = (role: string) => facts.member && keeping.has(role);
      if (isRight(kept, computed, mayHold) && (user !== undefined || kept === undefined || kept.over)) continue;
      const [before, after] = [teamsGiving(kept?.roles ?? []), teamsGiving(computed)];
      // For a deleted user only the deletion counts.
      const differing = user && [...before, ...after].filter((team) => before.has(team) !== after.has(team));
      suspects.push({ userId, managed: isManaged(user), teams: differing ?? [], fence: kept?.fence });
    }
  }
  await judge(inspector, suspects);
  const counts = new Map(tally.map((one) => [one[0], one]));
  for (const id of ids) addRoles(counts, id, stored.get(id));
  if (last !== undefined) return { at: last, tally: [...counts.values()] };
  await checkHolders(inspector, counts);
  return undefined;
}

function teamsGiving(roles: readonly AssignedRole[]): ReadonlySet<string> {
  return new Set(roles.flatMap(({ sources }) => sources.flatMap((one) => (one.type === "team" ? [one.team] : []))));
}

function isManaged(user: SeenUser | undefined): boolean {
  return user?.managed !== false;
}

function isRight(
  kept: KeptRoles | undefined,
  computed: readonly AssignedRole[],
  mayHold: (role: string) => boolean,
): boolean {
  const roles = kept?.roles ?? [];
  const given = roles.filter((role) => !isHeld(role));
  return JSON.stringify(given) === JSON.stringify(computed) && roles.every((one) => !isHeld(one) || mayHold(one.key));
}

/** Reports users whose roles have been wrong for longer than pending work explains. */
async function judge(inspector: Inspector, suspects: readonly Suspect[]): Promise<void> {
  if (suspects.length === 0) return;
  const { database, orgId, keys, other } = inspector;
  const walk = roleKeys.walk(orgId);
  const marks = suspects.map(({ userId }) => roleKeys.mark(orgId, userId));
  const waiting = new Set((await database.getMany([walk, ...marks], ["pk", "sk"])).map(({ sk }) => sk));
  if (waiting.has(walk.sk)) return;
  const subjects = new Set(suspects.flatMap(({ userId, teams }) => [userId, ...teams]));
  const known = [...subjects].filter((id) => keys.typeOf(id) !== undefined);
  const inputs = known.flatMap((id) => [keys, other].flatMap((of) => [of.resource(id), of.tombstone(id)]));
  const org = settingsKeys.org(orgId);
  const [deciding, stored] = await Promise.all([
    database.getMany([org, ...inputs], ["pk", "sk", "lr", "at"]),
    keptRoles(
      database,
      orgId,
      suspects.map(({ userId }) => userId),
    ),
  ]);
  const isFresh = ({ lr, at }: Item) => inspector.ageOf(typeof lr === "string" ? timeOf(lr) : at) < LATE_MS;
  const fresh = new Set(deciding.filter(isFresh).map(({ sk }) => sk));
  if (fresh.has(org.sk)) return;
  for (const { userId, managed, teams, fence } of suspects) {
    const kept = stored.get(userId);
    // A concurrent look has written its result, or its mark is still there.
    const isSame = kept === undefined ? fence === undefined : "fence" in kept && kept.fence === fence;
    if (!isSame || waiting.has(roleKeys.mark(orgId, userId).sk)) continue;
    if ([userId, ...teams].some((id) => fresh.has(id))) continue;
    const mark = { put: markItem(orgId, userId, inspector.report.wishes.stamp) };
    await inspector.settle(async () => ({ code: "user.roles", ids: [userId], managed, repair: [mark] }));
  }
}

/** Keeps the version: no event can say what the roles were. */
async function lookAtUnreadable(
  { database, orgId, report }: Inspector,
  userId: string,
  user: SeenUser | undefined,
): Promise<Contradiction | undefined> {
  const update = roleKeys.assigned(orgId, userId);
  const item = await database.get(update);
  if (item === undefined || !("fault" in keptOf(item))) return undefined;
  const { v, f, d } = item;
  const set = { sv: SCHEMA_VERSION, v: storedNumber(v), f: storedNumber(f) + 1, d: "[]" };
  const condition = { all: [...stillIs("v", v), ...stillIs("f", f), ...stillIs("d", d)] };
  const repair = [{ update, set, condition }, { put: markItem(orgId, userId, report.wishes.stamp) }];
  return { code: "user.rolesUnreadable", ids: [userId], managed: isManaged(user), repair };
}

function addRoles(counts: Map<string, HeldCount>, userId: string, kept: KeptRead | undefined): void {
  for (const role of kept !== undefined && "roles" in kept ? kept.roles : []) {
    const [, n, held] = counts.get(role.key) ?? [role.key, 0];
    const holder = isHeld(role) ? userId : held;
    counts.set(role.key, holder === undefined ? [role.key, n + 1] : [role.key, n + 1, holder]);
  }
}

async function checkHolders(inspector: Inspector, counts: ReadonlyMap<string, HeldCount>): Promise<void> {
  const { database, orgId } = inspector;
  const items = await allOf(database, roleKeys.holdersOf(orgId));
  inspector.looked(items.length);
  const stated = new Map(items.map((item) => [String(item.sk), item]));
  for (const role of new Set([...stated.keys(), ...counts.keys()])) {
    const count = counts.get(role) ?? [role, 0];
    const [, n, held] = count;
    if (!agrees(stated.get(role), count)) await inspector.settle(() => lookAtHolders(inspector, role));
    else if (held !== undefined && n > 1) await judge(inspector, await holding(inspector, held));
  }
}

/** A user held in a role that others have: the gain of the role puts a mark for the held user in the same transaction. */
async function holding(inspector: Inspector, userId: string): Promise<readonly Suspect[]> {
  const kept = (await keptRoles(inspector.database, inspector.orgId, [userId])).get(userId);
  const managed = (await inspector.existing([userId])).has(userId);
  return kept === undefined || "fault" in kept ? [] : [{ userId, managed, teams: [], fence: kept.fence }];
}

/** A gain or loss of a role raises the fence of its holders: a count taken while the fence is unchanged is right. */
async function lookAtHolders(inspector: Inspector, role: string): Promise<Contradiction | undefined> {
  const update = roleKeys.holders(inspector.orgId, role);
  const stated = (item: Item | undefined) => [item?.f, item?.n, item?.held];
  const found = await inspector.miscount(update, role, stated, () => countOf(inspector, role), agrees);
  if (found === undefined) return undefined;
  const { item, counted } = found;
  const [, n, held] = counted;
  const set = { sv: SCHEMA_VERSION, n, f: storedNumber(item?.f) + 1, ...(held !== undefined && { held }) };
  const condition = { all: ["f", "n", "held"].flatMap((name) => stillIs(name, item?.[name])) };
  const change = { update, set, condition, ...(held === undefined && { remove: ["held"] }) };
  return { code: "role.holders", ids: [role], repair: [change] };
}

function agrees(item: Item | undefined, [, n, held]: HeldCount): boolean {
  return item === undefined ? n === 0 : item.n === n && item.held === held && typeof item.f === "number";
}

async function countOf({ database, orgId }: Inspector, role: string): Promise<HeldCount> {
  const counts = new Map<string, HeldCount>();
  let after: string | undefined;
  do {
    const page = await keptPage(database, orgId, USERS_AT_ONCE, after);
    for (const [id, kept] of page.kept) addRoles(counts, id, kept);
    after = page.last;
  } while (after !== undefined);
  return counts.get(role) ?? [role, 0];
}
