import Type, { type TSchema } from "typebox";
import type { RoutedFunction } from "../functions/routes.ts";
import { FEDERATION_HOSTS, RULE_VALUES, type Rules } from "../functions/store/rules.ts";
import { FUNCTIONS, ROUTED, type StackFunction } from "./stackFunctions.ts";

/** Identifies a Rollcall among an account's stacks: bin/preflight looks for it. */
export const STACK_DESCRIPTION = "Rollcall: a SCIM 2.0 service provider";

/** Lambda keeps so much for functions without a reservation (Lambda Developer Guide, "Configuring reserved concurrency"). */
export const KEPT_UNRESERVED = 100;

/** A setting's schema, besides JSON Schema. */
interface Words {
  /** The valid values, after "must be". Members without it are reported with the whole object. */
  readonly must?: string;
  /** Its effect in Markdown, for lib/docs/settings.md. */
  readonly description?: string;
  /** Also accepted as `cdk -c KEY=VALUE`, where every value is text. */
  readonly typed?: true;
  /** In a construct it may be an attribute of another resource of the app, known only at deployment. */
  readonly mayComeLater?: true;
  /** Values that stand for another; undefined for none. */
  readonly means?: readonly (readonly [given: boolean, meant: unknown])[];
}

/** The schema of a setting or of one of its members. */
export type Setting = TSchema & Words & { readonly type?: unknown; readonly default?: unknown };

/** Requests per second and burst. */
interface Throttle {
  readonly rate: number;
  readonly burst: number;
}

const text = (pattern: RegExp, must: string, words: Words & { readonly default?: string }) =>
  Type.String({ pattern: pattern.source, must, typed: true, ...words });
const flag = (description: string) => Type.Boolean({ default: false, must: "true or false", typed: true, description });
/** WAF takes no higher limit (WAF API Reference, RateBasedStatement); API Gateway and Lambda take 32-bit numbers. */
const MOST = 2_000_000_000;
const whole = (
  words: Words & { readonly minimum?: number; readonly maximum?: number; readonly default?: number } = {},
) => Type.Integer({ minimum: 1, maximum: MOST, ...words });
const members = <P extends Record<string, TSchema>>(
  properties: P,
  words: Words & { readonly default?: object | false },
) => Type.Object(properties, { additionalProperties: false, ...words });

const throttle = (words: Words & { readonly default?: Throttle }) =>
  members(
    { rate: whole(), burst: whole() },
    {
      must: `{ "rate": N, "burst": N } in whole requests, at most ${MOST}`,
      ...words,
    },
  );

/**
 * For functions whose requests may take 28 seconds: 36 such requests a second would use up an account's thousand environments,
 * and nobody could sign in. These throttles allow less than half of that.
 */
const FUNCTION_THROTTLES: Readonly<Partial<Record<RoutedFunction, Throttle>>> = {
  bulk: { rate: 5, burst: 20 },
  maintenance: { rate: 10, burst: 20 },
};

const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
/** Of the event log (functions/provisioning/events/logSettings.ts). */
const RETENTION = { least: 7, most: 400 };
const RULE_NAMES = Object.keys(RULE_VALUES);
/** In a browser's `Origin` form: lower case, without the default port. */
const ORIGIN = /^https:\/\/[a-z0-9-]+(\.[a-z0-9-]+)*(:(?!443$)[1-9]\d{0,4})?$/;
/** As in a certificate; no IP address. */
const HOST = /^(?!-)[a-z0-9-]{1,63}(\.(?!-)[a-z0-9-]{1,63})*\.(?!-)[a-z][a-z0-9-]{1,62}$/;
const HOSTS_AT_MOST = 10;
/** Lambda takes 4 KB of variables in all. */
const ORIGINS = { most: 20, longest: 100 };
/** Lambda's limits (Lambda Developer Guide, "Lambda quotas"). */
const MEMORY = { minimum: 128, maximum: 10_240 };
/** Units a second that DynamoDB allows at once in a new on-demand table (Developer Guide, "DynamoDB throughput capacity"). */
const NEW_TABLE = { reads: 12_000, writes: 4_000 };
/** A transaction of a hundred actions takes some hundred units in one second: with less it would never succeed. */
const LEAST_UNITS = 1_000;
/** Entra wants 25 requests a second per org: less would slow it permanently. */
const LOWEST_RATE = 25;

/** Settings of an app and its stacks; a construct in a host's stack does not have them. */
export const OF_STACKS: readonly string[] = ["stackName", "split"];

/** A deployment's settings, in the order of the documentation. All have a default, so that `cdk deploy` works without any. */
export const SETTINGS = {
  // CloudFormation's limit, less the five letters of the table's own stack.
  stackName: text(/^[a-zA-Z][a-zA-Z0-9-]{0,122}$/, "1 to 123 letters, digits or -, the first a letter", {
    default: "Rollcall",
    description: "name of the stack, for CloudFormation and for the option `--stack`",
  }),
  stage: text(/^[a-zA-Z0-9_-]{1,32}$/, "1 to 32 letters, digits, - or _", {
    default: "prod",
    description: "name of the API Gateway stage; `dev` deletes table and logs with the stack",
  }),
  split: flag(
    "puts the table into a stack of its own, `RollcallTable` (the stack's name and `Table`); deploy with `--all`",
  ),
  logRetentionDays: Type.Unsafe<number>(
    Type.Enum(RETENTION_DAYS, {
      default: 90,
      must: `one of ${RETENTION_DAYS.join(", ")}`,
      typed: true,
      description: "one of the periods CloudWatch Logs knows",
    }),
  ),
  // `create` sets the account's API Gateway logging role, one per account and region.
  apiGatewayAccountRole: Type.Enum(["create", "existing"], {
    default: "create",
    must: '"create" or "existing"',
    typed: true,
    description: "`existing` leaves the account's one API Gateway logging role alone",
  }),
  // Within every region's quota: 13 newer ones have 2,500 requests a second and a burst of 1,250 (API Gateway's quotas).
  throttle: throttle({
    default: { rate: 2000, burst: 1250 },
    description: "requests a second for the whole stage; most regions take a burst of 5,000",
  }),
  functionThrottle: Type.Unsafe<Readonly<Partial<Record<RoutedFunction, Throttle>>>>(
    members(
      Object.fromEntries(
        ROUTED.map((name) => {
          const usual = FUNCTION_THROTTLES[name];
          return [name, Type.Optional(throttle(usual === undefined ? {} : { default: usual }))];
        }),
      ),
      {
        default: {},
        must: '{ "FUNCTION": { "rate": N, "burst": N } }',
        description:
          "the same for one function, for each method of its routes. Requests of these two take long, and could otherwise use all Lambda environments of the account",
      },
    ),
  ),
  reservedConcurrency: Type.Unsafe<Readonly<Partial<Record<StackFunction, number>>>>(
    members(
      Object.fromEntries(
        FUNCTIONS.map((name) => [name, Type.Optional(whole({ must: `a whole number of 1 to ${MOST}` }))]),
      ),
      {
        default: {},
        must: '{ "FUNCTION": N }',
        description:
          'Lambda environments reserved for single functions; such a function also gets no more than these: `{ "directory": 90, "bulk": 45 }`. It costs nothing. A new account has too few to reserve any; `npm run preflight` prints how many fit',
      },
    ),
  ),
  memorySize: Type.Unsafe<Readonly<Partial<Record<StackFunction, number>>>>(
    members(
      Object.fromEntries(
        FUNCTIONS.map((name) => [
          name,
          Type.Optional(whole({ ...MEMORY, must: `a whole number of ${MEMORY.minimum} to ${MEMORY.maximum} MB` })),
        ]),
      ),
      {
        default: {},
        must: '{ "FUNCTION": MB }',
        description:
          'memory of single functions in MB, 512 by default (more memory also means more CPU): `{ "users": 1024 }`. Lambda bills the time times the memory, $0.0000133 a GB-second: twice the memory costs twice as much, less the time that it saves',
      },
    ),
  ),
  warmThroughput: Type.Optional(
    members(
      { reads: whole({ minimum: NEW_TABLE.reads }), writes: whole({ minimum: NEW_TABLE.writes }) },
      {
        must: `{ "reads": N, "writes": M } in units a second, of at least ${NEW_TABLE.reads} and ${NEW_TABLE.writes}`,
        description:
          '`{ "reads": 30000, "writes": 15000 }`: units a second that table and index take at once, before a load test or a large onboarding; a new table takes 12,000 and 4,000. AWS charges once, by its price list, for the units above these. DynamoDB refuses a lower value later',
      },
    ),
  ),
  maxReadRequestUnits: Type.Optional(
    whole({
      minimum: LEAST_UNITS,
      must: `a whole number of ${LEAST_UNITS} to ${MOST}`,
      description:
        "the most read units a second of the table, and of its index: this limits the cost of a flood of requests ($0.125 a million units in us-east-1). Beyond it requests wait, and then get 503",
    }),
  ),
  maxWriteRequestUnits: Type.Optional(
    whole({
      minimum: LEAST_UNITS,
      must: `a whole number of ${LEAST_UNITS} to ${MOST}`,
      description: "the same for write units ($0.625 a million). The creation of a user takes 12",
    }),
  ),
  requestBudget: Type.Optional(
    members(
      {
        rate: whole({ minimum: LOWEST_RATE, must: `at least ${LOWEST_RATE} a second` }),
        // A hundred environments may each hold a paid and unused batch.
        burst: whole({ minimum: 1000, must: "at least 1000" }),
      },
      {
        default: { rate: 200, burst: 1000 },
        must: '{ "rate": N, "burst": N } in whole requests',
        means: [[false, undefined]],
        description:
          "requests a second of one organization; large ones count as several ([ADR 27](../adr/0027-an-orgs-budget-in-the-table.md)). Beyond it Rollcall answers 429 with `Retry-After`. `rate` is at least 25, `burst` at least 1000; `false` switches it off",
      },
    ),
  ),
  massChange: members(
    { percent: whole({ maximum: 100 }), atLeast: whole() },
    {
      default: { percent: 20, atLeast: 20 },
      must: '{ "percent": 1 to 100, "atLeast": N }',
      description:
        "Rollcall logs `org.massChange` when an organization's deactivations and deletions within an hour, or its ended memberships, exceed this share of its users. Fewer than `atLeast` never count. If the organization's rule `massChange` is `hold`, Rollcall holds deletions and removals of members above the share",
    },
  ),
  events: members(
    {
      retentionDays: whole({ minimum: RETENTION.least, maximum: RETENTION.most }),
      values: Type.Boolean(),
    },
    {
      default: { retentionDays: 90, values: true },
      must: `{ "retentionDays": ${RETENTION.least} to ${RETENTION.most}, "values": true or false }`,
      description:
        "for how many days the [event log](application.md) keeps events (an organization may want fewer), and whether it keeps the values of changed attributes",
    },
  ),
  eventBusArn: Type.Optional(
    text(
      /^arn:[^:]+:events:[^:]+:\d{12}:event-bus\/[A-Za-z0-9._/-]{1,256}$/,
      "the ARN of an EventBridge bus in the stack's region, arn:…:event-bus/NAME",
      {
        mayComeLater: true,
        description:
          "an existing EventBridge bus for the events, in the stack's region, instead of the stack's own. A bus of another account has to allow this in its policy. EventBridge bills $1 for a million events either way",
      },
    ),
  ),
  tableClient: Type.Enum(["signed", "sdk"], {
    default: "signed",
    must: '"signed" or "sdk"',
    typed: true,
    description:
      "how functions for identity providers and the application reach the table: `signed`: through Rollcall's own small client ([ADR 49](../adr/0049-calls-of-the-table-are-signed-by-hand.md)); `sdk`: through AWS's, which starts slower",
  }),
  adoption: flag(
    "lets organizations switch the rule `adoption` on ([ADR 41](../adr/0041-adoption-is-one-transaction-within-verified-domains.md)): the functions for identity providers then may read the application's own users and remove them, which an adoption needs",
  ),
  federationHosts: Type.Array(Type.String({ pattern: HOST.source, maxLength: 253 }), {
    default: [...FEDERATION_HOSTS],
    uniqueItems: true,
    maxItems: HOSTS_AT_MOST,
    must: `a list of at most ${HOSTS_AT_MOST} host names, each once and in small letters, without scheme and port`,
    description:
      "hosts of issuers that organizations may trust in place of a client secret ([ADR 65](../adr/0065-trusts-in-place-of-secrets.md)); a host does not stand for its subdomains. Rollcall gets the issuers' keys from these hosts, by https. Entra's host by default; an empty list allows none",
  }),
  domain: Type.Optional(
    members(
      {
        name: Type.String({ pattern: "^[a-z0-9-]+(\\.[a-z0-9-]+)+$", must: "a lower-case host name" }),
        certificateArn: Type.String({
          pattern: "^arn:[^:]+:acm:[^:]+:\\d{12}:certificate/.+$",
          must: "the ARN of an ACM certificate in the stack's region",
          mayComeLater: true,
        }),
        // With it, the stack makes an alias record in that zone.
        hostedZoneId: Type.Optional(
          Type.String({
            pattern: "^Z[A-Z0-9]+$",
            must: "a Route 53 zone id like Z0123456789",
            mayComeLater: true,
          }),
        ),
      },
      {
        must: '{ "name": …, "certificateArn": …, "hostedZoneId": … }',
        description: '`{ "name", "certificateArn", "hostedZoneId"? }`: a custom domain, TLS 1.2',
      },
    ),
  ),
  closeDefaultEndpoint: flag(
    "with a `domain`: the API's own address stops answering. Set it once no customer uses that address",
  ),
  applicationKeys: flag(
    "`/app/v1`: the directory and admin APIs for applications outside AWS, by [application key](application.md#application-keys). Three more functions, which cost nothing idle",
  ),
  webhooks: flag(
    "signed messages to your application, and to customers, when something changed ([Webhooks](operate.md#webhooks)): one more function, two schedules that run every minute and a KMS key, $1.30 a month idle, $3.30 when AWS has rotated the key twice. If you switch it off, the key stays in the account and nothing is sent",
  ),
  roles: flag(
    "people get roles of your application, by their teams ([Roles](application.md#roles)): one more function, which runs after changes and looks every minute for remaining work, $0.06 a month idle. Before you switch it off again, remove the mappings of each organization",
  ),
  portal: Type.Optional(
    members(
      {
        origins: Type.Array(Type.String({ pattern: ORIGIN.source, maxLength: ORIGINS.longest }), {
          default: [],
          uniqueItems: true,
          maxItems: ORIGINS.most,
          must: `a list of at most ${ORIGINS.most} origins, each once, such as https://app.example.com: without a path, in small letters`,
        }),
        rules: Type.Array(Type.Unsafe<keyof Rules>(Type.Enum(RULE_NAMES)), {
          default: [],
          uniqueItems: true,
          must: `a list of rules, each once, of ${RULE_NAMES.join(", ")}`,
        }),
      },
      {
        default: false,
        must: 'true, false or { "origins": […], "rules": […] }',
        means: [
          [false, undefined],
          [true, {}],
        ],
        typed: true,
        description:
          '`true` or `{ "origins": [], "rules": [] }`: pages where your customers\' administrators connect, see and repair provisioning themselves ([Portal](portal.md)). `origins` may embed them, `rules` may be changed there. Three more functions, which cost nothing idle',
      },
    ),
  ),
  compression: flag(
    "API Gateway compresses answers from 16 KB on for clients that send `Accept-Encoding`; it costs nothing and saves transfer ($0.09 a GB). With the `portal` it always does so",
  ),
  tracing: flag(
    "X-Ray traces of API and functions: a sample of one request a second and 5 % of the rest, $5 for a million traces beyond the first 100,000 a month. Traces name paths, and so organizations and ids. Leave it off in China, where X-Ray does not trace Lambda functions",
  ),
  // As the local server's option, but always with TLS.
  publicUrl: Type.Optional(
    text(
      /^https:\/\/[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?(?!.*\/scim\/v2)(\/[A-Za-z0-9._~-]+)*$/,
      "what stands before /scim/v2, such as https://scim.example.com, without a slash at its end",
      {
        description:
          "with a proxy or CDN in front: its address up to `/scim/v2`. The Tenant URL and every address in answers begin with it. The proxy has to name the host that it calls both in `Host` and in TLS (SNI; in nginx `proxy_ssl_server_name on`): [API Gateway refuses a request where they differ](https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies.html). Signed requests still go to the API itself",
      },
    ),
  ),
  waf: Type.Optional(
    members(
      {
        // With one Authorization value.
        requestsPerMinute: whole({ minimum: LOWEST_RATE * 60, default: 6000 }),
        // From one address, with any credentials. A provider's address sends for many customers: half of the stage's throttle.
        requestsPerMinutePerAddress: whole({ default: 60_000 }),
      },
      {
        default: false,
        must: `true, false or { "requestsPerMinute": N, "requestsPerMinutePerAddress": M } with N of at least ${LOWEST_RATE * 60}, M of at least N and at most ${MOST}`,
        means: [
          [false, undefined],
          [true, {}],
        ],
        typed: true,
        description:
          '`true` or `{ "requestsPerMinute": 6000, "requestsPerMinutePerAddress": 60000 }`: a firewall that limits each token, and each address (which many customers share; behind a proxy or CDN it is that of the proxy). $7 a month and $0.60 for a million requests',
      },
    ),
  ),
  customerKey: Type.Optional(
    text(/^(create|arn:[^:]+:kms:[^:]+:\d{12}:key\/.+)$/, "create or the ARN of a KMS key", {
      mayComeLater: true,
      means: [
        [false, undefined],
        [true, "create"],
      ],
      description:
        "`create` ($1 a month, $2 after a year and $3 after two, since AWS rotates it) or the ARN of a KMS key for table and logs. The policy of a key of yours has to allow access by IAM policies, as KMS's default one does, and [let CloudWatch Logs use it](https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html): otherwise the deployment fails at the first log group",
    }),
  ),
  observability: flag("saved queries, indexes, dashboard, alarms: $6.80 a month ([Watch it](operate.md#watch-it))"),
  alarmEmail: Type.Optional(
    text(/^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/, "one e-mail address", {
      description: "an e-mail address that gets alarms; it has to confirm once",
    }),
  ),
  alarmTopicArn: Type.Optional(
    text(/^arn:[^:]+:sns:[^:]+:\d{12}:[A-Za-z0-9_-]{1,256}$/, "the ARN of an SNS topic in the stack's region", {
      mayComeLater: true,
      description:
        "an existing SNS topic that gets alarms. If a KMS key encrypts it, the key's policy has to [let CloudWatch use it](https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services): AWS's own key for SNS does not, and then no alarm arrives",
    }),
  ),
  canary: Type.Optional(
    members(
      { minutes: whole({ maximum: 60, default: 5 }) },
      {
        default: false,
        must: 'true, false or { "minutes": 1 to 60 }',
        means: [
          [false, undefined],
          [true, {}],
        ],
        typed: true,
        description:
          '`true` or `{ "minutes": 5 }`: every so many minutes a function creates, finds, changes, groups, deactivates and deletes a user through the public address, in an organization of its own. It then removes that organization. An alarm reports a failed run ([The canary](operate.md#the-canary)). Needs `observability`. $2.30 a month, $8.30 at a run every minute',
      },
    ),
  ),
  runbookUrl: text(/^[^\s#]{1,400}$/, "an address or path without # and spaces", {
    default: "lib/docs/RUNBOOK.md",
    description: "where the runbook can be read; each alarm links there",
  }),
  tableStreamArn: Type.Optional(
    text(
      /^arn:[^:]+:dynamodb:[^:]+:\d{12}:table\/[A-Za-z0-9_.-]{3,255}\/stream\/.+$/,
      "the ARN of a DynamoDB table's stream, arn:…:table/NAME/stream/LABEL",
      {
        description:
          "stream of an existing table, to use instead of the stack's own: after a [restore](RUNBOOK.md#restore). If a key of yours encrypts that table, give the key's ARN as `customerKey`: the functions can read it with no other key",
      },
    ),
  ),
};
