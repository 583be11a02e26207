import type { FunctionName } from "../functions/routes.ts";
import { functionThrottle, reservedConcurrency, type StackFunction, type Throttle, throttle } from "./concurrency.ts";
import { flag, isRecord, optionalText, refuseUnknown, text, whole } from "./settingValues.ts";

/** What a deployment may choose. Everything has a default, so that `cdk deploy` without any setting works. */
export interface Config {
  /** Of CloudFormation's stack. Several in one account and region share only API Gateway's logging role and the metrics. */
  readonly stackName: string;
  /** Name of the API Gateway stage, and of the deployment in logs. `dev` makes the table disposable. */
  readonly stage: string;
  /** Whether the table lives in a stack of its own, the stack's name and `Table`. `cdk deploy --all` then deploys both. */
  readonly split: boolean;
  /** One of the retention periods CloudWatch Logs knows. */
  readonly logRetentionDays: number;
  /** `create` sets the account's API Gateway logging role (one per account and region); `existing` leaves it alone. */
  readonly apiGatewayAccountRole: "create" | "existing";
  /** Requests per second and burst that the whole stage takes before API Gateway answers 429. */
  readonly throttle: Throttle;
  /** The same of a function whose requests may work long: of each of its methods. */
  readonly functionThrottle: Readonly<Partial<Record<FunctionName, Throttle>>>;
  /** Environments that only this function may use, and it no others; absent: as many as the account has left. */
  readonly reservedConcurrency: Readonly<Partial<Record<StackFunction, number>>>;
  /** Requests per second and burst of one org before the functions answer 429; absent: any number. */
  readonly requestBudget: Throttle | undefined;
  /** When deactivations, deletions and ended memberships of an org within an hour raise an alarm. */
  readonly massChange: MassChange;
  readonly domain: Domain | undefined;
  /** Whether the API's own address, with the stage in it, stops answering: when nobody's Tenant URL names it any more. */
  readonly closeDefaultEndpoint: boolean;
  /** What stands before /scim/v2 where a proxy or CDN in front of the API is what identity providers reach. */
  readonly publicUrl: string | undefined;
  /** A web application firewall in front of the API: about $7 a month and $0.60 per million requests. */
  readonly waf: Waf | undefined;
  /** `create`: a key of this stack, $1 a month; an ARN: that key. Absent: the key DynamoDB owns, free. */
  readonly customerKey: string | undefined;
  /** Saved queries, indexes, a dashboard and alarms: what they cost idle is in lib/docs/operate.md. */
  readonly observability: boolean;
  /** Who is told of an alarm: a topic is made with this address as its subscriber, who has to confirm once. */
  readonly alarmEmail: string | undefined;
  /** A topic that exists, told of every alarm. */
  readonly alarmTopicArn: string | undefined;
  /** Where the runbook can be read: alarms name it with the section's anchor. */
  readonly runbookUrl: string;
  /** The stream of a table that exists, which the stack uses instead of making one: after a restore (lib/docs/RUNBOOK.md). */
  readonly tableStreamArn: string | undefined;
}

interface MassChange {
  /** Of the org's users. */
  readonly percent: number;
  /** Fewer are never a mass change. */
  readonly atLeast: number;
}

export interface Domain {
  readonly name: string;
  /** Of the stack's own region: the endpoint is regional. */
  readonly certificateArn: string;
  /** With it, an alias record is made in that Route 53 zone. */
  readonly hostedZoneId: string | undefined;
}

export interface Waf {
  /** Requests with one Authorization value in a minute; never below 25 a second. */
  readonly requestsPerMinute: number;
  /** Requests from one address in a minute, whatever they present. */
  readonly requestsPerMinutePerAddress: number;
}

/** A stage for trying things out: its data and logs go when the stack goes. */
export function isDisposable({ stage }: Pick<Config, "stage">): boolean {
  return stage === "dev";
}

/** The settings are wrong; `message` is for the person who wrote them and names every key. */
export class ConfigError extends Error {
  constructor(problems: readonly string[]) {
    super(
      `The settings of Rollcall (rollcall.json, or -c KEY=VALUE) are wrong:\n${problems.map((p) => `  ${p}`).join("\n")}`,
    );
    this.name = "ConfigError";
  }
}

/** Keys that may also be given as `cdk -c KEY=VALUE`, where every value is text. */
export const CONTEXT_KEYS = [
  "stackName",
  "stage",
  "split",
  "logRetentionDays",
  "apiGatewayAccountRole",
  "waf",
  "customerKey",
  "closeDefaultEndpoint",
  "publicUrl",
  "observability",
  "alarmEmail",
  "alarmTopicArn",
  "runbookUrl",
  "tableStreamArn",
] as const;

const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
/** Every setting there is. */
export const KNOWN_KEYS: readonly string[] = [
  ...CONTEXT_KEYS,
  "throttle",
  "functionThrottle",
  "reservedConcurrency",
  "requestBudget",
  "massChange",
  "domain",
];
/** What CloudFormation takes, less the five letters of the table's own stack. */
const STACK_NAME = /^[a-zA-Z][a-zA-Z0-9-]{0,122}$/;
/** As the command line takes it for the local server, and never without TLS. */
const PUBLIC_URL = /^https:\/\/[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?(?!.*\/scim\/v2)(\/[A-Za-z0-9._~-]+)*$/;
const STACK_NAMES = "1 to 123 letters, digits or -, the first a letter";
/** Entra asks for 25 requests a second per org. */
const LOWEST_RATE_PER_MINUTE = 25 * 60;
/** Within the quota of every region: 13 newer ones have 2,500 requests a second and a burst of 1,250 (API Gateway's quotas). */
const DEFAULT_THROTTLE = { rate: 2000, burst: 1250 };
/** One address of an identity provider sends for many of its customers: half of what the stage takes in all. */
const DEFAULT_WAF: Waf = { requestsPerMinute: 6000, requestsPerMinutePerAddress: 60_000 };
const RUNBOOK = "lib/docs/RUNBOOK.md";

/**
 * @param settings what rollcall.json holds, `{}` when there is none
 * @param context what `-c` gave, by key; wins over the file
 * @throws ConfigError naming every wrong key at once
 */
export function parseConfig(settings: unknown, context: Readonly<Record<string, unknown>> = {}): Config {
  if (!isRecord(settings)) throw new ConfigError(['it must be one JSON object, for example { "stage": "prod" }']);
  const given = {
    ...settings,
    ...Object.fromEntries(Object.entries(context).filter(([, value]) => value !== undefined)),
  };
  const problems: string[] = [];
  refuseUnknown("", given, KNOWN_KEYS, problems);
  const config: Config = {
    stackName: text(given, "stackName", "Rollcall", STACK_NAME, STACK_NAMES, problems),
    stage: text(given, "stage", "prod", /^[a-zA-Z0-9_-]{1,32}$/, "1 to 32 letters, digits, - or _", problems),
    split: flag(given, "split", problems),
    logRetentionDays: retention(given.logRetentionDays, problems),
    apiGatewayAccountRole: accountRole(given.apiGatewayAccountRole, problems),
    throttle: throttle("throttle", given.throttle, DEFAULT_THROTTLE, problems),
    functionThrottle: functionThrottle(given.functionThrottle, problems),
    reservedConcurrency: reservedConcurrency(given.reservedConcurrency, problems),
    requestBudget: requestBudget(given.requestBudget, problems),
    massChange: massChange(given.massChange, problems),
    domain: domain(given.domain, problems),
    closeDefaultEndpoint: flag(given, "closeDefaultEndpoint", problems),
    publicUrl: optionalText(
      given,
      "publicUrl",
      PUBLIC_URL,
      "what stands before /scim/v2, such as https://scim.example.com, without a slash at its end",
      problems,
    ),
    waf: waf(given.waf, problems),
    customerKey: customerKey(given.customerKey, problems),
    observability: flag(given, "observability", problems),
    alarmEmail: optionalText(given, "alarmEmail", /^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/, "one e-mail address", problems),
    alarmTopicArn: optionalText(
      given,
      "alarmTopicArn",
      /^arn:[^:]+:sns:[^:]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
      "the ARN of an SNS topic in the stack's region",
      problems,
    ),
    runbookUrl: text(
      given,
      "runbookUrl",
      RUNBOOK,
      /^[^\s#]{1,400}$/,
      "an address or path without # and spaces",
      problems,
    ),
    tableStreamArn: optionalText(
      given,
      "tableStreamArn",
      /^arn:[^:]+:dynamodb:[^:]+:\d{12}:table\/[A-Za-z0-9_.-]{3,255}\/stream\/.+$/,
      "the ARN of a DynamoDB table's stream, arn:…:table/NAME/stream/LABEL",
      problems,
    ),
  };
  refuseIdle(config, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** Settings that would do nothing: whoever wrote them expects otherwise. */
function refuseIdle(config: Config, problems: string[]): void {
  for (const key of ["alarmEmail", "alarmTopicArn"] as const) {
    if (config[key] !== undefined && !config.observability) problems.push(`${key}: needs "observability": true`);
  }
  if (config.closeDefaultEndpoint && config.domain === undefined) {
    problems.push("closeDefaultEndpoint: without a domain nothing would answer any more");
  }
  if (config.tableStreamArn !== undefined && config.split) {
    problems.push("tableStreamArn: with it no table is made, so split has to be false");
  }
}

function retention(value: unknown, problems: string[]): number {
  const days = whole(value ?? 90);
  if (days !== undefined && RETENTION_DAYS.includes(days)) return days;
  problems.push(`logRetentionDays: must be one of ${RETENTION_DAYS.join(", ")}, not ${JSON.stringify(value)}`);
  return 90;
}

function accountRole(value: unknown, problems: string[]): "create" | "existing" {
  if (value === undefined || value === "create") return "create";
  if (value === "existing") return "existing";
  problems.push(`apiGatewayAccountRole: must be "create" or "existing", not ${JSON.stringify(value)}`);
  return "create";
}

/** Entra asks for 25 requests a second per org: a budget below that would make it slow for good. */
function requestBudget(value: unknown, problems: string[]): Throttle | undefined {
  if (value === false || value === "false") return undefined;
  const budget = throttle("requestBudget", value, { rate: 200, burst: 1000 }, problems);
  if (budget.rate < 25) problems.push(`requestBudget.rate: must be at least 25 a second, not ${budget.rate}`);
  // A hundred environments may each hold a batch that they paid for and do not use.
  if (budget.burst < 1000) problems.push(`requestBudget.burst: must be at least 1000, not ${budget.burst}`);
  return budget;
}

function massChange(value: unknown, problems: string[]): MassChange {
  const fallback = { percent: 20, atLeast: 20 };
  if (value === undefined) return fallback;
  const percent = isRecord(value) ? whole(value.percent) : undefined;
  const atLeast = isRecord(value) ? whole(value.atLeast) : undefined;
  if (isRecord(value)) refuseUnknown("massChange.", value, ["percent", "atLeast"], problems);
  if (percent !== undefined && percent <= 100 && atLeast !== undefined) return { percent, atLeast };
  problems.push(`massChange: must be { "percent": 1 to 100, "atLeast": N }, not ${JSON.stringify(value)}`);
  return fallback;
}

function domain(value: unknown, problems: string[]): Domain | undefined {
  if (value === undefined) return undefined;
  if (!isRecord(value)) {
    problems.push(
      `domain: must be { "name": …, "certificateArn": …, "hostedZoneId": … }, not ${JSON.stringify(value)}`,
    );
    return undefined;
  }
  refuseUnknown("domain.", value, ["name", "certificateArn", "hostedZoneId"], problems);
  const { name, certificateArn, hostedZoneId } = value;
  const nameFits = typeof name === "string" && /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(name);
  if (!nameFits) problems.push(`domain.name: must be a lower-case host name, not ${JSON.stringify(name)}`);
  const arnFits =
    typeof certificateArn === "string" && /^arn:[^:]+:acm:[^:]+:\d{12}:certificate\/.+$/.test(certificateArn);
  if (!arnFits) {
    problems.push(
      `domain.certificateArn: must be the ARN of an ACM certificate in the stack's region, not ${JSON.stringify(certificateArn)}`,
    );
  }
  const zoneFits =
    hostedZoneId === undefined || (typeof hostedZoneId === "string" && /^Z[A-Z0-9]+$/.test(hostedZoneId));
  if (!zoneFits)
    problems.push(
      `domain.hostedZoneId: must be a Route 53 zone id like Z0123456789, not ${JSON.stringify(hostedZoneId)}`,
    );
  return nameFits && arnFits && zoneFits ? { name, certificateArn, hostedZoneId } : undefined;
}

function waf(value: unknown, problems: string[]): Waf | undefined {
  if (value === undefined || value === false || value === "false") return undefined;
  const given = value === true || value === "true" ? {} : isRecord(value) ? value : undefined;
  if (given !== undefined) refuseUnknown("waf.", given, Object.keys(DEFAULT_WAF), problems);
  const { requestsPerMinute, requestsPerMinutePerAddress } = { ...DEFAULT_WAF, ...given };
  const [perToken, perAddress] = [whole(requestsPerMinute), whole(requestsPerMinutePerAddress)];
  if (given !== undefined && perToken !== undefined && perToken >= LOWEST_RATE_PER_MINUTE) {
    if (perAddress !== undefined && perAddress >= perToken) {
      return { requestsPerMinute: perToken, requestsPerMinutePerAddress: perAddress };
    }
  }
  problems.push(
    `waf: must be true, false or { "requestsPerMinute": N, "requestsPerMinutePerAddress": M } with N of at least ${LOWEST_RATE_PER_MINUTE} and M of at least N, not ${JSON.stringify(value)}`,
  );
  return undefined;
}

function customerKey(value: unknown, problems: string[]): string | undefined {
  if (value === undefined || value === false || value === "false") return undefined;
  if (value === true || value === "true" || value === "create") return "create";
  if (typeof value === "string" && /^arn:[^:]+:kms:[^:]+:\d{12}:key\/.+$/.test(value)) return value;
  problems.push(`customerKey: must be create or the ARN of a KMS key, not ${JSON.stringify(value)}`);
  return undefined;
}
