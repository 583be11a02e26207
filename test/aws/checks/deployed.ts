import { isObject, type Json, type JsonObject } from "../../../functions/scim/json.ts";
import { at } from "../../support/wire.ts";
import type { LiveStack, StackResource } from "../liveStack.ts";

/** One function of the stack, by what Lambda itself says of it. */
export interface DeployedFunction {
  /** As the file in functions/ is called: `users`. */
  readonly name: string;
  readonly functionName: string;
  readonly arn: string;
  /** ARN of its role. */
  readonly role: string;
  readonly logGroup: string;
}

/**
 * The functions of the stack. One call each.
 * Source: AWS Lambda API Reference, GetFunctionConfiguration (`FunctionArn`, `Role`, `LoggingConfig.LogGroup`).
 */
export async function functionsOf({ aws, resources }: LiveStack): Promise<DeployedFunction[]> {
  const found: DeployedFunction[] = [];
  for (const { name, functionName } of functionNames(resources)) {
    const answer = json(await aws.rest("lambda", "GET", configurationPath(functionName)));
    found.push({
      name,
      functionName,
      arn: String(at(answer, "FunctionArn")),
      role: String(at(answer, "Role")),
      logGroup: String(at(answer, "LoggingConfig.LogGroup")),
    });
  }
  return found;
}

/** The CDK makes the logical id of `users` + `Function` + 8 hexadecimal digits. */
export function functionNames(resources: readonly StackResource[]): { name: string; functionName: string }[] {
  return resources.flatMap(({ logicalId, physicalId, type }) => {
    const name = /^(\w+)Function[0-9A-F]{8}$/.exec(logicalId)?.[1];
    return type === "AWS::Lambda::Function" && name !== undefined ? [{ name, functionName: physicalId }] : [];
  });
}

export function configurationPath(functionName: string): string {
  return `/2015-03-31/functions/${encodeURIComponent(functionName)}/configuration`;
}

/** Every log group of the stack and, apart, that of API Gateway. */
export function logGroupsOf(resources: readonly StackResource[]): { all: string[]; access: string | undefined } {
  const groups = resources.filter(({ type }) => type === "AWS::Logs::LogGroup");
  return {
    all: groups.map(({ physicalId }) => physicalId),
    access: groups.find(({ logicalId }) => logicalId.includes("AccessLog"))?.physicalId,
  };
}

/** What an AWS service answered as JSON. */
export function json(answer: unknown): Json {
  // It was parsed from JSON.
  return answer as Json;
}

export function objectsIn(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
