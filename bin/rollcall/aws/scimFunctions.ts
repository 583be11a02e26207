import {
  CreateAliasCommand,
  DeleteAliasCommand,
  DeleteFunctionConcurrencyCommand,
  GetAliasCommand,
  GetFunctionConcurrencyCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
  ResourceNotFoundException,
  UpdateAliasCommand,
} from "@aws-sdk/client-lambda";
import { type FunctionName, ROUTES } from "../../../functions/routes.ts";
import { Refused } from "../refused.ts";
import { asked, TOOL_CALLS } from "./calls.ts";
import { DeployedStack } from "./stack.ts";

/** Exactly the functions that answer identity providers. */
export const SCIM_FUNCTIONS: readonly FunctionName[] = [
  ...new Set(ROUTES.filter(({ auth }) => auth === "none").map((route) => route.function)),
];

/**
 * Alias of a stopped function, which nobody calls: its description is the reserved concurrency before, a number or `none`. No
 * deployment touches it, because it is in no template; a tag may be gone after one (ADR 28).
 */
const MARK = "rollcall-stopped";
/** Lambda takes 15 such calls a second: with the SDK's pauses the attempts last about a minute. */
const ATTEMPTS = 10;

interface ScimFunctions {
  /** Lambda starts no further invocations of them. May be repeated. @throws Refused */
  stop(): Promise<void>;
  /** Restores the settings from before `stop`. May be repeated. @returns functions that something else stopped @throws Refused */
  start(): Promise<FunctionName[]>;
}

interface Found {
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
  const marked = async (FunctionName: string): Promise<string | undefined> => {
    try {
      return (await client.send(new GetAliasCommand({ FunctionName, Name: MARK }))).Description;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  };
  const look = async (FunctionName: string): Promise<Found> => {
    const before = await marked(FunctionName);
    const { ReservedConcurrentExecutions } = await client.send(new GetFunctionConcurrencyCommand({ FunctionName }));
    return { reserved: ReservedConcurrentExecutions, before };
  };
  const reserve = (FunctionName: string, ReservedConcurrentExecutions: number) =>
    client.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }));

  const stop = async (name: string): Promise<void> => {
    const { before, reserved } = await look(name);
    const mark = {
      FunctionName: name,
      Name: MARK,
      FunctionVersion: "$LATEST",
      Description: String(reserved ?? "none"),
    };
    // The mark comes first: an interruption in between leaves it true.
    if (before === undefined) await client.send(new CreateAliasCommand(mark));
    // A deployment has reserved something since the stop.
    else if (reserved !== 0) await client.send(new UpdateAliasCommand(mark));
    await reserve(name, 0);
  };
  const start = async (role: FunctionName, name: string): Promise<FunctionName | undefined> => {
    const { before, reserved } = await look(name);
    if (before === undefined) return reserved === 0 ? role : undefined;
    // Otherwise a deployment has started it with what it reserves now.
    if (reserved === 0) {
      if (before === "none") await client.send(new DeleteFunctionConcurrencyCommand({ FunctionName: name }));
      else await reserve(name, Number(before));
    }
    await client.send(new DeleteAliasCommand({ FunctionName: name, Name: MARK }));
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
