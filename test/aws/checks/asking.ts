import { setTimeout as wait } from "node:timers/promises";
import { isObject, type Json, type JsonObject } from "../../../functions/scim/json.ts";
import { GROUP_SCHEMA, PATCH_OP, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { type Answer, at, type WireRequest } from "../../support/wire.ts";
import { AwsCallFailed, type LiveCheck, type LiveStack, type StackResource } from "../liveStack.ts";

/** Tries until there is an answer. @returns undefined when there was none in time */
export async function patiently<T>(
  question: () => Promise<T | undefined>,
  { seconds, everyMs }: { readonly seconds: number; readonly everyMs: number },
): Promise<T | undefined> {
  for (const end = Date.now() + seconds * 1000; ; await wait(everyMs)) {
    const answer = await question();
    if (answer !== undefined || Date.now() + everyMs > end) return answer;
  }
}

const TRIES = 6;

/** Makes a call again, later each time, when AWS says that there were too many. */
export async function unhurried<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (cause) {
      const busy = cause instanceof AwsCallFailed && /Throttl|TooManyRequests|RequestLimit/.test(cause.code);
      if (!busy || attempt === TRIES) throw cause;
      await wait(500 * 2 ** (attempt - 1));
    }
  }
}

/** @param why what an emulator lacks that the check is about */
export function onAws(why: string, { name, run }: LiveCheck): LiveCheck {
  return {
    name,
    run: async (stack) => (stack.emulated ? { differences: [], notShown: `this is an emulator: ${why}` } : run(stack)),
  };
}

/** What the credentials of this run may not look at is no fault of the stack. */
export function unlessForbidden({ name, run }: LiveCheck): LiveCheck {
  return {
    name,
    run: async (stack) => {
      try {
        return await run(stack);
      } catch (cause) {
        const forbidden = cause instanceof AwsCallFailed && /^(AccessDenied|UnauthorizedOperation)/.test(cause.code);
        if (!forbidden) throw cause;
        return { differences: [], notShown: cause.message };
      }
    },
  };
}

/** What the error says at its end, to be looked up in the log. */
export function referenceOf(answer: Answer): string | undefined {
  return /\(ref: ([^)]+)\)$/.exec(String(at(answer.json, "detail")))?.[1];
}

/** @returns NaN of no values */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length / 2) - 1] ?? Number.NaN;
}

export function userNamed(userName: string, more: object = {}) {
  const emails = [{ type: "work", primary: true, value: userName }];
  return { schemas: [USER_SCHEMA], userName, emails, active: true, ...more };
}

export function groupNamed(displayName: string, members: readonly { readonly value: string }[] = []) {
  return { schemas: [GROUP_SCHEMA], displayName, members };
}

export function patch(path: string, operation: object): WireRequest {
  return { method: "PATCH", path, body: { schemas: [PATCH_OP], Operations: [operation] } };
}

export function idOf(answer: Answer): string {
  if (answer.status !== 201) throw new Error(`a POST was answered with ${answer.status}: ${answer.text.slice(0, 200)}`);
  return String(at(answer.json, "id"));
}

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

/** One call each (AWS Lambda API Reference, GetFunctionConfiguration: `FunctionArn`, `Role`, `LoggingConfig.LogGroup`). */
export async function functionsOf({ aws, resources }: LiveStack): Promise<DeployedFunction[]> {
  const found: DeployedFunction[] = [];
  for (const { name, functionName } of functionNames(resources)) {
    const answer = json(await aws.rest("lambda", "GET", configurationPath(functionName)));
    const textAt = (path: string): string => String(at(answer, path));
    const logGroup = textAt("LoggingConfig.LogGroup");
    found.push({ name, functionName, arn: textAt("FunctionArn"), role: textAt("Role"), logGroup });
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

/** What an AWS service answered as JSON. */
export function json(answer: unknown): Json {
  // It was parsed from JSON.
  return answer as Json;
}

export function objectsIn(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
