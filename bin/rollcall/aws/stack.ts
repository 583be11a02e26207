import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
  type Stack,
} from "@aws-sdk/client-cloudformation";
import { Refused } from "../refused.ts";
import { AwsRefusal, asked, TOOL_CALLS } from "./calls.ts";
import { ownOutputs, type RollcallParts, rollcallsIn, type StackResource } from "./stackNames.ts";

/** A Rollcall in a deployed stack, alone or among a host's resources. @throws Refused where the stack cannot be read */
export class DeployedStack {
  readonly #client: CloudFormationClient;
  readonly #region: string;
  readonly name: string;

  constructor(name: string, region: string) {
    this.#client = new CloudFormationClient({ ...TOOL_CALLS, region });
    this.#region = region;
    this.name = name;
  }

  /** An output's value, by its name in a stack of Rollcall's own. @throws Refused when the stack or the output is missing */
  async output(name: string): Promise<string> {
    const found = await this.optionalOutput(name);
    if (found !== undefined) return found;
    throw new Refused(`The stack ${this.name} in ${this.#region} has no output ${name}: is it a Rollcall?`);
  }

  /** Undefined where the deployment lacks this part. @throws Refused when there is no such stack */
  async optionalOutput(name: string): Promise<string | undefined> {
    const { Outputs = [] } = await this.#described();
    const given = Outputs.map(({ OutputKey, OutputValue }) => [OutputKey ?? "", OutputValue ?? ""] as const);
    return ownOutputs(new Map(given)).get(name);
  }

  /** CloudFormation's status, e.g. `UPDATE_IN_PROGRESS`. @throws Refused when there is no such stack */
  async status(): Promise<string> {
    return (await this.#described()).StackStatus ?? "";
  }

  /** All resources created so far, the host's too. @throws Refused */
  resources(): Promise<StackResource[]> {
    return this.#read(() => resourcesOf(this.#client, this.name));
  }

  /** Functions and logs of the Rollcall. @throws Refused for none, or for several that cannot be told apart */
  async parts(): Promise<RollcallParts> {
    const found = rollcallsIn(await this.resources());
    const [first, ...others] = found;
    if (first === undefined) throw new Refused(`The stack ${this.name} in ${this.#region} has no Rollcall in it.`);
    if (others.length === 0) return first;
    const events = (await this.optionalOutput("EventsFunctionName"))?.replace(/:.*/, "");
    const ours = found.find(({ functions }) => events !== undefined && functions.get("events") === events);
    if (ours !== undefined) return ours;
    const users = found.map(({ functions }) => functions.get("users")).join(" and ");
    throw new Refused(
      `The stack ${this.name} has several functions called users, and no output EventsFunctionName that says which is Rollcall's: ${users}.`,
    );
  }

  async #described(): Promise<Partial<Stack>> {
    const { Stacks } = await this.#read(() => this.#client.send(new DescribeStacksCommand({ StackName: this.name })));
    // CloudFormation refuses the name of a missing stack.
    return Stacks?.[0] ?? {};
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
