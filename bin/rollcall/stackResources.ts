import { awsEndpoint } from "./awsEndpoint.ts";
import { Refused } from "./refused.ts";
import { signedFetch } from "./signedHttp.ts";
import { elementOf, membersOf } from "./stackOutput.ts";

export interface StackResource {
  readonly logicalId: string;
  /** The name or id that the service knows it by. */
  readonly physicalId: string;
  /** Such as `AWS::Lambda::Function`. */
  readonly type: string;
}

/** All of a deployed stack that is made already. @throws Refused when there is no such stack, or it may not be read */
export async function stackResources(stack: string, region: string, env: NodeJS.ProcessEnv): Promise<StackResource[]> {
  const { url } = awsEndpoint("cloudformation", region, env);
  const send = await signedFetch("cloudformation", region);
  const found: StackResource[] = [];
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
      const [logicalId, physicalId, type] = ["LogicalResourceId", "PhysicalResourceId", "ResourceType"].map((name) =>
        elementOf(member, name),
      );
      if (logicalId === undefined || physicalId === undefined || type === undefined) continue;
      if (elementOf(member, "ResourceStatus") !== "DELETE_COMPLETE") found.push({ logicalId, physicalId, type });
    }
    next = elementOf(xml, "NextToken");
  } while (next !== undefined);
  return found;
}
