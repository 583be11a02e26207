import {
  type FunctionConfiguration,
  GetAliasCommand,
  LambdaClient,
  paginateListVersionsByFunction,
  UpdateAliasCommand,
} from "@aws-sdk/client-lambda";
import type { FunctionBuild, ReleasedFunction, RollbackStep } from "../planRollback.ts";
import { Refused } from "../refused.ts";
import { AwsRefusal, asked, TOOL_CALLS } from "./calls.ts";

/** Every caller of a function uses this alias (lib/liveFunction.ts). */
const LIVE = "live";
/** Lambda takes 15 such calls a second. */
const AT_ONCE = 4;
const ATTEMPTS = 10;

/** A function with what a change of its alias needs. */
export interface AliasedFunction extends ReleasedFunction {
  /** Lambda's name of the function. */
  readonly name: string;
  /** Of the alias; it changes with each update. */
  readonly revision: string;
}

export interface Releases {
  /** Each function's alias and versions. @throws Refused where a function has no alias */
  read(): Promise<AliasedFunction[]>;
  /**
   * Points the alias of each step to its version alone, unless it changed since `read`.
   * @returns how many changed @throws Refused saying how many, where it stops early
   */
  apply(steps: readonly RollbackStep<AliasedFunction>[]): Promise<number>;
}

/** @param functions Lambda's names, by role */
export function releases(functions: ReadonlyMap<string, string>, region: string): Releases {
  const client = new LambdaClient({ ...TOOL_CALLS, region, maxAttempts: ATTEMPTS });

  const readOne = async ([role, name]: readonly [string, string]): Promise<AliasedFunction> => {
    const found: FunctionConfiguration[] = [];
    for await (const page of paginateListVersionsByFunction({ client }, { FunctionName: name })) {
      found.push(...(page.Versions ?? []));
    }
    const alias = await client.send(new GetAliasCommand({ FunctionName: name, Name: LIVE }));
    const shared = Object.keys(alias.RoutingConfig?.AdditionalVersionWeights ?? {}).length > 0;
    const deployed = found.find(({ Version }) => Version === "$LATEST");
    return {
      role,
      name,
      revision: alias.RevisionId ?? "",
      deployed: buildOf(deployed ?? {}),
      live: shared || alias.FunctionVersion === "$LATEST" ? undefined : Number(alias.FunctionVersion),
      versions: found
        .filter((one) => one !== deployed)
        .map((one) => ({ ...buildOf(one), number: Number(one.Version) }))
        .sort((a, b) => a.number - b.number),
    };
  };

  const applyOne = async ({ of, to }: RollbackStep<AliasedFunction>): Promise<void> => {
    const update = new UpdateAliasCommand({
      FunctionName: of.name,
      Name: LIVE,
      FunctionVersion: String(to?.number),
      RevisionId: of.revision,
      RoutingConfig: { AdditionalVersionWeights: {} },
    });
    try {
      await asked("Lambda", () => client.send(update));
    } catch (error) {
      if (!(error instanceof AwsRefusal && error.type === "PreconditionFailedException")) throw error;
      throw new Refused(`Something else changed the alias of ${of.role} meanwhile: a deployment, or another rollback.`);
    }
  };

  return {
    read: async () => {
      try {
        return await asked("Lambda", () => someAtOnce([...functions], readOne));
      } catch (error) {
        if (!(error instanceof AwsRefusal && error.type === "ResourceNotFoundException")) throw error;
        throw new Refused(
          `A function has no alias ${LIVE}: the deployed release is from before functions had versions, and the next deployment publishes the first ones. To go back now, deploy the earlier release (lib/docs/upgrade.md). ${error.message}`,
        );
      }
    },
    apply: async (steps) => {
      let done = 0;
      try {
        await someAtOnce(steps, async (step) => {
          await applyOne(step);
          done += 1;
        });
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        throw new Refused(
          `${error.message} ${done} of ${steps.length} functions are changed: run the same command again.`,
        );
      }
      return done;
    },
  };
}

function buildOf({ Environment, FunctionName, MemorySize }: FunctionConfiguration): FunctionBuild {
  // Lambda reports this where the caller may not use the key that encrypts the settings.
  if (Environment?.Error !== undefined) {
    throw new Refused(`The settings of ${FunctionName} cannot be read: ${Environment.Error.Message}`);
  }
  const settings = { ...Environment?.Variables, memorySize: String(MemorySize) };
  return { release: Environment?.Variables?.ROLLCALL_RELEASE, settings };
}

/** In order. After a failure it starts no more work, and waits for what began. @throws the first failure */
async function someAtOnce<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const waiting = [...all.entries()];
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && failures.length === 0; next = waiting.shift()) {
      const [place, one] = next;
      try {
        results[place] = await work(one);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (failures.length > 0) throw failures[0];
  return results;
}
