/** What `cdk` runs: settings in, stacks out. Needs no account, no network and no container; with an account it looks first. */
import { App } from "aws-cdk-lib";
import { CONTEXT_KEYS, ConfigError, parseConfig } from "../lib/config.ts";
import { ScimStack } from "../lib/scimStack.ts";
import { TableStack } from "../lib/scimTable.ts";
import { refuseSwaps, SwapRefused } from "./preflight/guard.ts";
import { readSettings } from "./readSettings.ts";

async function build(): Promise<void> {
  const app = new App();
  const context = Object.fromEntries(CONTEXT_KEYS.map((key) => [key, app.node.tryGetContext(key)]));
  // `-c settings=FILE` reads another file, `-c settings=none` none.
  const config = parseConfig(readSettings(app.node.tryGetContext("settings")), context);
  // `-c accept=split` lets one setting swap what is live (ADR 29).
  const accept: unknown = app.node.tryGetContext("accept");
  const note = (text: string): void => console.error(text);
  await refuseSwaps(config, { accept, env: process.env, note });
  if (config.split) {
    const shared = new TableStack(app, `${config.stackName}Table`, { config });
    new ScimStack(app, config.stackName, { config, shared });
  } else {
    new ScimStack(app, config.stackName, { config });
  }
  app.synth();
}

try {
  await build();
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof SwapRefused)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
