import { awsEndpoint } from "../awsEndpoint.ts";
import { Refused } from "../refused.ts";
import { signedFetch } from "../signedHttp.ts";
import { elementOf, membersOf } from "../stackOutput.ts";

export interface LogGroups {
  /** Of the functions: the canonical lines. */
  readonly functions: readonly string[];
  /** Of API Gateway. */
  readonly accessLog: string | undefined;
}

/** The log groups of a deployed stack, found among its resources. @throws Refused */
export async function stackLogGroups(stack: string, region: string, env: NodeJS.ProcessEnv): Promise<LogGroups> {
  const { url } = awsEndpoint("cloudformation", region, env);
  const send = await signedFetch("cloudformation", region);
  const functions: string[] = [];
  let accessLog: string | undefined;
  let next: string | undefined;
  do {
    const response = await send(`${url}/`, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({
        Action: "ListStackResources",
        Version: "2010-05-15",
        StackName: stack,
        ...(next === undefined ? {} : { NextToken: next }),
      }).toString(),
    });
    const xml = await response.text();
    if (!response.ok) {
      const reason = elementOf(xml, "Message") ?? `status ${response.status}`;
      throw new Refused(`The stack ${stack} cannot be read in ${region}: ${reason}`);
    }
    for (const member of membersOf(xml)) {
      if (elementOf(member, "ResourceType") !== "AWS::Logs::LogGroup") continue;
      const name = elementOf(member, "PhysicalResourceId");
      if (name === undefined) continue;
      if (/AccessLog/.test(elementOf(member, "LogicalResourceId") ?? "")) accessLog = name;
      else functions.push(name);
    }
    next = elementOf(xml, "NextToken");
  } while (next !== undefined);
  if (functions.length === 0) throw new Refused(`The stack ${stack} in ${region} has no log group: is it a Rollcall?`);
  return { functions, accessLog };
}
