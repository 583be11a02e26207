import { type Answer, at, type Tenant } from "../../support/wire.ts";
import type { Finding, LiveCheck, LiveStack, StackResource } from "../liveStack.ts";
import { functionsOf, groupNamed, idOf, patch, patiently, userNamed } from "./asking.ts";
import { eventsOf, lineOfOurs, logGroupsOf, parsed, reportIn } from "./logs.ts";

/** What CloudWatch adds to the bytes of each event (CloudWatch Logs User Guide, "quotas": 26 bytes). */
const EVENT_BYTES = 26;
/** How many of a hundred requests are of a kind: the mix of a provisioning day. */
const MIX = { filter: 40, get: 20, patchUser: 15, patchMembers: 15, post: 5, list: 3, delete: 1 };
/** Each of these changes something, and an event tells it. */
const CHANGES = MIX.patchUser + MIX.patchMembers + MIX.post + MIX.delete;

/**
 * List prices of us-east-1 in dollars, as the AWS price pages had them in September 2026, without free tiers. Another region
 * costs up to half as much again.
 */
const PRICES = {
  /** API Gateway pricing: REST API, the first 333 million of a month. */
  apiRequest: 3.5 / 1e6,
  /** AWS Lambda pricing: arm64, the first 7.5 billion GB-seconds of a month. */
  gbSecond: 0.0000133334,
  invocation: 0.2 / 1e6,
  /** Amazon DynamoDB pricing: on-demand capacity, standard table class. */
  readUnit: 0.125 / 1e6,
  writeUnit: 0.625 / 1e6,
  /** Amazon CloudWatch pricing: vended Lambda logs and custom logs alike, the first tier. */
  logByte: 0.5 / 2 ** 30,
  /** Amazon EventBridge pricing: custom events. */
  event: 1 / 1e6,
} as const;

/** 99 requests of the mix behind 21 that prepare it. */
export const cost: LiveCheck = {
  name: "a million requests of a usual mix cost what the log says they use",
  run: async (stack): Promise<Finding> => {
    const tenant = await stack.target.org();
    const begun = Date.now();
    const { group, users } = await prepare(tenant);
    // What follows the preparation is not part of the mix.
    const prepared = async () => (await usageOf(stack, begun, tenant.slug)).events > users.length;
    await patiently(async () => (await prepared()) || undefined, { seconds: 60, everyMs: 3000 });
    const since = Date.now();
    const answers = await playMix(tenant, users, group);
    const usage = await patiently(
      async () => {
        const seen = await usageOf(stack, since, tenant.slug);
        return seen.requests >= answers.length && seen.events >= CHANGES ? seen : undefined;
      },
      { seconds: 120, everyMs: 5000 },
    );
    const refused = answers.filter(({ status }) => status >= 300);
    if (refused.length > 0)
      return { differences: refused.map(({ status, text }) => `${status}: ${text.slice(0, 200)}`) };
    if (usage === undefined) return { differences: ["the log lacks requests or events after two minutes"] };
    if (usage.invocations < usage.requests) {
      return { differences: [], notShown: `${usage.invocations} reports of Lambda for ${usage.requests} requests` };
    }
    // Token and settings are read strongly for each request; the emulator does not tell what reads take.
    const untold = !stack.emulated && usage.readUnits < 2 * usage.requests;
    const each = {
      RCU: usage.readUnits,
      WCU: usage.writeUnits,
      "bytes of log": usage.logBytes,
      "GB-s": usage.gbSeconds,
    };
    return {
      differences: untold ? [`the lines tell ${usage.readUnits} read units for ${usage.requests} requests`] : [],
      figures: [
        ...perMillion(usage).map(([name, value]) => ({ name, value, unit: "$ per million requests" })),
        ...Object.entries(each).map(([unit, all]) => ({ name: "a request", value: all / usage.requests, unit })),
      ],
      notes: ["list prices of us-east-1; cold starts, access log and the workers behind the requests are in it"],
    };
  },
};

type Usage = Awaited<ReturnType<typeof usageOf>>;

/** Dollars for a million requests of the same mix, by what they are paid for. */
function perMillion(usage: Usage): [item: string, dollars: number][] {
  const dollars = {
    "API Gateway": usage.requests * PRICES.apiRequest,
    DynamoDB: usage.readUnits * PRICES.readUnit + usage.writeUnits * PRICES.writeUnit,
    Lambda: usage.invocations * PRICES.invocation + usage.gbSeconds * PRICES.gbSecond,
    logs: usage.logBytes * PRICES.logByte,
    events: usage.events * PRICES.event,
  };
  const total = sumOf(Object.values(dollars));
  return Object.entries({ ...dollars, total }).map(([item, one]) => [item, (one / usage.requests) * 1e6]);
}

/** 20 users and a group. */
async function prepare(tenant: Tenant) {
  const users: string[] = [];
  for (let n = 0; n < 20; n++) users.push(idOf(await tenant.request(creation(n))));
  const group = idOf(await tenant.request({ method: "POST", path: "/Groups", body: groupNamed("Crew") }));
  return { users, group };
}

/** One after the other, so that nothing is repeated because of another request. */
async function playMix(tenant: Tenant, users: readonly string[], group: string): Promise<Answer[]> {
  const path = (n: number): string => `/Users/${users[n % users.length]}`;
  const get = (where: string) => tenant.request({ method: "GET", path: where });
  const member = (n: number) => ({ op: "add", path: "members", value: [{ value: users[n % users.length] }] });
  const play: Record<keyof typeof MIX, (n: number) => Promise<Answer>> = {
    filter: (n) => get(`/Users?filter=userName eq "user${n % 20}@example.com"`),
    get: (n) => get(path(n)),
    patchUser: (n) => tenant.request(patch(path(n), { op: "replace", path: "title", value: `Title ${n}` })),
    patchMembers: (n) => tenant.request(patch(`/Groups/${group}`, member(n))),
    post: (n) => tenant.request(creation(100 + n)),
    list: () => get("/Users?count=100"),
    delete: () => tenant.request({ method: "DELETE", path: path(19) }),
  };
  const answers: Answer[] = [];
  for (const kind of Object.keys(MIX) as (keyof typeof MIX)[]) {
    for (let n = 0; n < MIX[kind]; n++) answers.push(await play[kind](n));
  }
  return answers;
}

function creation(n: number) {
  return { method: "POST", path: "/Users", body: userNamed(`user${n}@example.com`) };
}

/**
 * What the requests of one org used since then. The platform's own lines are not counted as log: outside `dev` they are
 * switched off.
 */
async function usageOf(stack: LiveStack, since: number, org: string) {
  const functions = await functionsOf(stack);
  const read = async (groups: readonly string[]) =>
    (await Promise.all(groups.map((group) => eventsOf(stack, group, since)))).flat().map(({ message }) => message);
  const written = (...names: string[]) =>
    read(functions.flatMap(({ logGroup, name }) => (names.includes(name) ? [logGroup] : [])));
  const [asked, workers] = [await written("users", "groups"), await written("events", "sweep")];
  const { access } = logGroupsOf(stack);
  const own = new Map(
    asked.flatMap((message) => {
      const line = lineOfOurs(message);
      const isOurs = at(line, "org") === org && at(line, "type") === "scim.request";
      return isOurs ? [[String(at(line, "reqId")), message] as const] : [];
    }),
  );
  const worked = workers.filter((message) => lineOfOurs(message) !== undefined);
  const gateway = (await read(access === undefined ? [] : [access])).filter((message) =>
    own.has(String(at(parsed(message), "integrationRequestId"))),
  );
  const reports = (messages: readonly string[]) => messages.flatMap((message) => reportIn(message) ?? []);
  const ours = [...reports(asked).filter(({ requestId }) => own.has(requestId)), ...reports(workers)];
  const told = [...own.values(), ...worked];
  const field = (name: string) => sumOf(told.map((message) => Number(at(lineOfOurs(message), name) ?? 0)));
  return {
    requests: own.size,
    readUnits: field("rcu"),
    writeUnits: field("wcu"),
    invocations: ours.length,
    gbSeconds: sumOf(ours.map(({ billedMs, memoryMb }) => (billedMs / 1000) * (memoryMb / 1024))),
    logBytes: sumOf([...told, ...gateway].map((message) => Buffer.byteLength(message) + EVENT_BYTES)),
    events: field("published"),
  };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** A month of what is paid for while nothing happens. Each is an option of the settings, with its price in lib/docs. */
const MONTHLY: Readonly<Record<string, number>> = {
  "AWS::CloudWatch::Alarm": 0.1,
  "AWS::CloudWatch::Dashboard": 3,
  "AWS::KMS::Key": 1,
  // Its rules included.
  "AWS::WAFv2::WebACL": 7,
};

/** Paid for by use only; the scheduled visits of the sweep and the daily report come to about a cent (ADR 0023, lib/docs/operate.md). */
const BY_USE =
  /^AWS::(ApiGateway::\w+|CDK::Metadata|CloudWatch::InsightRule|DynamoDB::GlobalTable|Events::(EventBus|Rule)|IAM::(Role|Policy)|KMS::Alias|Lambda::(Alias|Function|Permission|Version|EventInvokeConfig|EventSourceMapping)|Logs::\w+|Route53::RecordSet|SNS::(Topic|Subscription|TopicPolicy)|SQS::(Queue|QueuePolicy)|WAFv2::WebACLAssociation)$/;

/** No request. */
export const idle: LiveCheck = {
  name: "of everything in the stack it is known what it costs while idle",
  run: async ({ resources }) => judgedIdle(resources),
};

/** product.md 5.15: a dollar a month at most, and what costs more is an option with its price beside it. */
export function judgedIdle(resources: readonly Pick<StackResource, "type">[]): Finding {
  const types = resources.map(({ type }) => type);
  const unknown = types.filter((type) => MONTHLY[type] === undefined && !BY_USE.test(type));
  const value = sumOf(types.map((type) => MONTHLY[type] ?? 0));
  return {
    differences: [...new Set(unknown)].map(
      (type) => `nobody has looked up what ${type} costs: test/aws/checks/cost.ts`,
    ),
    figures: [{ name: "idle, all of it for options", value, unit: "$ a month" }],
  };
}
