import { OrgKeys } from "../../functions/store/keys.ts";
import { SqliteTable } from "../../functions/store/sqliteTable.ts";
import { PAGE_CALLS } from "../protocol/growth/portalCalls.ts";
import { SCIM_CALLS } from "../protocol/growth/scimCalls.ts";
import { SIGNED_LAWS } from "../protocol/growth/signedLaws.ts";
import { type Cost, everyCost, measured, type Size, type World, worldOf } from "../protocol/growth/world.ts";
import { patch, values } from "../protocol/manyClients.ts";
import { idOf, ids } from "../support/records.ts";
import type { WireRequest } from "../support/wire.ts";
import { machineLine, table } from "./machine.ts";

const SIZES = [10, 100, 1_000, 10_000, 100_000];
/** Of the org, so that one user is in so many. */
const MOST_GROUPS = 1_000;
const READS = 9;

/**
 * Prints what each operation costs in orgs of 10 users up to so many, whose first group has all of them and whose first user
 * is in every group; then what grows with the groups of a user, and with the deletions of the last five minutes. On the
 * table of `npm start`, in memory, which counts units as DynamoDB does: one page of a list, an export or an inspection each.
 */
export async function benchGrowth(most: number): Promise<void> {
  console.log(`\n${machineLine()}\n`);
  const sizes = SIZES.filter((users) => users <= most);
  const costs: ReadonlyMap<string, Cost>[] = [];
  for (const users of sizes) {
    const groups = Math.min(users, MOST_GROUPS);
    costs.push(await over({ users, groups, members: users }, (world) => everyCost(world, READS)));
  }
  const laws = new Map([
    ...SIGNED_LAWS,
    ...[...SCIM_CALLS, ...PAGE_CALLS].map(({ name, law }) => [name, law] as const),
  ]);
  const rows = [...laws].map(([name, { says }]) => [name, ...costs.map((cost) => cell(cost.get(name))), says]);
  console.log(table(["calls (trips), RCU + WCU, ms", ...sizes.map((users) => `${users} users`), "law"], rows));
  console.log(`\n${table(["a user in so many of 1,000 groups", "GET /Users/{id}"], await ofOneUser())}`);
  console.log(`\n${table(["deleted lately", ...Object.keys(besideDeletions("", ""))], await withDeletions())}`);
  console.log(`\nAt the end: ${machineLine()}`);
}

function cell(cost: Cost | undefined): string {
  if (cost === undefined) return "–";
  const { calls, trips, rcu, wcu, ms } = cost;
  return `${calls} (${trips}), ${rcu}${wcu === 0 ? "" : ` + ${wcu}`}, ${ms.toFixed(1)}`;
}

async function over<T>(size: Size, work: (world: World, table: SqliteTable) => Promise<T>): Promise<T> {
  const memory = new SqliteTable(undefined, { turn: () => undefined });
  return work(await worldOf(size, memory), memory);
}

/** A GET as the median of several. */
async function costOf(world: World, request: WireRequest): Promise<string> {
  const often = request.method === "GET" ? READS : 1;
  const { cost } = await measured(world, request.path, () => world.org.request(request), undefined, often);
  return cell(cost);
}

function ofOneUser(): Promise<string[][]> {
  return over({ users: 10, groups: MOST_GROUPS, members: 1 }, async (world) => {
    const rows: string[][] = [];
    const joiner = ids("u", 10)[1] ?? "";
    let joined = 0;
    for (const groups of [1, 10, 40, 41, 100, MOST_GROUPS]) {
      for (; joined < groups; joined += 1) {
        const body = patch({ op: "add", path: "members", value: values([joiner]) });
        await world.org.request({ method: "PATCH", path: `/Groups/${idOf("g", joined)}`, body });
      }
      rows.push([String(groups), await costOf(world, { method: "GET", path: `/Users/${joiner}` })]);
    }
    return rows;
  });
}

function besideDeletions(group: string, member: string): Readonly<Record<string, WireRequest>> {
  const joining = patch({ op: "add", path: "members", value: values([member]) });
  return {
    "GET a group of 1,000": { method: "GET", path: `/Groups/${group}` },
    "list 100 groups with members": { method: "GET", path: "/Groups?count=100" },
    "one member in": { method: "PATCH", path: `/Groups/${group}`, body: joining },
    "GET a user": { method: "GET", path: `/Users/${member}` },
  };
}

/** Markers of members who were in the group, as deletions leave them until they are swept. */
function withDeletions(): Promise<string[][]> {
  return over({ users: 1_001, groups: 100, members: 1_000 }, async (world, memory) => {
    const rows: string[][] = [];
    const keys = new OrgKeys(world.orgId);
    const at = new Date().toISOString();
    let deleted = 0;
    for (const deletions of [0, 10, 1_000, 10_000]) {
      for (; deleted < deletions; deleted += 1) {
        await memory.write([{ put: { ...keys.marker(idOf("u", 100_000 + deleted)), sv: 1, at } }]);
      }
      const row = [String(deletions)];
      const member = idOf("u", 1_000);
      for (const request of Object.values(besideDeletions(idOf("g", 0), member)))
        row.push(await costOf(world, request));
      const leaving = patch({ op: "remove", path: `members[value eq "${member}"]` });
      await world.org.request({ method: "PATCH", path: `/Groups/${idOf("g", 0)}`, body: leaving });
      rows.push(row);
    }
    return rows;
  });
}
