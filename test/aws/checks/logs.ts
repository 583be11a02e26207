import { randomBytes } from "node:crypto";
import { USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { faultsOf } from "../../support/logLines.ts";
import { at } from "../../support/wire.ts";
import type { Finding, LiveCheck, LiveStack } from "../liveStack.ts";
import { functionsOf, json, logGroupsOf, objectsIn } from "./deployed.ts";
import { referenceOf } from "./judging.ts";
import { eventsOf, lineOfOurs, parsed } from "./logEvents.ts";
import { patiently } from "./patience.ts";

/** How long CloudWatch may take until a line can be found. */
const PATIENCE = { seconds: 120, everyMs: 3000 };
/** So far back lines are read: a run is shorter. */
const LOOK_BACK_MS = 6 * 3_600_000;
/** Lines of one group to be told of; more would say the same. */
const MOST = 5;

/** 1 request. What the functions' own references find, test/deploy/logs.ts asks of every deployed stack. */
export const references: LiveCheck = {
  name: "the reference in an error of API Gateway finds its line in the access log",
  run: lookUp,
};

/** No request: what the run has written so far. */
export const lines: LiveCheck = {
  name: "every line in the stack's log groups is one of ours or the platform's, and holds no value of a request",
  run: readAll,
};

/** No request. */
export const retention: LiveCheck = {
  name: "every log group keeps its lines for a time that is set",
  run: async (stack) => judgedRetention(await groupsOf(stack)),
};

async function lookUp(stack: LiveStack): Promise<Finding> {
  const since = Date.now() - 60_000;
  const request = { method: "GET", target: "/admin/v1/orgs", headers: {}, body: undefined };
  const unsigned = await stack.target.transport(request);
  const reference = referenceOf(unsigned);
  const { access } = logGroupsOf(stack.resources);
  if (reference === undefined) return { differences: [`there is no reference in ${unsigned.text.slice(0, 200)}`] };
  if (access === undefined) return { differences: ["the stack has no access log"] };
  const look = async () =>
    judgedAccess(
      (await eventsOf(stack, access, since)).map(({ message }) => message),
      reference,
    );
  const found = await patiently(async () => {
    const finding = await look();
    return finding.differences.length === 0 ? finding : undefined;
  }, PATIENCE);
  return found ?? look();
}

/** API Gateway Developer Guide, "Variables for access logging": `$context.error.responseType`. */
export function judgedAccess(messages: readonly string[], reference: string): Finding {
  const line = messages.map(parsed).find((one) => at(one, "extendedRequestId") === reference);
  if (line === undefined) return { differences: [`the access log has no line of ${reference}`] };
  const type = at(line, "errorResponseType");
  if (typeof type !== "string" || type === "-")
    return { differences: [`the access log names no type of error for ${reference}`] };
  return { differences: [], notes: [`the access log calls an unsigned request ${type}`] };
}

async function readAll(stack: LiveStack): Promise<Finding> {
  const tenant = await stack.target.org();
  // No value of a request may get into a log, whatever the outcome (product.md 5.8).
  const mark = `mark${randomBytes(8).toString("hex")}`;
  const emails = [{ type: "work", primary: true, value: `${mark}@example.com` }];
  const body = { schemas: [USER_SCHEMA], userName: `${mark}@example.com`, displayName: mark, emails, active: true };
  await tenant.request({ method: "POST", path: "/Users", body });
  await tenant.request({ method: "POST", path: "/Users", body });
  await tenant.request({ method: "GET", path: `/Users?filter=displayName eq "${mark}"` });
  const since = Date.now() - LOOK_BACK_MS;
  const { access, all } = logGroupsOf(stack.resources);
  const read = async (name: string) => (await eventsOf(stack, name, since)).map(({ message }) => message);
  const users = (await functionsOf(stack)).filter(({ name }) => name === "users");
  const arrived = async () => {
    const messages = (await Promise.all(users.map(({ logGroup }) => read(logGroup)))).flat();
    return messages.filter((message) => at(lineOfOurs(message), "org") === tenant.slug).length >= 3 ? true : undefined;
  };
  const late = (await patiently(arrived, PATIENCE)) === undefined;
  const logs = await Promise.all(all.map(async (name) => [name, await read(name)] as const));
  // An emulator writes of its own what it likes; what begins as JSON is held to the same.
  const kept = logs.map(([name, messages]): [string, string[]] => [
    name,
    messages.filter((one) => !stack.emulated || one.startsWith("{")),
  ]);
  const finding = judgedLines(new Map(kept), access, [mark, tenant.token]);
  const missing = late ? ["the last requests are not in the log after two minutes"] : [];
  return { ...finding, differences: [...missing, ...finding.differences] };
}

/** @param secrets what must be in no line */
export function judgedLines(
  logs: ReadonlyMap<string, readonly string[]>,
  access: string | undefined,
  secrets: readonly string[],
): Finding {
  const differences: string[] = [];
  let count = 0;
  for (const [group, messages] of logs) {
    count += messages.length;
    const leaks = messages
      .filter((message) => secrets.some((secret) => message.includes(secret)))
      .map(() => "a line holds a value of a request");
    const faults = messages.flatMap((message) => (group === access ? accessFaults(message) : functionFaults(message)));
    differences.push(...[...new Set([...leaks, ...faults])].slice(0, MOST).map((fault) => `${group}: ${fault}`));
  }
  return { differences, figures: [{ name: "lines that were read", value: count, unit: "" }] };
}

/** Lambda's own events stand beside ours (Developer Guide, "Lambda Telemetry API Event schema reference"). */
function functionFaults(message: string): string[] {
  const line = parsed(message);
  if (line !== undefined && String(at(line, "type")).startsWith("platform.")) return [];
  return faultsOf(message);
}

/** `lib/scimApi.ts` says what is in it. */
function accessFaults(message: string): string[] {
  const line = parsed(message);
  if (line === undefined) return [`no JSON: ${message.slice(0, 200)}`];
  return typeof at(line, "extendedRequestId") === "string" && /^\d{3}$/.test(String(at(line, "status")))
    ? []
    : [`no access log line: ${message.slice(0, 200)}`];
}

interface KeptGroup {
  readonly name: string;
  readonly days: number | undefined;
}

/** CloudWatch Logs API Reference, DescribeLogGroups: a group without `retentionInDays` keeps its lines for ever. */
async function groupsOf({ aws, resources }: LiveStack): Promise<KeptGroup[]> {
  const kept: KeptGroup[] = [];
  for (const name of logGroupsOf(resources).all) {
    const answer = json(await aws.json("logs", "Logs_20140328.DescribeLogGroups", { logGroupNamePrefix: name }));
    const found = objectsIn(at(answer, "logGroups")).find((one) => one.logGroupName === name);
    kept.push({ name, days: typeof found?.retentionInDays === "number" ? found.retentionInDays : undefined });
  }
  return kept;
}

export function judgedRetention(groups: readonly KeptGroup[]): Finding {
  const days = new Set(groups.map((group) => group.days));
  return {
    differences: [
      ...(groups.length === 0 ? ["the stack has no log group"] : []),
      ...groups.filter((group) => group.days === undefined).map(({ name }) => `${name} keeps its lines for ever`),
      ...(days.size > 1 ? [`the groups keep their lines for different times: ${[...days].join(", ")}`] : []),
    ],
    notes: [`log groups keep their lines for ${[...days].join(", ")} days`],
  };
}
