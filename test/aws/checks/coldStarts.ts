import { isObject } from "../../../functions/scim/json.ts";
import { type Answer, at, type Tenant } from "../../support/wire.ts";
import type { Figure, Finding, LiveCheck, LiveStack } from "../liveStack.ts";
import { configurationPath, type DeployedFunction, functionsOf, json } from "./deployed.ts";
import { quantile } from "./judging.ts";
import { eventsOf, type Report, reportsIn } from "./logEvents.ts";
import { patiently, unhurried } from "./patience.ts";

const ROUNDS = 5;
const WARM = 20;
/** Not read by any function: a change of it is what ends the environments that are warm. */
const VARIABLE = "COLD_START_ROUND";

/** One request that the function answers itself, by its name. */
const REQUESTS: Readonly<Record<string, (stack: LiveStack, tenant: Tenant) => Promise<Answer>>> = {
  users: (_, tenant) => tenant.request({ method: "GET", path: "/Users?count=1" }),
  groups: (_, tenant) => tenant.request({ method: "GET", path: "/Groups?count=1" }),
  bulk: (_, tenant) => tenant.request({ method: "POST", path: "/Bulk", body: BULK }),
  search: (_, tenant) => tenant.request({ method: "POST", path: "/.search", body: SEARCH }),
  oauth: (_, tenant) =>
    tenant.request({ method: "POST", path: "/oauth/token", headers: FORM, body: "grant_type=none" }),
  discovery: (_, tenant) => tenant.request({ method: "GET", path: "/ServiceProviderConfig" }),
  admin: ({ target }, { slug }) => target.admin("GET", `/orgs/${slug}`),
  maintenance: ({ target }, { slug }) => target.admin("GET", `/orgs/${slug}/data/totals`),
  directory: ({ target }, { slug }) => target.directory("GET", `/orgs/${slug}/users?count=1`),
};
const BULK = { schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], Operations: [] };
const SEARCH = { schemas: ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], count: 1 };
const FORM = { "Content-Type": "application/x-www-form-urlencoded" };

/** What was seen of one function. */
export interface Starts {
  readonly name: string;
  /** Of every invocation since the check began. */
  readonly reports: readonly Report[];
  /** Milliseconds until the answer was here: first ones of a new environment, then of a warm one. */
  readonly firstMs: readonly number[];
  readonly warmMs: readonly number[];
  /** Answers that were the service's fault. */
  readonly failed: readonly number[];
}

/** 9 functions: 45 forced cold starts and 180 warm requests, 9 changes of configuration a round, and one back. */
export const coldStarts: LiveCheck = { name: "cold starts: every one that was forced is in the log", run: measure };

async function measure(stack: LiveStack): Promise<Finding> {
  const tenant = await stack.target.org();
  const functions = (await functionsOf(stack)).filter(({ name }) => name in REQUESTS);
  const since = Date.now();
  const firstMs = new Map<string, number[]>(functions.map(({ name }) => [name, []]));
  const warmMs = new Map<string, number[]>(functions.map(({ name }) => [name, []]));
  const failed = new Map<string, number[]>(functions.map(({ name }) => [name, []]));
  const timed = async ({ name }: DeployedFunction, into: Map<string, number[]>): Promise<void> => {
    const started = performance.now();
    const answer = await REQUESTS[name]?.(stack, tenant);
    into.get(name)?.push(performance.now() - started);
    if (answer !== undefined && answer.status >= 500) failed.get(name)?.push(answer.status);
  };
  try {
    for (let round = 1; round <= ROUNDS; round++) {
      await Promise.all(functions.map((one) => configure(stack, one, String(round))));
      // One after the other, so that no answer waits for another one's.
      for (const one of functions) await timed(one, firstMs);
    }
    for (const one of functions) for (let times = 0; times < WARM; times++) await timed(one, warmMs);
  } finally {
    await Promise.all(functions.map((one) => configure(stack, one, undefined)));
  }
  const seen = await Promise.all(
    functions.map(async ({ logGroup, name }): Promise<Starts> => {
      const reports = await reportsOf(stack, logGroup, since, ROUNDS + WARM);
      const of = (seenBy: ReadonlyMap<string, number[]>): number[] => seenBy.get(name) ?? [];
      return { name, reports, firstMs: of(firstMs), warmMs: of(warmMs), failed: of(failed) };
    }),
  );
  return judgedStarts(seen, ROUNDS);
}

/** Lines come within seconds. What there is after a minute and a half is what is judged. */
async function reportsOf(stack: LiveStack, logGroup: string, since: number, atLeast: number): Promise<Report[]> {
  let reports: Report[] = [];
  const look = async (): Promise<true | undefined> => {
    reports = reportsIn(await eventsOf(stack, logGroup, since));
    return reports.length >= atLeast ? true : undefined;
  };
  await patiently(look, { seconds: 90, everyMs: 3000 });
  return reports;
}

/**
 * Whatever changes in the configuration, the next request meets a new environment; it is read and written as a whole.
 * Source: AWS Lambda API Reference, UpdateFunctionConfiguration; Developer Guide, "Lambda function states": the change counts
 * once LastUpdateStatus is Successful.
 */
async function configure(
  { aws }: LiveStack,
  { functionName }: DeployedFunction,
  value: string | undefined,
): Promise<void> {
  const path = configurationPath(functionName);
  const read = async () => json(await aws.rest("lambda", "GET", path));
  const variables = at(await read(), "Environment.Variables");
  const { [VARIABLE]: _, ...others } = isObject(variables) ? variables : {};
  const Variables = value === undefined ? others : { ...others, [VARIABLE]: value };
  await unhurried(() => aws.rest("lambda", "PUT", path, { Environment: { Variables } }));
  const done = await patiently(async () => (at(await read(), "LastUpdateStatus") === "Successful" ? true : undefined), {
    seconds: 60,
    everyMs: 500,
  });
  if (done === undefined) throw new Error(`the configuration of ${functionName} did not come to rest within a minute`);
}

/** Times are told and not judged: they are the region's and the hour's. */
export function judgedStarts(seen: readonly Starts[], forced: number): Finding {
  const broken = seen.flatMap(({ failed, name }) => failed.map((status) => `${name}: an answer was ${status}`));
  if (broken.length === 0 && seen.every(({ reports }) => reports.length === 0)) {
    return {
      differences: [],
      notShown: "no function wrote platform.report: the stage is not disposable, or its log is late",
    };
  }
  const figures: Figure[] = [];
  const differences = [...broken];
  for (const { firstMs, name, reports, warmMs } of seen) {
    const inits = reports.flatMap(({ initMs }) => initMs ?? []);
    if (inits.length < forced)
      differences.push(`${name}: ${forced} cold starts were forced, ${inits.length} are in the log`);
    const warm = reports.filter(({ initMs }) => initMs === undefined).map(({ durationMs }) => durationMs);
    const figure = (what: string, values: readonly number[], share: number): void => {
      if (values.length > 0) figures.push({ name: `${name}: ${what}`, value: quantile(values, share), unit: "ms" });
    };
    figure("init, median", inits, 0.5);
    figure("init, longest", inits, 1);
    figure("first answer from here, median", firstMs, 0.5);
    figure("warm answer from here, median", warmMs, 0.5);
    figure("warm in Lambda, median", warm, 0.5);
  }
  return { differences, figures };
}
