import type { Config } from "../../lib/config.ts";
import { AwsRefusal } from "../rollcall/aws/calls.ts";
import { bad, good, type PreflightFinding, warning } from "./findings.ts";
import type { Landscape } from "./landscape.ts";
import { swaps } from "./swaps.ts";

/** Whether the settings would put something else in the place of what is live. */
export async function checkDeployed(read: () => Promise<Landscape>, config: Config): Promise<PreflightFinding[]> {
  let landscape: Landscape;
  try {
    landscape = await read();
  } catch (error) {
    if (!(error instanceof AwsRefusal)) throw error;
    const instead = "Every synth will refuse for the same reason: it compares the settings with the deployed stack.";
    return [warning(`the deployed stack could not be looked at: ${error.message}`, instead)];
  }
  const found = swaps(landscape, config).map(({ instead, setting, text }) =>
    bad(`${setting}: ${text}`, `${instead} To do it all the same, once: npx cdk deploy -c accept=${setting}`),
  );
  if (found.length > 0) return found;
  const { deployed } = landscape;
  return [
    deployed === undefined
      ? good(`the stack ${config.stackName} is new`)
      : good(`the stack ${config.stackName} keeps its table ${deployed.table} and its Tenant URLs`),
  ];
}
