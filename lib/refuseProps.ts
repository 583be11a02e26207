import { type Stack, Token } from "aws-cdk-lib";
import { Alias } from "aws-cdk-lib/aws-kms";
import { Construct, type IConstruct } from "constructs";
import { type Config, ConfigError, throughputOf } from "./config.ts";
import type { RollcallProps } from "./rollcallProps.ts";
import { faultsOfTable } from "./scimTable.ts";

/** The construct's surroundings. */
interface Surroundings {
  readonly stack: Stack;
  /** Other Rollcalls in that stack. */
  readonly others: readonly IConstruct[];
  readonly where: string;
}

/** Faults that concern several settings or props. @throws ConfigError */
export function refuseContradictions(
  props: RollcallProps,
  config: Config,
  { others, stack, where }: Surroundings,
): void {
  const problems: string[] = [];
  for (const other of others) {
    problems.push(
      `${other.node.path} is in this stack already: a stack takes one Rollcall, because the commands find it by the stack's name`,
    );
  }
  for (const [prop, setting] of INSTEAD) {
    if (props[prop] !== undefined && config[setting] !== undefined)
      problems.push(`${prop}: give it or ${setting}, not both`);
  }
  if (props.table !== undefined) {
    problems.push(...faultsOfTable(props.table).map((fault) => `table: ${fault}`));
    problems.push(
      ...throughputOf(config).map((key) => `${key}: is for a table that the construct makes, not for a given one`),
    );
  }
  problems.push(...faultsOfKey(props, config, stack));
  problems.push(...inOtherRegions(config, stack.region, props));
  if (problems.length > 0) throw new ConfigError(problems, where);
}

/** For each prop that takes a construct, the setting that takes an ARN. */
const INSTEAD = [
  ["table", "tableStreamArn"],
  ["encryptionKey", "customerKey"],
  ["bus", "eventBusArn"],
] as const;

/**
 * Refuses values that are no constructs. Only undefined means absent: null must not make a table or log without the intended
 * key.
 * @throws ConfigError
 */
export function refuseOthers(props: RollcallProps, where: string): void {
  if (typeof props !== "object" || props === null || Array.isArray(props)) {
    const kind = props === null ? "null" : Array.isArray(props) ? "a list" : `a ${typeof props}`;
    throw new ConfigError([`they must be an object, or be left out, not ${kind}`], where);
  }
  const problems = INSTEAD.flatMap(([prop, setting]) => {
    const given: unknown = props[prop];
    if (given === undefined || Construct.isConstruct(given)) return [];
    if (given === null) return [`${prop}: leave it out, or give a construct, not null`];
    const arn = setting === "tableStreamArn" ? "the ARN of its stream" : "an ARN";
    return [`${prop}: takes a construct, not a ${typeof given}; ${arn} goes into ${setting}`];
  });
  if (problems.length > 0) throw new ConfigError(problems, where);
}

/** Faults of a key with which every table access of the functions would fail, or CloudWatch Logs would refuse the log groups. */
function faultsOfKey({ encryptionKey, table }: RollcallProps, { customerKey }: Config, stack: Stack): string[] {
  const faults: string[] = [];
  // CloudWatch Logs takes no alias, and a statement about an alias allows nothing with its key.
  const isAlias = (arn: unknown): boolean => JSON.stringify(stack.resolve(arn) ?? null).includes(":alias/");
  if (encryptionKey instanceof Alias || isAlias(encryptionKey?.keyArn))
    faults.push("encryptionKey: give the key itself, not its alias");
  if (isAlias(customerKey)) faults.push("customerKey: give the ARN of the key itself, not of its alias");
  const named = encryptionKey !== undefined || (customerKey !== undefined && customerKey !== "create");
  if (table?.encryptionKey !== undefined && !named) {
    faults.push("encryptionKey: give the key that encrypts the table: without it no function may read or write there");
  }
  return faults;
}

/** Resources that must be in the stack's region but are not, as far as both regions are known. @returns a text for each */
export function inOtherRegions(config: Config, own: string, props: RollcallProps = {}): string[] {
  return regionsOf(props, config).flatMap(([name, region, what]) => {
    if (region === undefined || region === "" || Token.isUnresolved(region) || Token.isUnresolved(own)) return [];
    return region === own ? [] : [`${name}: is in ${region} and the stack in ${own}; ${what}`];
  });
}

/** Resources that must be in the stack's region, by prop: region, and the reason or remedy. */
function regionsOf(props: RollcallProps, config: Config): (readonly [string, string | undefined, string])[] {
  const regionOf = (arn: string | undefined) => arn?.split(":")[3];
  return [
    ["table", props.table?.env.region, "Lambda reads a stream of its own region only"],
    ["tableStreamArn", regionOf(config.tableStreamArn), "Lambda reads a stream of its own region only"],
    ["encryptionKey", props.encryptionKey?.env.region, "DynamoDB and CloudWatch Logs take a key of their region only"],
    ["customerKey", regionOf(config.customerKey), "DynamoDB and CloudWatch Logs take a key of their region only"],
    ["bus", props.bus?.env.region, ONE_REGION],
    ["eventBusArn", regionOf(config.eventBusArn), ONE_REGION],
    [
      "domain.certificateArn",
      regionOf(config.domain?.certificateArn),
      "API Gateway takes a certificate of its region only",
    ],
    ["alarmTopicArn", regionOf(config.alarmTopicArn), "CloudWatch calls topics of its region only"],
  ];
}

const ONE_REGION =
  "EventBridge takes events in its own region only: make a bus in the stack's region, and a rule that forwards its events";
