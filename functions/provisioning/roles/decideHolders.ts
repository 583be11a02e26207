import type { HolderChange, HolderNews, HoldersRead } from "../../store/roles/roleLooks.ts";
import type { AssignedRole } from "../../store/roles/roleRecords.ts";

/** What roles one person has, and should have. */
export interface RoleClaim {
  readonly userId: string;
  readonly before: readonly AssignedRole[];
  /** `rolesOf` */
  readonly computed: readonly AssignedRole[];
  /** Whether the person is a member of the org now: only members keep a last role. */
  readonly member: boolean;
}

interface RoleDecision {
  /** By user id. */
  readonly roles: ReadonlyMap<string, readonly AssignedRole[]>;
  readonly holders: readonly HolderChange[];
  /** Ids of people with more changes than one transaction can hold. The next run does the rest. */
  readonly partly: ReadonlySet<string>;
}

/** Most holder changes of one person at once. A transaction then still has room for the person's own item and marks. */
const HOLDERS_AT_ONCE = 45;
/** Of a transaction's 100 actions. */
const ACTIONS_AT_ONCE = 95;

/**
 * Decides who has which role from now on. A role with `keepOne` that would lose its last holder stays with a member, as `held`. If
 * its last holder is no member any more, nobody has the role. Both cases are reported. Gains come before removals.
 * @param claims of different people
 * @param keepOne the roles that keep one, with their holders
 */
export function decideHolders(claims: readonly RoleClaim[], keepOne: ReadonlyMap<string, HoldersRead>): RoleDecision {
  const kept = new Map<string, string>();
  const lastGone = new Map<string, string>();
  for (const [role, read] of keepOne) {
    const having = claims.filter(({ before }) => has(before, role));
    const losing = having.filter(({ computed }) => !has(computed, role));
    const gained = claims.filter(({ before, computed }) => !has(before, role) && has(computed, role)).length;
    const leaving = losing.filter(({ member }) => !member);
    // A person who already holds the role as `held` keeps it, if anybody has to.
    const staying = losing.filter(({ member }) => member).sort((a, b) => order(a, role) - order(b, role));
    let left = read.count + gained - leaving.length;
    for (const { userId } of staying) {
      if (left > 1) left -= 1;
      else kept.set(role, userId);
    }
    const last = leaving.at(-1);
    if (left <= 0 && last !== undefined) lastGone.set(role, last.userId);
  }
  const whole = new Map(claims.map((claim) => [claim.userId, withKept(claim, kept)]));
  const roles = new Map(claims.map(({ userId, before }) => [userId, firstPart(before, whole.get(userId) ?? [])]));
  const partly = new Set(claims.flatMap(({ userId }) => (roles.get(userId) === whole.get(userId) ? [] : [userId])));
  return { roles, holders: changesOf(claims, roles, { keepOne, lastGone }), partly };
}

function order({ before }: RoleClaim, role: string): number {
  return isHeld(before, role) ? 1 : 0;
}

function withKept({ userId, computed }: RoleClaim, kept: ReadonlyMap<string, string>): readonly AssignedRole[] {
  const held = [...kept].flatMap(([key, holder]): AssignedRole[] =>
    holder === userId ? [{ key, sources: [{ type: "held" }] }] : [],
  );
  return held.length === 0 ? computed : [...computed, ...held].sort((a, b) => (a.key < b.key ? -1 : 1));
}

interface Found {
  readonly keepOne: ReadonlyMap<string, HoldersRead>;
  readonly lastGone: ReadonlyMap<string, string>;
}

function changesOf(
  claims: readonly RoleClaim[],
  roles: ReadonlyMap<string, readonly AssignedRole[]>,
  { keepOne, lastGone }: Found,
): HolderChange[] {
  const touched = new Map<string, { add: number; held: string | null | undefined; begun: boolean; gained: boolean }>();
  for (const { userId, before } of claims) {
    const after = roles.get(userId) ?? [];
    for (const role of touchedBy(before, after)) {
      const one = touched.get(role) ?? { add: 0, held: undefined, begun: false, gained: false };
      const [had, is] = [has(before, role), has(after, role)];
      one.add += Number(is) - Number(had);
      one.gained ||= is && !had;
      const [wasHeld, isNow] = [isHeld(before, role), isHeld(after, role)];
      if (isNow && !wasHeld) [one.held, one.begun] = [userId, true];
      else if (wasHeld && !isNow) one.held ??= null;
      touched.set(role, one);
    }
  }
  const mine = new Set(claims.map(({ userId }) => userId));
  return [...touched].map(([role, { add, held, begun, gained }]) => {
    const read = keepOne.get(role);
    const release = gained && read?.held !== undefined && !mine.has(read.held) ? read.held : undefined;
    const last = lastGone.get(role);
    const news: HolderNews | undefined =
      begun && typeof held === "string"
        ? { kind: "held", role, userId: held }
        : last === undefined
          ? undefined
          : { kind: "gone", role, userId: last };
    return { role, add, held, news, read, release };
  });
}

/** Roles whose holders change with one person's roles. */
function touchedBy(before: readonly AssignedRole[], after: readonly AssignedRole[]): string[] {
  const keys = new Set([...before, ...after].map(({ key }) => key));
  return [...keys].filter((key) => has(before, key) !== has(after, key) || isHeld(before, key) !== isHeld(after, key));
}

function has(roles: readonly AssignedRole[], role: string): boolean {
  return roles.some(({ key }) => key === role);
}

function isHeld(roles: readonly AssignedRole[], role: string): boolean {
  return roles.some(({ key, sources }) => key === role && sources.some(({ type }) => type === "held"));
}

/** @returns `after` itself if all changes fit into a transaction */
function firstPart(before: readonly AssignedRole[], after: readonly AssignedRole[]): readonly AssignedRole[] {
  const touched = touchedBy(before, after);
  if (touched.length <= HOLDERS_AT_ONCE) return after;
  const later = new Set(touched.sort().slice(HOLDERS_AT_ONCE));
  const now = [...after.filter(({ key }) => !later.has(key)), ...before.filter(({ key }) => later.has(key))];
  return now.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Groups of claims, each for one transaction. Gains come before removals. */
export function groupClaims<C extends RoleClaim>(claims: readonly C[]): C[][] {
  const groups: C[][] = [];
  let roles = new Set<string>();
  let group: C[] = [];
  for (const claim of [...claims].sort((a, b) => gains(b) - gains(a))) {
    const touched = touchedBy(claim.before, claim.computed);
    const more = new Set([...roles, ...touched]);
    // For each gained role, one earlier holder may have to be checked again.
    const isFull = more.size > HOLDERS_AT_ONCE || group.length + 1 + 2 * more.size > ACTIONS_AT_ONCE;
    // A person whose many gains need several parts is decided alone: later parts cannot count for people who lose a role now.
    if (group.length > 0 && isFull) {
      groups.push(group);
      [group, roles] = [[], new Set(touched)];
    } else roles = more;
    group.push(claim);
  }
  return group.length === 0 ? groups : [...groups, group];
}

function gains({ before, computed }: RoleClaim): number {
  return computed.some(({ key }) => !has(before, key)) ? 1 : 0;
}
