import { own } from "../../functions/scim/json.ts";
import { awsEndpoint } from "./awsEndpoint.ts";
import { Refused } from "./refused.ts";
import { signedFetch } from "./signedHttp.ts";

/**
 * An output of a deployed CloudFormation stack.
 * @throws Refused when there is no such stack, or it has no such output
 */
export async function stackOutput(
  stack: string,
  name: string,
  region: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const { url } = awsEndpoint("cloudformation", region, env);
  const send = await signedFetch("cloudformation", region);
  const response = await send(`${url}/`, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ Action: "DescribeStacks", Version: "2010-05-15", StackName: stack }).toString(),
  });
  const xml = await response.text();
  if (!response.ok) {
    throw new Refused(
      `The stack ${stack} cannot be read in ${region}: ${elementOf(xml, "Message") ?? `status ${response.status}`}`,
    );
  }
  const value = outputOf(xml, name);
  if (value === undefined)
    throw new Refused(`The stack ${stack} in ${region} has no output ${name}: is it a Rollcall?`);
  return value;
}

/** The value of an output in DescribeStacks' XML answer. */
export function outputOf(xml: string, name: string): string | undefined {
  for (const member of membersOf(xml)) {
    if (elementOf(member, "OutputKey") === name) return elementOf(member, "OutputValue");
  }
  return undefined;
}

/** The innermost list entries of an XML answer. */
export function membersOf(xml: string): string[] {
  return [...xml.matchAll(/<member>(?:(?!<member>)[\s\S])*?<\/member>/g)].map(([member]) => member);
}

export function elementOf(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text?.replace(/&(lt|gt|quot|apos|amp);/g, (_, entity: string) => own(ENTITIES, entity) ?? "");
}

const ENTITIES = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
