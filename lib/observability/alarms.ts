import type { Config } from "../config.ts";
import type { MetricKey } from "./metrics.ts";

export interface AlarmDefinition {
  readonly name: string;
  /** The problem, for the person on call. */
  readonly says: string;
  /** The runbook's section with the remedy: the anchor of its heading. */
  readonly section: string;
  readonly watch: Watch;
  readonly minutes: number;
  /** So many of the latest `of` periods must be beyond the threshold. */
  readonly periods: number;
  readonly of: number;
  readonly threshold: number;
  /** The alarm is for values below the threshold. */
  readonly below?: true;
  /** Missing data counts as bad, because the reporter should run. */
  readonly silenceIsBad?: true;
  /** The setting that the alarm depends on. */
  readonly needs?: Needed;
}

/** Settings that add something to alarms or panels. */
export type Needed = "webhooks" | "roles" | "canary";

/**
 * One metric, the maximum over several functions, a sum, a difference, or a ratio in percent. AWS bills an alarm by its
 * metrics.
 */
export type Watch =
  | { readonly metric: MetricKey; readonly statistic: string }
  | { readonly longest: MetricKey; readonly statistic: string }
  | { readonly without: readonly [all: MetricKey, part: MetricKey] }
  | { readonly sumOf: readonly MetricKey[] }
  | { readonly percent: MetricKey; readonly of: MetricKey };

/** Most alarms are about a single occurrence within five minutes. */
const USUAL = { minutes: 5, periods: 1, of: 1, threshold: 1 };
type WrittenAlarm = Omit<AlarmDefinition, keyof typeof USUAL> & Partial<Pick<AlarmDefinition, keyof typeof USUAL>>;

/**
 * Problems that need a person; what recovers by itself (one throttled write, one conflict) is only on the dashboard. Missing
 * data is good, except for the canary: an idle deployment is silent. ADR 20.
 */
const WRITTEN: readonly WrittenAlarm[] = [
  {
    name: "ServerErrors",
    says: "At least one request in a hundred gets a 5xx from Rollcall. Identity providers repeat such requests.",
    section: "gateway-errors",
    // This metric's average is the share of all requests.
    watch: { metric: "serverErrors", statistic: "Average" },
    periods: 3,
    of: 5,
    threshold: 0.01,
  },
  {
    name: "SlowAnswers",
    says: "One request in a hundred takes longer than three seconds, in a function that should answer at once.",
    section: "slow-sync",
    watch: { longest: "answerTime", statistic: "p99" },
    periods: 3,
    of: 5,
    threshold: 3000,
  },
  {
    name: "FunctionErrors",
    says: "Lambda could not start this function, or stopped it because it ran out of time or memory. Rollcall writes no log line then.",
    section: "silent-log",
    watch: { metric: "functionErrors", statistic: "Sum" },
  },
  {
    name: "FunctionThrottles",
    says: "Lambda refuses to start functions: the account's concurrency in this region or a function's reserved concurrency is used up, or somebody ran stop --all.",
    section: "throttling",
    watch: { metric: "functionThrottles", statistic: "Sum" },
    periods: 2,
    of: 3,
  },
  {
    name: "TableThrottles",
    says: "DynamoDB refuses reads or writes of the table or its index. The functions repeat them, and answer 503 when that is not enough.",
    section: "throttling",
    // A write that the index throttles is refused as a whole, and counted for the index alone.
    watch: { sumOf: ["readThrottles", "writeThrottles", "indexReadThrottles", "indexWriteThrottles"] },
    periods: 2,
    of: 3,
  },
  {
    name: "RequestsRefused",
    says: "At least one request in twenty is refused with 429: an identity provider, or another caller, sends more than it may.",
    section: "throttling",
    watch: { percent: "refused", of: "requests" },
    periods: 3,
    of: 5,
    threshold: 5,
  },
  {
    name: "StreamLag",
    says: "Changes wait longer than a minute for the function that logs or completes them.",
    section: "stuck-worker",
    watch: { metric: "streamLag", statistic: "Maximum" },
    periods: 3,
    of: 3,
    threshold: 60_000,
  },
  {
    name: "DeadLetters",
    says: "A function gave up on changes, or on lines for the portal's journal. Its queue says which. The table's stream keeps changes for only 24 hours.",
    section: "stuck-worker",
    watch: { metric: "deadLetters", statistic: "Maximum" },
  },
  {
    name: "JobsStuck",
    says: "Background work, such as removing what a large group left behind, has waited for at least half an hour.",
    section: "stuck-worker",
    watch: { metric: "jobsOpen", statistic: "Minimum" },
    // The interval of the schedule.
    minutes: 15,
    periods: 2,
    of: 2,
  },
  {
    name: "EventsStuck",
    says: "Three visits of the events function failed within an hour: the bus gets no events, or values of deleted people stay in the event logs.",
    section: "stuck-worker",
    // A visit comes every 15 minutes. The next one repeats what a single one could not do.
    watch: { metric: "visitsFailed", statistic: "Sum" },
    minutes: 60,
    threshold: 3,
  },
  {
    name: "Unauthorized",
    says: "Many requests present a token or an application key that is unknown, ended or expired: a customer's sync or your application has stopped, or somebody is guessing.",
    section: "expired-token",
    watch: { metric: "unauthorized", statistic: "Sum" },
    periods: 2,
    of: 3,
    threshold: 25,
  },
  {
    name: "TokenExpiry",
    says: "A token, client secret or trust of an organization ends in less than two weeks. If nobody replaces it, the organization's sync stops that day.",
    section: "expired-token",
    watch: { metric: "tokenDaysToExpiry", statistic: "Minimum" },
    minutes: 24 * 60,
    threshold: 14,
    below: true,
  },
  {
    name: "TokenReport",
    says: "The daily report of tokens failed each time. Until it succeeds, TokenExpiry cannot fire.",
    section: "expired-token",
    watch: { without: ["reportRuns", "reportErrors"] },
    minutes: 24 * 60,
    below: true,
  },
  {
    name: "MassChange",
    says: "One organization lost an unusual number of users or members within an hour.",
    section: "wiped-looking-group",
    watch: { metric: "massChange", statistic: "Sum" },
  },
  {
    name: "RemovalsHeld",
    says: "Removals that an identity provider sent are held: it repeats them until somebody releases or refuses them.",
    section: "removals-are-held",
    // MassChange reports the beginning and recovers minutes later.
    watch: { metric: "removalsHeld", statistic: "Sum" },
    minutes: 60,
    // More than a day: Entra ID comes every 40 minutes, in quarantine once a day; Okta's pauses double, up to 21 hours before
    // its ninth try.
    of: 26,
  },
  {
    name: "RolesLate",
    says: "Somebody's roles have been waiting for more than 15 minutes: the roles function is behind, or cannot compute them.",
    section: "roles-late-or-wrong",
    watch: { metric: "rolesLateness", statistic: "Maximum" },
    // One period may be an old change that came again.
    periods: 2,
    of: 2,
    threshold: 900,
    needs: "roles",
  },
  {
    name: "LogFailures",
    says: "Rollcall could not write the log lines of some requests: their references find nothing.",
    section: "silent-log",
    watch: { metric: "logFailures", statistic: "Sum" },
  },
  {
    name: "WebhookDisabled",
    says: "A webhook was switched off: its address answered 410, or failed for five days. It gets no more messages until somebody enables it.",
    section: "webhooks-not-delivered",
    watch: { metric: "webhooksDisabled", statistic: "Sum" },
    needs: "webhooks",
  },
  {
    name: "WebhookLate",
    says: "Messages of webhooks have been due for more than 15 minutes: the webhooks function does not run, or cannot keep up.",
    section: "webhooks-not-delivered",
    // Measured where messages are made, so that a sender that does not run shows too.
    watch: { metric: "webhookLateness", statistic: "Maximum" },
    threshold: 900,
    needs: "webhooks",
  },
  {
    name: "Canary",
    says: "Two of three runs of the canary failed, or did not start: provisioning through the public address does not work as it should.",
    section: "canary",
    watch: { metric: "canaryFailures", statistic: "Maximum" },
    periods: 2,
    of: 3,
    silenceIsBad: true,
    needs: "canary",
  },
];

export const ALARMS = WRITTEN.map((alarm): AlarmDefinition => ({ ...USUAL, ...alarm }));

/** A deployment's alarms. The canary's interval sets its alarm's period. */
export function alarmsFor(config: Pick<Config, Needed>): readonly AlarmDefinition[] {
  const { canary } = config;
  return ALARMS.filter(({ needs }) => needs === undefined || config[needs]).map((alarm) =>
    alarm.needs === "canary" && canary !== undefined ? { ...alarm, minutes: canary.minutes } : alarm,
  );
}

/** The alarm's metrics; some are one for each function or queue. AWS bills each at $0.10 a month. */
export function watched({ watch }: AlarmDefinition): readonly MetricKey[] {
  if ("metric" in watch) return [watch.metric];
  if ("longest" in watch) return [watch.longest];
  if ("without" in watch) return watch.without;
  return "sumOf" in watch ? watch.sumOf : [watch.percent, watch.of];
}
