import { at, type Tenant } from "../../support/wire.ts";
import { machineLine, median, percentile, table } from "../machine.ts";
import type { LoadedServer, PendingLine } from "./loadedServer.ts";

/** What one PATCH carries while the groups are filled. */
export const MEMBERS_PER_PATCH = 5_000;

interface Measured {
  readonly size: number;
  readonly id: string;
  readonly joined: number[];
  readonly left: number[];
}

/**
 * Prints what one member in or out of a group takes and costs, by the size of the group: one client, all sizes in turn and
 * each round beginning with another one, so that whatever else the machine does meets all of them alike.
 * @returns what is wrong: a capacity that is not the same for every size
 */
export async function measureMemberships(
  server: LoadedServer,
  sizes: readonly number[],
  rounds: number,
): Promise<string[]> {
  const largest = Math.max(...sizes);
  const started = performance.now();
  const people = await server.putUsers(largest + 1);
  const newcomer = people[largest] ?? "";
  const groups: Measured[] = [];
  for (const size of sizes) {
    groups.push({ size, id: await makeGroup(server.org, `size ${size}`, people.slice(0, size)), joined: [], left: [] });
  }
  const made = ((performance.now() - started) / 1_000).toFixed(0);
  const costs: string[][] = [];
  for (const { size, id } of groups) {
    // The change behind a large one pays for the large one's list of edges, which it takes off the group's item.
    await change(server.org, id, "add", [newcomer]);
    await change(server.org, id, "remove", [newcomer]);
    for (const op of ["add", "remove"] as const) {
      server.forget();
      await change(server.org, id, op, [newcomer]);
      costs.push([`${op} one of ${size}`, ...[...server.told().values()].map(costOf)]);
    }
  }
  for (let round = -Math.ceil(rounds / 10); round < rounds; round += 1) {
    for (const [turn] of groups.entries()) {
      const { id, joined, left } = groups.at((turn + round) % groups.length) ?? none();
      const came = await timed(() => change(server.org, id, "add", [newcomer]));
      const went = await timed(() => change(server.org, id, "remove", [newcomer]));
      // The first tenth is Node's and the database's to warm up.
      if (round < 0) continue;
      joined.push(came);
      left.push(went);
    }
  }
  console.log(
    `\nOne member in or out of groups made in ${made} s, ${rounds} rounds over all sizes. ${machineLine()}\n`,
  );
  const smallest = groups[0] ?? none();
  const rows = groups.map(({ size, joined, left }) => [
    size,
    ...figures(joined, smallest.joined),
    ...figures(left, smallest.left),
  ]);
  const header = ["members", "add p50 ms", "p99", "of the smallest", "remove p50 ms", "p99", "of the smallest"];
  console.log(table(header, rows));
  console.log(`\n${table(["request", "calls, trips, RCU, WCU"], costs)}`);
  const distinct = new Set(costs.map(([name = "", cost]) => `${name.split(" ")[0]} ${cost}`));
  return distinct.size === 2 ? [] : ["one member does not cost the same in groups of all sizes"];
}

/** A group with these people in it: in parts, as an identity provider pushes them. @returns its id */
async function makeGroup(org: Tenant, displayName: string, people: readonly string[]): Promise<string> {
  const schemas = ["urn:ietf:params:scim:schemas:core:2.0:Group"];
  const made = await org.request({ method: "POST", path: "/Groups", body: { schemas, displayName } });
  const id = String(at(made.json, "id"));
  for (let start = 0; start < people.length; start += MEMBERS_PER_PATCH) {
    await change(org, id, "add", people.slice(start, start + MEMBERS_PER_PATCH));
  }
  return id;
}

/** @throws Error where it is refused */
async function change(org: Tenant, groupId: string, op: "add" | "remove", ids: readonly string[]): Promise<void> {
  const Operations = [{ op, path: "members", value: ids.map((value) => ({ value })) }];
  const body = { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations };
  const answer = await org.request({ method: "PATCH", path: `/Groups/${groupId}`, body });
  if (answer.status >= 300) throw new Error(`a member change was answered ${answer.status} ${answer.text}`);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function figures(taken: readonly number[], smallest: readonly number[]): string[] {
  const sorted = taken.toSorted((a, b) => a - b);
  return [percentile(sorted, 0.5), percentile(sorted, 0.99), (median(taken) / median(smallest)).toFixed(2)];
}

function costOf({ calls, trips, rcu, wcu }: PendingLine): string {
  return `${calls}, ${trips}, ${rcu}, ${wcu}`;
}

function none(): never {
  throw new Error("there are no sizes");
}
