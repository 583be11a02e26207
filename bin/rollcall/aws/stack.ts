import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
} from "@aws-sdk/client-cloudformation";
import { Refused } from "../refused.ts";
import { AwsRefusal, asked, TOOL_CALLS } from "./calls.ts";

export interface StackResource {
  readonly logicalId: string;
  /** The name or id that the service knows it by. */
  readonly physicalId: string;
  /** Such as `AWS::Lambda::Function`. */
  readonly type: string;
}

/** What is deployed under one name in one region. @throws Refused where it cannot be read */
export class DeployedStack {
  readonly #client: CloudFormationClient;
  readonly #region: string;
  readonly name: string;

  constructor(name: string, region: string) {
    this.#client = new CloudFormationClient({ ...TOOL_CALLS, region });
    this.#region = region;
    this.name = name;
  }

  /** The value of an output. @throws Refused when there is no such stack, or it has no such output */
  async output(name: string): Promise<string> {
    const found = await this.optionalOutput(name);
    if (found !== undefined) return found;
    throw new Refused(`The stack ${this.name} in ${this.#region} has no output ${name}: is it a Rollcall?`);
  }

  /** Undefined where the deployment has no such part. @throws Refused when there is no such stack */
  async optionalOutput(name: string): Promise<string | undefined> {
    const { Stacks } = await this.#read(() => this.#client.send(new DescribeStacksCommand({ StackName: this.name })));
    return Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === name)?.OutputValue;
  }

  /** All of it that is made already. @throws Refused */
  resources(): Promise<StackResource[]> {
    return this.#read(() => resourcesOf(this.#client, this.name));
  }

  async #read<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await asked("CloudFormation", read);
    } catch (error) {
      if (!(error instanceof AwsRefusal)) throw error;
      throw new Refused(`The stack ${this.name} cannot be read in ${this.#region}: ${error.message}`);
    }
  }
}

export async function resourcesOf(client: CloudFormationClient, StackName: string): Promise<StackResource[]> {
  const found: StackResource[] = [];
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName })) {
    for (const { LogicalResourceId, PhysicalResourceId, ResourceStatus, ResourceType } of StackResourceSummaries) {
      if (PhysicalResourceId === undefined || ResourceStatus === "DELETE_COMPLETE") continue;
      found.push({
        logicalId: LogicalResourceId ?? "",
        physicalId: PhysicalResourceId,
        type: ResourceType ?? "",
      });
    }
  }
  return found;
}
