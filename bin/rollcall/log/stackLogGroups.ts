import { Refused } from "../refused.ts";
import { stackResources } from "../stackResources.ts";

export interface LogGroups {
  /** Of the functions: the canonical lines. */
  readonly functions: readonly string[];
  /** Of API Gateway. */
  readonly accessLog: string | undefined;
}

/** The log groups of a deployed stack, found among its resources. @throws Refused */
export async function stackLogGroups(stack: string, region: string, env: NodeJS.ProcessEnv): Promise<LogGroups> {
  const functions: string[] = [];
  let accessLog: string | undefined;
  for (const { logicalId, physicalId, type } of await stackResources(stack, region, env)) {
    if (type !== "AWS::Logs::LogGroup") continue;
    if (/AccessLog/.test(logicalId)) accessLog = physicalId;
    else functions.push(physicalId);
  }
  if (functions.length === 0) throw new Refused(`The stack ${stack} in ${region} has no log group: is it a Rollcall?`);
  return { functions, accessLog };
}
