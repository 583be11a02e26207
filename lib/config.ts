import type { Static, TOptional, TSchema } from "typebox";
import { Check } from "typebox/value";
import { isOrigin } from "../functions/provisioning/portal/portalSettings.ts";
import { SETTINGS, type Setting } from "./settings.ts";
import { ONLY_WITH } from "./stackFunctions.ts";

/** A deployment's settings; settings.ts explains each. */
export type Config = {
  readonly [K in keyof typeof SETTINGS]: (typeof SETTINGS)[K] extends TOptional<infer S extends TSchema>
    ? Static<S> | undefined
    : Static<(typeof SETTINGS)[K]>;
};

export type Domain = NonNullable<Config["domain"]>;
export type Waf = NonNullable<Config["waf"]>;

/** A stage for trials: its data and logs are deleted with the stack. */
export function isDisposable({ stage }: Pick<Config, "stage">): boolean {
  return stage === "dev";
}

/** The default place of settings. */
const IN_FILE = "settings of Rollcall (rollcall.json, or -c KEY=VALUE)";

/** Invalid settings; `message` is for their author and names every key. */
export class ConfigError extends Error {
  constructor(problems: readonly string[], where = IN_FILE) {
    super(`The ${where} are wrong:\n${problems.map((p) => `  ${p}`).join("\n")}`);
    this.name = "ConfigError";
  }
}

const ALL: readonly (readonly [key: string, setting: Setting])[] = Object.entries(SETTINGS);

/** All settings. */
export const KNOWN_KEYS: readonly string[] = ALL.map(([key]) => key);

/** Settings that `cdk -c KEY=VALUE` also accepts, where every value is text. */
export const CONTEXT_KEYS: readonly string[] = ALL.flatMap(([key, { typed }]) => (typed === true ? [key] : []));

/** How settings are read from other places than the file. */
interface Reading {
  /** Their place, in words for the author. */
  readonly where?: string;
  /** Keys that do not exist there. */
  readonly without?: readonly string[];
  /** Whether a text stands for a value that only the deployment knows, such as the ARN of a certificate in the same app. */
  readonly isKnownLater?: (value: unknown) => boolean;
}

/** State while reading the settings. */
interface Found {
  readonly problems: string[];
  readonly isKnownLater: (value: unknown) => boolean;
}

/**
 * @param settings content of rollcall.json, `{}` without the file
 * @param context from `-c`, by key; wins over the file
 * @throws ConfigError naming every wrong key at once
 */
export function parseConfig(
  settings: unknown,
  context: Readonly<Record<string, unknown>> = {},
  { where, without = [], isKnownLater = () => false }: Reading = {},
): Config {
  if (!isRecord(settings)) throw new ConfigError(['it must be one JSON object, for example { "stage": "prod" }']);
  const chosen = Object.entries(context).filter(([, value]) => value !== undefined);
  const given = { ...settings, ...Object.fromEntries(chosen) };
  const problems: string[] = [];
  const known = KNOWN_KEYS.filter((key) => !without.includes(key));
  refuseUnknown("", given, known, problems);
  const values = ALL.map(([key, setting]) => [key, read(key, setting, ownOf(given, key), { problems, isKnownLater })]);
  // Each value fits the schema of its key, or is named in the problems.
  const config = Object.fromEntries(values) as Config;
  if (problems.length === 0) refuseIdle(config, problems);
  if (problems.length > 0) throw new ConfigError(problems, where);
  return config;
}

/** Settings that parse to the same deployment: switched-off settings are explicit, because absent ones get their default. */
export function settingsOf(config: Config): Partial<Config> {
  const off = ALL.filter(
    ([key, { means }]) => ownOf(config, key) === undefined && means?.some(([, to]) => to === undefined),
  );
  return { ...config, ...Object.fromEntries(off.map(([key]) => [key, false])) };
}

/** Settings that do nothing or contradict each other would surprise their author. */
function refuseIdle(config: Config, problems: string[]): void {
  for (const key of ["alarmEmail", "alarmTopicArn"] as const) {
    if (config[key] !== undefined && !config.observability) problems.push(`${key}: needs "observability": true`);
  }
  if (config.canary !== undefined && !config.observability) {
    problems.push('canary: needs "observability": true: without an alarm, nobody learns of a failed run');
  }
  if (config.closeDefaultEndpoint && config.domain === undefined) {
    problems.push("closeDefaultEndpoint: without a domain nothing would answer");
  }
  if (config.tableStreamArn !== undefined) {
    if (config.split) problems.push("tableStreamArn: with it the stack makes no table, so split must be false");
    problems.push(
      ...throughputOf(config).map(
        (key) => `${key}: is for a table that the stack makes, not for that of tableStreamArn`,
      ),
    );
  }
  refuseLowLimits(config, problems);
  for (const [needed, functions] of ONLY_WITH) {
    if (config[needed]) continue;
    for (const key of ["functionThrottle", "memorySize", "reservedConcurrency"] as const) {
      const named = functions.filter((name) => Object.hasOwn(config[key], name));
      problems.push(...named.map((name) => `${key}.${name}: needs "${needed}": true`));
    }
  }
  if (config.portal !== undefined) refusePortal(config.portal, config, problems);
  refuseLongVariables(config, problems);
  const { waf } = config;
  if (waf !== undefined && waf.requestsPerMinutePerAddress < waf.requestsPerMinute) {
    problems.push(wrong("waf", SETTINGS.waf, waf));
  }
}

/** The settings of the table's throughput. */
export function throughputOf(config: Config): (keyof Config)[] {
  const keys = ["warmThroughput", "maxReadRequestUnits", "maxWriteRequestUnits"] as const;
  return keys.filter((key) => config[key] !== undefined);
}

/** Warm throughput that is paid for must not exceed the limits. */
function refuseLowLimits(config: Config, problems: string[]): void {
  const { reads = 0, writes = 0 } = config.warmThroughput ?? {};
  for (const [key, warm] of [
    ["maxReadRequestUnits", reads],
    ["maxWriteRequestUnits", writes],
  ] as const) {
    const limit = config[key];
    if (limit !== undefined && limit < warm)
      problems.push(`${key}: must not be less than warmThroughput, which the table could then never reach`);
  }
}

/** Lambda takes 4 KB of variables (Lambda Developer Guide, "Lambda quotas"); names and fixed values take up to 800 bytes. */
const LONGEST_VARIABLES = 3_200;

/** Each fits its own limit, but the function that makes organizations gets all of them. */
function refuseLongVariables({ domain, federationHosts, portal, publicUrl }: Config, problems: string[]): void {
  const portalText = portal === undefined ? "" : JSON.stringify(portal);
  const length = [portalText, federationHosts.join(","), publicUrl ?? domain?.name ?? ""].join("").length;
  if (length <= LONGEST_VARIABLES) return;
  problems.push(
    `federationHosts: together with portal and publicUrl has ${length} characters, and functions take at most ${LONGEST_VARIABLES}: name fewer hosts, origins or rules`,
  );
}

function refusePortal({ origins, rules }: NonNullable<Config["portal"]>, { adoption }: Config, problems: string[]) {
  for (const origin of origins.filter((one) => !isOrigin(one))) {
    problems.push(`portal.origins: no browser writes an origin as ${JSON.stringify(origin)}`);
  }
  if (rules.includes("adoption") && !adoption) problems.push('portal.rules: adoption needs "adoption": true');
}

/** The value, or its default; faults go to `problems`, to report all at once. */
function read(path: string, setting: Setting, given: unknown, found: Found): unknown {
  // null is invalid everywhere: a template with an empty value must not silently remove a firewall or a key.
  const value = meant(setting, given === undefined ? setting.default : given);
  if (value === undefined && isOptional(setting)) return undefined;
  if (isObject(setting)) return readMembers(path, setting, value, found);
  if (setting.mayComeLater === true && found.isKnownLater(value)) return value;
  const fitting = setting.type === "integer" || typeof setting.default === "number" ? numberIn(value) : value;
  if (Check(setting, fitting)) return fitting;
  found.problems.push(wrong(path, setting, value));
  return undefined;
}

function readMembers(path: string, setting: ObjectSetting, value: unknown, found: Found): unknown {
  const { problems } = found;
  if (!isRecord(value)) {
    problems.push(wrong(path, setting, value));
    return undefined;
  }
  const members = Object.entries(setting.properties);
  const known = members.map(([name]) => name);
  refuseUnknown(`${path}.`, value, known, problems);
  const unnamed: string[] = [];
  const values = members.map(([name, member]) => {
    const into = member.must === undefined ? unnamed : problems;
    return [name, read(`${path}.${name}`, member, ownOf(value, name), { ...found, problems: into })] as const;
  });
  // Members without words of their own are reported with the whole object.
  if (unnamed.length > 0) problems.push(wrong(path, setting, value));
  return Object.fromEntries(values.filter(([, one]) => one !== undefined));
}

type ObjectSetting = Setting & { readonly properties: Readonly<Record<string, Setting>> };

function isObject(setting: Setting): setting is ObjectSetting {
  return "properties" in setting;
}

function isOptional(setting: Setting): boolean {
  return "~optional" in setting;
}

/** The meaning of `true`, or of its text from the command line. */
function meant({ type, means }: Setting, value: unknown): unknown {
  if (type !== "boolean" && means === undefined) return value;
  const plain = value === "true" ? true : value === "false" ? false : value;
  const standIn = means?.find(([given]) => given === plain);
  return standIn === undefined ? plain : standIn[1];
}

/** A whole number, as number or as text from the command line. */
function numberIn(value: unknown): unknown {
  return typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
}

function wrong(path: string, { must }: Setting, value: unknown): string {
  return `${path}: must be ${must}, not ${JSON.stringify(value)}`;
}

/** @param prefix before the key in messages, such as `domain.` */
function refuseUnknown(prefix: string, given: object, known: readonly string[], problems: string[]): void {
  for (const key of Object.keys(given)) {
    if (!known.includes(key)) problems.push(`${prefix}${key}: no such key; the keys are ${known.join(", ")}`);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Every object has `constructor` too. */
function ownOf(given: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(given, key) ? given[key] : undefined;
}
