import {
  DeleteFunctionConcurrencyCommand,
  GetFunctionCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-lambda";
import { type FunctionName, ROUTES } from "../../../functions/routes.ts";
import { Refused } from "../refused.ts";
import { asked, TOOL_CALLS } from "./calls.ts";
import { DeployedStack } from "./stack.ts";

/** Exactly the functions that answer identity providers. */
export const SCIM_FUNCTIONS: readonly FunctionName[] = [
  ...new Set(ROUTES.filter(({ auth }) => auth === "none").map((route) => route.function)),
];

/** Tag of a stopped function: its reserved concurrency before, a number or `none`. */
const TAG = "rollcall:stopped";
/** Lambda takes 15 such calls a second: with the SDK's pauses the attempts last about a minute. */
const ATTEMPTS = 10;

interface ScimFunctions {
  /** Lambda starts no further invocations of them. May be repeated. @throws Refused */
  stop(): Promise<void>;
  /** Restores the settings from before `stop`. May be repeated. @returns functions that something else stopped @throws Refused */
  start(): Promise<FunctionName[]>;
}

interface Found {
  readonly arn: string;
  readonly reserved: number | undefined;
  /** Its concurrency before `stop`; undefined where it is not stopped here. */
  readonly before: string | undefined;
}

/**
 * The functions of a deployed stack. A reserved concurrency of zero is the only switch that Lambda guarantees: throttling by
 * API Gateway is a target. No deployment changes it unless its template does.
 * @throws Refused
 */
export async function scimFunctions(stack: string, region: string): Promise<ScimFunctions> {
  const names = await namesOf(new DeployedStack(stack, region));
  const client = new LambdaClient({ ...TOOL_CALLS, region, maxAttempts: ATTEMPTS });
  const look = async (FunctionName: string): Promise<Found> => {
    const { Concurrency, Configuration, Tags, TagsError } = await client.send(new GetFunctionCommand({ FunctionName }));
    // Without the right to see them, a function that was stopped would look as if it always had been.
    if (TagsError !== undefined)
      throw new Refused(
        `Lambda does not show the tags of ${FunctionName} (${TagsError.ErrorCode}), which hold its concurrency from before a stop. You need lambda:ListTags.`,
      );
    const reserved = Concurrency?.ReservedConcurrentExecutions;
    return { arn: Configuration?.FunctionArn ?? FunctionName, reserved, before: Tags?.[TAG] };
  };
  const reserve = (FunctionName: string, ReservedConcurrentExecutions: number) =>
    client.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }));

  const stop = async (name: string): Promise<void> => {
    const { arn, before, reserved } = await look(name);
    // The tag comes first: an interruption in between leaves it true.
    if (before === undefined) {
      await client.send(new TagResourceCommand({ Resource: arn, Tags: { [TAG]: String(reserved ?? "none") } }));
    }
    await reserve(name, 0);
  };
  const start = async (role: FunctionName, name: string): Promise<FunctionName | undefined> => {
    const { arn, before, reserved } = await look(name);
    if (before === undefined) return reserved === 0 ? role : undefined;
    if (before === "none") await client.send(new DeleteFunctionConcurrencyCommand({ FunctionName: name }));
    else await reserve(name, Number(before));
    await client.send(new UntagResourceCommand({ Resource: arn, TagKeys: [TAG] }));
    return before === "0" ? role : undefined;
  };
  return {
    async stop() {
      await asked("Lambda", () => Promise.all([...names.values()].map(stop)));
    },
    async start() {
      const kept = await asked("Lambda", () => Promise.all([...names].map(([role, name]) => start(role, name))));
      return kept.filter((role) => role !== undefined);
    },
  };
}

/** @throws Refused */
async function namesOf(stack: DeployedStack): Promise<Map<FunctionName, string>> {
  const { functions } = await stack.parts();
  return new Map(
    SCIM_FUNCTIONS.map((role) => {
      const name = functions.get(role);
      if (name === undefined) throw new Refused(`The stack ${stack.name} has no function ${role}: is it a Rollcall?`);
      return [role, name];
    }),
  );
}
