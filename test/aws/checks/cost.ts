import { GROUP_SCHEMA, PATCH_OP, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { type Answer, at, type Tenant } from "../../support/wire.ts";
import type { Finding, LiveCheck, LiveStack, StackResource } from "../liveStack.ts";
import { functionsOf, logGroupsOf } from "./deployed.ts";
import { eventsOf, type LogEvent, lineOfOurs, parsed, reportIn } from "./logEvents.ts";
import { patiently } from "./patience.ts";
import { idleCost, perMillion, type Usage } from "./prices.ts";

/** What CloudWatch adds to the bytes of each event (CloudWatch Logs User Guide, "quotas": 26 bytes). */
const EVENT_BYTES = 26;
/** A kind of request, and how many of a hundred are of it: a provisioning day as ../shared/platform.md section 8 mixes it. */
const MIX = { filter: 40, get: 20, patchUser: 15, patchMembers: 15, post: 5, list: 3, delete: 1 };
/** Each of these changes something, and an event tells it. */
const CHANGES = MIX.patchUser + MIX.patchMembers + MIX.post + MIX.delete;

/** 99 requests of the mix behind 21 that prepare it. */
export const cost: LiveCheck = {
  name: "a million requests of a usual mix cost what the log says they use",
  run: measure,
};

/** No request. */
export const idle: LiveCheck = {
  name: "of everything in the stack it is known what it costs while idle",
  run: async ({ resources }) => judgedIdle(resources),
};

async function measure(stack: LiveStack): Promise<Finding> {
  const tenant = await stack.target.org();
  const groups = await groupsOf(stack);
  const begun = Date.now();
  const world = await prepare(tenant);
  // What follows the preparation is not part of the mix.
  const told = async () => usageOf(await readAll(stack, groups, begun), tenant.slug).events > world.users.length;
  await patiently(async () => (await told()) || undefined, { seconds: 60, everyMs: 3000 });
  const since = Date.now();
  const answers = await playMix(tenant, world);
  let events: Record<keyof Groups, LogEvent[]> = { functions: [], workers: [], access: [] };
  const whole = await patiently(
    async () => {
      events = await readAll(stack, groups, since);
      const { events: published, requests } = usageOf(events, tenant.slug);
      return requests >= answers.length && published >= CHANGES ? true : undefined;
    },
    { seconds: 120, everyMs: 5000 },
  );
  const usage = usageOf(events, tenant.slug);
  const refused = answers
    .filter(({ status }) => status >= 300)
    .map(({ status, text }) => `${status}: ${text.slice(0, 200)}`);
  const late =
    whole === undefined
      ? [
          `${usage.requests} of ${answers.length} requests and ${usage.events} of ${CHANGES} events are in the log after two minutes`,
        ]
      : [];
  if (late.length > 0 || refused.length > 0) return { differences: [...refused, ...late] };
  return judgedUsage(usage, stack.emulated);
}

interface World {
  readonly users: readonly string[];
  readonly group: string;
}

/** 20 users and a group. */
async function prepare(tenant: Tenant): Promise<World> {
  const users: string[] = [];
  for (let n = 0; n < 20; n++) users.push(idOf(await tenant.request(creation(n))));
  const body = { schemas: [GROUP_SCHEMA], displayName: "Crew" };
  return { users, group: idOf(await tenant.request({ method: "POST", path: "/Groups", body })) };
}

/** One after the other, so that nothing is repeated because of another request. */
async function playMix(tenant: Tenant, { group, users }: World): Promise<Answer[]> {
  const user = (n: number): string => users[n % users.length] ?? "";
  const play: Record<keyof typeof MIX, (n: number) => Promise<Answer>> = {
    filter: (n) => tenant.request({ method: "GET", path: `/Users?filter=userName eq "user${n % 20}@example.com"` }),
    get: (n) => tenant.request({ method: "GET", path: `/Users/${user(n)}` }),
    patchUser: (n) => tenant.request(patch(`/Users/${user(n)}`, { op: "replace", path: "title", value: `Title ${n}` })),
    patchMembers: (n) =>
      tenant.request(patch(`/Groups/${group}`, { op: "add", path: "members", value: [{ value: user(n) }] })),
    post: (n) => tenant.request(creation(100 + n)),
    list: () => tenant.request({ method: "GET", path: "/Users?count=100" }),
    delete: () => tenant.request({ method: "DELETE", path: `/Users/${user(19)}` }),
  };
  const answers: Answer[] = [];
  for (const kind of Object.keys(MIX) as (keyof typeof MIX)[]) {
    for (let n = 0; n < MIX[kind]; n++) answers.push(await play[kind](n));
  }
  return answers;
}

interface Groups {
  /** Of `users` and `groups`, which answer the mix. */
  readonly functions: readonly string[];
  /** Of `events` and `sweep`, which follow. */
  readonly workers: readonly string[];
  readonly access: readonly string[];
}

async function groupsOf(stack: LiveStack): Promise<Groups> {
  const functions = await functionsOf(stack);
  const ofThese = (...names: string[]) =>
    functions.filter(({ name }) => names.includes(name)).map(({ logGroup }) => logGroup);
  const { access } = logGroupsOf(stack.resources);
  return {
    functions: ofThese("users", "groups"),
    workers: ofThese("events", "sweep"),
    access: access === undefined ? [] : [access],
  };
}

async function readAll(stack: LiveStack, groups: Groups, since: number): Promise<Record<keyof Groups, LogEvent[]>> {
  const read = async (names: readonly string[]) =>
    (await Promise.all(names.map((name) => eventsOf(stack, name, since)))).flat();
  return {
    functions: await read(groups.functions),
    workers: await read(groups.workers),
    access: await read(groups.access),
  };
}

/**
 * What the requests of one org used. The platform's own lines are not counted as log: outside `dev` they are switched off.
 * @param org its login name
 */
export function usageOf(events: Record<keyof Groups, readonly LogEvent[]>, org: string): Usage {
  const requests = new Map<string, LogEvent & { readonly rcu: number; readonly wcu: number }>();
  for (const event of events.functions) {
    const line = lineOfOurs(event.message);
    if (line === undefined || at(line, "org") !== org || at(line, "type") !== "scim.request") continue;
    requests.set(String(at(line, "reqId")), { ...event, rcu: Number(at(line, "rcu")), wcu: Number(at(line, "wcu")) });
  }
  const worked = events.workers.filter(({ message }) => lineOfOurs(message) !== undefined);
  const access = events.access.filter(({ message }) =>
    requests.has(String(at(parsed(message), "integrationRequestId"))),
  );
  const reports = events.functions
    .flatMap(({ message }) => reportIn(message) ?? [])
    .filter((one) => requests.has(one.requestId));
  const workersReports = events.workers.flatMap(({ message }) => reportIn(message) ?? []);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const own = [...requests.values()];
  const ofWorkers = (field: string): number =>
    sum(worked.map(({ message }) => Number(at(lineOfOurs(message), field) ?? 0)));
  return {
    requests: requests.size,
    readUnits: sum(own.map(({ rcu }) => rcu)) + ofWorkers("rcu"),
    writeUnits: sum(own.map(({ wcu }) => wcu)) + ofWorkers("wcu"),
    invocations: reports.length + workersReports.length,
    gbSeconds: sum(
      [...reports, ...workersReports].map(({ billedMs, memoryMb }) => (billedMs / 1000) * (memoryMb / 1024)),
    ),
    logBytes: sum([...own, ...worked, ...access].map(({ message }) => Buffer.byteLength(message) + EVENT_BYTES)),
    events: ofWorkers("published"),
  };
}

/** @param emulated it does not tell what reads take */
export function judgedUsage(usage: Usage, emulated: boolean): Finding {
  if (usage.invocations < usage.requests) {
    return {
      differences: [],
      notShown: `${usage.invocations} reports of Lambda for ${usage.requests} requests: it cannot be said what they cost`,
    };
  }
  const dollars = Object.entries(perMillion(usage)).map(([item, value]) => ({
    name: item,
    value,
    unit: "$ per million requests",
  }));
  const each = (name: string, value: number, unit: string) => ({
    name: `${name}, a request`,
    value: value / usage.requests,
    unit,
  });
  // Token and settings are read strongly for each request.
  const untold = !emulated && usage.readUnits < 2 * usage.requests;
  return {
    differences: untold ? [`the lines tell ${usage.readUnits} read units for ${usage.requests} requests`] : [],
    figures: [
      ...dollars,
      each("read units", usage.readUnits, "RCU"),
      each("write units", usage.writeUnits, "WCU"),
      each("log, access log included", usage.logBytes, "bytes"),
      each("Lambda, workers included", usage.gbSeconds, "GB-s"),
    ],
    notes: ["list prices of us-east-1; cold starts and the workers behind the requests are in it"],
  };
}

/** product.md 5.15: a dollar a month at most, and what costs more is an option with its price beside it. */
export function judgedIdle(resources: readonly StackResource[]): Finding {
  const { dollars, unknown } = idleCost(resources);
  return {
    differences: unknown.map((type) => `nobody has looked up what ${type} costs: test/aws/checks/prices.ts`),
    figures: [{ name: "idle, all of it for options", value: dollars, unit: "$ a month" }],
  };
}

function creation(n: number) {
  const userName = `user${n}@example.com`;
  const emails = [{ type: "work", primary: true, value: userName }];
  const body = {
    schemas: [USER_SCHEMA],
    userName,
    externalId: `x${n}`,
    name: { familyName: "Person" },
    emails,
    active: true,
  };
  return { method: "POST", path: "/Users", body };
}

function patch(path: string, operation: unknown) {
  return { method: "PATCH", path, body: { schemas: [PATCH_OP], Operations: [operation] } };
}

function idOf(answer: Answer): string {
  if (answer.status !== 201) throw new Error(`a POST was answered with ${answer.status}: ${answer.text.slice(0, 200)}`);
  return String(at(answer.json, "id"));
}
