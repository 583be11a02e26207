import type { SignedFetch } from "../../bin/rollcall/aws/signedHttp.ts";
import type { Outputs } from "../deploy/deployment.ts";
import type { Target } from "../support/target.ts";
import { elementOf, membersOf } from "../support/xmlAnswers.ts";
import { AwsCallFailed, type AwsCalls, type LiveStack, type StackResource } from "./liveStack.ts";

/** Where a stack is: in an account of AWS, or in an emulator that stands for one. */
export interface AccountPlace {
  readonly emulated: boolean;
  readonly region: string;
  /** Of commands that work with this account. */
  readonly env: NodeJS.ProcessEnv;
  /** Signed for a service, as signatures name it. */
  open(service: string): Promise<SignedFetch>;
  readonly aws: AwsCalls;
  connect(outputs: Outputs): Target & { close(): void };
  /** An address that a stack's output names, as this machine gets there. */
  reachable(url: string): string;
}

export interface OpenStack extends LiveStack {
  readonly place: AccountPlace;
  close(): void;
}

const CLOUDFORMATION = "2010-05-15";

/** The stack's state, e.g. `CREATE_COMPLETE`; undefined where there is no stack of this name, or no longer. */
export async function stackStatus(aws: AwsCalls, stackName: string): Promise<string | undefined> {
  const xml = await describe(aws, stackName);
  return xml === undefined ? undefined : elementOf(xml, "StackStatus");
}

/** @throws Error when there is no such stack, or it is no Rollcall */
export async function openStack(place: AccountPlace, stackName: string): Promise<OpenStack> {
  const xml = await describe(place.aws, stackName);
  if (xml === undefined) throw new Error(`there is no stack ${stackName} in ${place.region}`);
  const outputs = outputsIn(xml);
  const resources = await resourcesOf(place.aws, stackName);
  const target = place.connect(outputs);
  const { aws, emulated, region } = place;
  return { place, target, outputs, stackName, region, resources, aws, emulated, close: () => target.close() };
}

/** The one resource of a type whose logical id begins like this. @throws Error when it is not one */
export function resourceOf({ resources }: Pick<LiveStack, "resources">, type: string, begins: string): string {
  const found = resources.filter((one) => one.type === type && one.logicalId.startsWith(begins));
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`${found.length} of ${type} are called ${begins}…`);
  return only.physicalId;
}

async function describe(aws: AwsCalls, StackName: string): Promise<string | undefined> {
  try {
    return await aws.query("cloudformation", CLOUDFORMATION, "DescribeStacks", { StackName });
  } catch (error) {
    // CloudFormation has no code of its own for it.
    if (error instanceof AwsCallFailed && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}

function outputsIn(xml: string): Outputs {
  const given = new Map(membersOf(xml).map((one) => [elementOf(one, "OutputKey"), elementOf(one, "OutputValue")]));
  const output = (name: string): string => {
    const value = given.get(name);
    if (value === undefined) throw new Error(`the stack has no output ${name}`);
    return value;
  };
  return {
    TenantUrl: output("TenantUrl"),
    AdminUrl: output("AdminUrl"),
    TableName: output("TableName"),
    EventBusName: output("EventBusName"),
    NextCommand: output("NextCommand"),
  };
}

async function resourcesOf(aws: AwsCalls, StackName: string): Promise<StackResource[]> {
  const found: StackResource[] = [];
  let next: string | undefined;
  do {
    const page: Record<string, string> = next === undefined ? {} : { NextToken: next };
    const xml = await aws.query("cloudformation", CLOUDFORMATION, "ListStackResources", { StackName, ...page });
    for (const member of membersOf(xml)) {
      const logicalId = elementOf(member, "LogicalResourceId");
      const physicalId = elementOf(member, "PhysicalResourceId");
      const type = elementOf(member, "ResourceType");
      if (logicalId !== undefined && physicalId !== undefined && type !== undefined) {
        found.push({ logicalId, physicalId, type });
      }
    }
    next = elementOf(xml, "NextToken");
  } while (next !== undefined);
  return found;
}
