import { isObject } from "../../../functions/scim/json.ts";
import { type Answer, at, type Tenant } from "../../support/wire.ts";
import type { Figure, Finding, LiveCheck, LiveStack } from "../liveStack.ts";
import { configurationPath, type DeployedFunction, functionsOf, json, median, patiently, unhurried } from "./asking.ts";
import { eventsOf, type Report, reportIn } from "./logs.ts";

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

/** What was seen of one function: milliseconds until an answer was here, and answers that were the service's fault. */
interface Seen {
  readonly deployed: DeployedFunction;
  readonly firstMs: number[];
  readonly warmMs: number[];
  readonly failed: number[];
}

/** 9 functions: 45 forced cold starts and 180 warm requests, 9 changes of configuration a round, and one back. */
export const coldStarts: LiveCheck = { name: "cold starts: every one that was forced is in the log", run: measure };

/** Times are told and not judged: they are the region's and the hour's. */
async function measure(stack: LiveStack): Promise<Finding> {
  const tenant = await stack.target.org();
  const seen = (await functionsOf(stack)).flatMap((deployed): Seen[] =>
    deployed.name in REQUESTS ? [{ deployed, firstMs: [], warmMs: [], failed: [] }] : [],
  );
  const since = Date.now();
  const timed = async ({ deployed: { name }, failed }: Seen, into: number[]): Promise<void> => {
    const started = performance.now();
    const answer = await REQUESTS[name]?.(stack, tenant);
    into.push(performance.now() - started);
    if (answer !== undefined && answer.status >= 500) failed.push(answer.status);
  };
  try {
    for (let round = 1; round <= ROUNDS; round++) {
      await Promise.all(seen.map(({ deployed }) => configure(stack, deployed, String(round))));
      // One after the other, so that no answer waits for another one's.
      for (const one of seen) await timed(one, one.firstMs);
    }
    for (const one of seen) for (let times = 0; times < WARM; times++) await timed(one, one.warmMs);
  } finally {
    await Promise.all(seen.map(({ deployed }) => configure(stack, deployed, undefined)));
  }
  const [differences, figures]: [string[], Figure[]] = [[], []];
  let reported = 0;
  for (const { deployed, failed, firstMs, warmMs } of seen) {
    const { name } = deployed;
    const reports = await reportsOf(stack, deployed.logGroup, since);
    reported += reports.length;
    const inits = reports.flatMap(({ initMs }) => initMs ?? []);
    differences.push(...failed.map((status) => `${name}: an answer was ${status}`));
    if (inits.length < ROUNDS) {
      differences.push(`${name}: ${ROUNDS} cold starts were forced, ${inits.length} are in the log`);
    }
    const warm = reports.flatMap(({ durationMs, initMs }) => (initMs === undefined ? [durationMs] : []));
    const values = {
      "init, median": median(inits),
      "init, longest": Math.max(...inits),
      "first answer from here, median": median(firstMs),
      "warm answer from here, median": median(warmMs),
      "warm in Lambda, median": median(warm),
    };
    figures.push(...Object.entries(values).map(([what, value]) => ({ name: `${name}: ${what}`, value, unit: "ms" })));
  }
  if (reported > 0) return { differences, figures };
  return {
    differences: [],
    notShown: "no function wrote platform.report: the stage is not disposable, or its log is late",
  };
}

/** Lines come within seconds. What there is after a minute and a half is what is judged. */
async function reportsOf(stack: LiveStack, logGroup: string, since: number): Promise<Report[]> {
  let reports: Report[] = [];
  const look = async (): Promise<true | undefined> => {
    reports = (await eventsOf(stack, logGroup, since)).flatMap(({ message }) => reportIn(message) ?? []);
    return reports.length >= ROUNDS + WARM ? true : undefined;
  };
  await patiently(look, { seconds: 90, everyMs: 3000 });
  return reports;
}

/**
 * Whatever changes in the configuration, the next request meets a new environment; it is read and written as a whole.
 * Source: AWS Lambda API Reference, UpdateFunctionConfiguration; Developer Guide, "Lambda function states": the change counts
 * once LastUpdateStatus is Successful.
 */
async function configure({ aws }: LiveStack, { functionName }: DeployedFunction, value?: string): Promise<void> {
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
