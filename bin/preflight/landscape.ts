import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStacks,
  type Stack,
} from "@aws-sdk/client-cloudformation";
import { isDisposable } from "../../lib/config.ts";
import { STACK_DESCRIPTION } from "../../lib/settings.ts";
import { AwsRefusal, asked, TOOL_CALLS } from "../rollcall/aws/calls.ts";
import { resourcesOf } from "../rollcall/aws/stack.ts";
import type { StackResource } from "../rollcall/aws/stackNames.ts";

/** A deployed stack, as far as settings could replace parts of it. */
export interface Deployed {
  readonly stage: string;
  /** Name of the live table. */
  readonly table: string;
  /** `own`: in the stack; `split`: in the stack NAMETable; `existing`: in neither. */
  readonly home: "own" | "split" | "existing";
  /** Its custom domain. */
  readonly domain: string | undefined;
  /** Whether the DNS record of that domain is in the stack. */
  readonly hasRecord: boolean;
}

export interface Landscape {
  /** Undefined where no stack of that name serves anything. */
  readonly deployed: Deployed | undefined;
  /** Other Rollcalls in the region whose stage is not dev; read only where no stack has that name. */
  readonly others: readonly string[];
  /** The description of a stack with that name that is no Rollcall. */
  readonly foreign: string | undefined;
}

/**
 * Reads with DescribeStacks, ListStackResources and ListStacks.
 * @throws AwsRefusal, Refused without credentials, Unreachable where AWS does not answer
 */
export async function readLandscape(stackName: string, region: string): Promise<Landscape> {
  const client = new CloudFormationClient({ ...TOOL_CALLS, region });
  const described = await ifThere(() => client.send(new DescribeStacksCommand({ StackName: stackName })));
  const [stack] = described?.Stacks ?? [];
  const foreign = stack && foreignness(stack);
  if (foreign !== undefined) return { deployed: undefined, others: [], foreign };
  const deployed = described && (await deployedOf(stackName, described.Stacks, client));
  return { deployed, others: deployed === undefined ? await otherRollcalls(stackName, client) : [], foreign };
}

/** A Rollcall has our description or our output. A stack that never existed belongs to nobody. */
function foreignness({ Description = "without a description", Outputs = [], StackStatus }: Stack): string | undefined {
  const ours = Description === STACK_DESCRIPTION || Outputs.some(({ OutputKey }) => OutputKey === "TenantUrl");
  return ours || NOTHING_THERE.includes(String(StackStatus)) ? undefined : Description;
}

async function deployedOf(
  stackName: string,
  described: readonly Stack[] | undefined,
  client: CloudFormationClient,
): Promise<Deployed | undefined> {
  const resources = await asked("CloudFormation", () => resourcesOf(client, stackName));
  const stage = idOf(resources, STAGE);
  const own = idOf(resources, TABLE);
  const table = tableIn(described) ?? own;
  // A stack whose first deployment failed serves nothing.
  if (stage === undefined || table === undefined) return undefined;
  const apart = own === table ? undefined : await ifThere(() => resourcesOf(client, `${stackName}Table`));
  const home = own === table ? "own" : idOf(apart ?? [], TABLE) === table ? "split" : "existing";
  const domain = idOf(resources, "AWS::ApiGateway::DomainName");
  return { stage, table, home, domain, hasRecord: idOf(resources, "AWS::Route53::RecordSet") !== undefined };
}

const STAGE = "AWS::ApiGateway::Stage";
const TABLE = "AWS::DynamoDB::GlobalTable";

function idOf(resources: readonly StackResource[], wanted: string): string | undefined {
  return resources.find(({ type }) => type === wanted)?.physicalId;
}

function tableIn(stacks: readonly Stack[] = []): string | undefined {
  return stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === "TableName")?.OutputValue;
}

/** Deleted, or never created. */
const NOTHING_THERE = ["DELETE_COMPLETE", "ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS", "CREATE_FAILED"];

async function otherRollcalls(stackName: string, client: CloudFormationClient): Promise<string[]> {
  const names: string[] = [];
  await asked("CloudFormation", async () => {
    for await (const { StackSummaries = [] } of paginateListStacks({ client }, {})) {
      for (const { StackName: name = "", StackStatus, TemplateDescription } of StackSummaries) {
        const ours = TemplateDescription === STACK_DESCRIPTION && name !== stackName;
        if (ours && !NOTHING_THERE.includes(String(StackStatus))) names.push(name);
      }
    }
  });
  const stages = await Promise.all(
    names.map(async (name) => idOf((await ifThere(() => resourcesOf(client, name))) ?? [], STAGE)),
  );
  return names.filter((_, index) => stages[index] !== undefined && !isDisposable({ stage: stages[index] }));
}

/** CloudFormation has no error code of its own for a missing stack. */
async function ifThere<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await asked("CloudFormation", read);
  } catch (error) {
    if (error instanceof AwsRefusal && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}
