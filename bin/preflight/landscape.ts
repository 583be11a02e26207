import { isDisposable } from "../../lib/config.ts";
import { STACK_DESCRIPTION } from "../../lib/stackDescription.ts";
import { awsEndpoint } from "../rollcall/awsEndpoint.ts";
import type { SignedFetch } from "../rollcall/signedHttp.ts";
import { elementOf, membersOf, outputOf } from "../rollcall/stackOutput.ts";
import { Unanswered } from "./aws.ts";

/** What a deployed stack serves, as far as a setting could put something else in its place. */
export interface Deployed {
  readonly stage: string;
  /** Name of the table in use. */
  readonly table: string;
  /** `own`: it is part of the stack; `split`: of the stack's name and `Table`; `existing`: of neither. */
  readonly home: "own" | "split" | "existing";
  /** Its custom domain. */
  readonly domain: string | undefined;
}

export interface Landscape {
  /** Undefined where no stack of that name serves anything. */
  readonly deployed: Deployed | undefined;
  /** Names of other Rollcalls in the region that are not dev; looked for only where there is none of that name. */
  readonly others: readonly string[];
}

/** One action of CloudFormation. @returns its XML @throws Unanswered */
type Ask = (action: string, parameters: Readonly<Record<string, string>>) => Promise<string>;

interface Resource {
  readonly type: string;
  readonly id: string;
}

/**
 * Reads with DescribeStacks, ListStackResources and ListStacks.
 * @param send signs for CloudFormation
 * @throws Unanswered where AWS refuses, Unreachable where nobody answers
 */
export async function readLandscape(
  stackName: string,
  region: string,
  env: NodeJS.ProcessEnv,
  send: SignedFetch,
): Promise<Landscape> {
  const { url } = awsEndpoint("cloudformation", region, env);
  const ask: Ask = async (Action, parameters) => {
    const response = await send(`${url}/`, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ Action, Version: "2010-05-15", ...parameters }).toString(),
    });
    const xml = await response.text();
    if (!response.ok) throw new Unanswered(elementOf(xml, "Message") ?? `${Action}: status ${response.status}`);
    return xml;
  };
  const deployed = await deployedOf(stackName, ask);
  return { deployed, others: deployed === undefined ? await otherRollcalls(stackName, ask) : [] };
}

async function deployedOf(stackName: string, ask: Ask): Promise<Deployed | undefined> {
  const xml = await ifThere(() => ask("DescribeStacks", { StackName: stackName }));
  if (xml === undefined) return undefined;
  const resources = await resourcesOf(stackName, ask);
  const stage = stageIn(resources);
  const own = tableIn(resources);
  const table = outputOf(xml, "TableName") ?? own;
  // A stack whose first deployment failed serves nothing.
  if (stage === undefined || table === undefined) return undefined;
  const apart = own === table ? undefined : await ifThere(() => resourcesOf(`${stackName}Table`, ask));
  const home = own === table ? "own" : tableIn(apart ?? []) === table ? "split" : "existing";
  return { stage, table, home, domain: resources.find(({ type }) => type === "AWS::ApiGateway::DomainName")?.id };
}

function stageIn(resources: readonly Resource[]): string | undefined {
  return resources.find(({ type }) => type === "AWS::ApiGateway::Stage")?.id;
}

function tableIn(resources: readonly Resource[]): string | undefined {
  return resources.find(({ type }) => type === "AWS::DynamoDB::GlobalTable")?.id;
}

async function resourcesOf(StackName: string, ask: Ask): Promise<Resource[]> {
  const found = await pages("ListStackResources", { StackName }, ask);
  return found.flatMap((member) => {
    const [type, id] = [elementOf(member, "ResourceType"), elementOf(member, "PhysicalResourceId")];
    const gone = elementOf(member, "ResourceStatus") === "DELETE_COMPLETE";
    return type === undefined || id === undefined || gone ? [] : [{ type, id }];
  });
}

/** Deleted, or never made. */
const NOTHING_THERE = ["DELETE_COMPLETE", "ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS", "CREATE_FAILED"];

async function otherRollcalls(stackName: string, ask: Ask): Promise<string[]> {
  const names = (await pages("ListStacks", {}, ask)).flatMap((member) => {
    const name = elementOf(member, "StackName");
    const ours = elementOf(member, "TemplateDescription") === STACK_DESCRIPTION;
    const there = !NOTHING_THERE.includes(elementOf(member, "StackStatus") ?? "");
    return ours && there && name !== undefined && name !== stackName ? [name] : [];
  });
  const stages = await Promise.all(
    names.map(async (name) => stageIn((await ifThere(() => resourcesOf(name, ask))) ?? [])),
  );
  return names.filter((_, index) => stages[index] !== undefined && !isDisposable({ stage: stages[index] }));
}

async function pages(action: string, parameters: Readonly<Record<string, string>>, ask: Ask): Promise<string[]> {
  const members: string[] = [];
  let next: string | undefined;
  do {
    const xml = await ask(action, { ...parameters, ...(next === undefined ? {} : { NextToken: next }) });
    members.push(...membersOf(xml));
    next = elementOf(xml, "NextToken");
  } while (next !== undefined);
  return members;
}

/** CloudFormation has no code of its own for a stack that is not there. */
async function ifThere<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Unanswered && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}
