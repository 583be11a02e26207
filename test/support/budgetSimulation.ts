import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import type { DynamoDBDocumentClient, UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import { type BudgetLimits, RequestBudget } from "../../functions/provisioning/requestBudget.ts";
import { DynamoBuckets } from "../../functions/store/buckets.ts";
import { sdkSend } from "../../functions/store/dynamoTable.ts";

/** One org's requests over many environments, with the simulation's own clock and chance. */
export interface Simulation {
  readonly limits: BudgetLimits;
  readonly environments: number;
  readonly seconds: number;
  readonly seed: number;
  /** Requests per second in this second of the simulation. */
  demandAt(second: number): number;
}

/** By second. */
interface Simulated {
  readonly asked: readonly number[];
  readonly admitted: readonly number[];
  /** The table's write units. */
  readonly wcu: readonly number[];
  /** Admissions of a single bucket that every request asks. */
  readonly exact: readonly number[];
}

const START = Date.parse("2026-01-01T00:00:00Z");

/** Requests come at random times (a Poisson process), each to a random environment. */
export async function simulateBudget(simulation: Simulation): Promise<Simulated> {
  const { environments, limits, seconds } = simulation;
  const random = seeded(simulation.seed);
  const table = bucketTable();
  const budgets = Array.from({ length: environments }, () => {
    // Each environment has its own memory.
    const buckets = new DynamoBuckets({ send: sdkSend(table.client), tableName: "simulated" });
    return new RequestBudget(limits, buckets, random);
  });
  const [asked, admitted, wcu] = [0, 1, 2].map(() => Array<number>(seconds).fill(0));
  if (asked === undefined || admitted === undefined || wcu === undefined) throw new Error("three are three");
  for (let at = 0; at < seconds; ) {
    at += -Math.log(1 - random()) / simulation.demandAt(at);
    const second = Math.floor(at);
    if (second >= seconds) break;
    const before = table.calls();
    const budget = budgets[Math.floor(random() * environments)];
    const admission = await budget?.admit("Acme0000", 1, () => START + at * 1_000);
    if (admission?.outcome === "admitted") await admission.settle(0);
    asked[second] = (asked[second] ?? 0) + 1;
    admitted[second] = (admitted[second] ?? 0) + (admission?.outcome === "admitted" ? 1 : 0);
    wcu[second] = (wcu[second] ?? 0) + table.calls() - before;
  }
  return { asked, admitted, wcu, exact: exactly(limits, asked) };
}

/** The lowest and highest relative difference from the exact number in any ten seconds. */
export function deviation({ admitted, exact }: Simulated): readonly [lowest: number, highest: number] {
  const shares = admitted.slice(9).map((_, from) => sum(admitted, from) / sum(exact, from) - 1);
  return [Math.min(...shares), Math.max(...shares)];
}

export function writesPerRequest({ asked, wcu }: Simulated): number {
  return sum(wcu, 0, wcu.length) / sum(asked, 0, asked.length);
}

function sum(numbers: readonly number[], from: number, count = 10): number {
  return numbers.slice(from, from + count).reduce((total, number) => total + number, 0);
}

function exactly({ burst, rate }: BudgetLimits, asked: readonly number[]): number[] {
  let level = burst;
  return asked.map((wanted) => {
    const room = Math.min(burst, level) + rate;
    const taken = Math.min(wanted, room);
    level = room - taken;
    return taken;
  });
}

/** Numbers from 0 (inclusive) to 1 (exclusive), the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One bucket's item as in DynamoDB, one write unit for each call; `contract/buckets.test.ts` checks the real table. */
function bucketTable() {
  let item: { readonly fa: number; readonly un: number } | undefined;
  let calls = 0;
  const send = async ({ input }: { readonly input: UpdateCommandInput }) => {
    calls += 1;
    const value = (name: string): number => Number(input.ExpressionAttributeValues?.[name]);
    const full = input.UpdateExpression?.includes(":next") === true;
    const fits =
      item === undefined
        ? full
        : full
          ? item.fa < value(":idle") || item.fa > value(":farthest")
          : item.fa >= value(":idle") && item.fa <= value(":latest");
    if (!fits) {
      const Item = item && { fa: { N: String(item.fa) }, un: { N: String(item.un) } };
      throw new ConditionalCheckFailedException({ $metadata: {}, message: "refused", ...(Item && { Item }) });
    }
    item = {
      fa: full ? value(":next") : (item?.fa ?? 0) + value(":cost"),
      un: (item?.un ?? 0) + value(":asked"),
    };
    return { Attributes: item };
  };
  // The only method and the only command in use.
  return { client: { send } as unknown as Pick<DynamoDBDocumentClient, "send">, calls: () => calls };
}
