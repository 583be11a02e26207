/**
 * `cdk` runs this file: settings in, stacks out. It needs no account, no network and no container; with an account it checks
 * the deployed stack first.
 */
import { Annotations, App, Aws } from "aws-cdk-lib";
import { CONTEXT_KEYS, ConfigError, parseConfig } from "../lib/config.ts";
import { inOtherRegions } from "../lib/refuseProps.ts";
import { ScimStack } from "../lib/scimStack.ts";
import { TableStack } from "../lib/scimTable.ts";
import { refuseSwaps, SwapRefused } from "./preflight/guard.ts";
import { readSettings } from "./readSettings.ts";

async function build(): Promise<void> {
  const app = new App();
  const context = Object.fromEntries(CONTEXT_KEYS.map((key) => [key, app.node.tryGetContext(key)]));
  // `-c settings=FILE` reads another file, `none` no file.
  const config = parseConfig(readSettings(app.node.tryGetContext("settings")), context);
  // The stacks name no region; the CDK deploys to the region it announces.
  const elsewhere = inOtherRegions(config, process.env.CDK_DEFAULT_REGION ?? Aws.REGION);
  if (elsewhere.length > 0) throw new ConfigError(elsewhere);
  // `-c accept=split` lets one setting replace what is live (ADR 29).
  const accept: unknown = app.node.tryGetContext("accept");
  const note = (text: string): void => console.error(text);
  const lacking: string[] = [];
  await refuseSwaps(config, { accept, env: process.env, note, lacks: (text) => void lacking.push(text) });
  const shared = config.split ? new TableStack(app, `${config.stackName}Table`, { config }) : undefined;
  const stack = new ScimStack(app, config.stackName, { config, ...(shared && { shared }) });
  for (const text of lacking) Annotations.of(stack).addError(text);
  app.synth();
}

try {
  await build();
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof SwapRefused)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
