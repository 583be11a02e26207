/** What `cdk` runs: settings in, stacks out. Needs no account, no network and no container. */
import { existsSync, readFileSync } from "node:fs";
import { App } from "aws-cdk-lib";
import { CONTEXT_KEYS, ConfigError, parseConfig } from "../lib/config.ts";
import { ScimStack } from "../lib/scimStack.ts";
import { TableStack } from "../lib/tableStack.ts";

/** `-c settings=FILE` reads another file, `-c settings=none` none. */
const SETTINGS = "rollcall.json";
const ROOT = new URL("..", import.meta.url);

function readJson(file: URL): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new ConfigError([
      `${file.pathname.split("/").at(-1)}: ${error instanceof Error ? error.message : "cannot be read"}`,
    ]);
  }
}

function readSettings(given: unknown): unknown {
  if (given === "none") return {};
  const file = new URL(typeof given === "string" ? given : SETTINGS, ROOT);
  return given === undefined && !existsSync(file) ? {} : readJson(file);
}

function versionOf(manifest: unknown): string {
  return typeof manifest === "object" && manifest !== null && "version" in manifest
    ? String(manifest.version)
    : "unknown";
}

function build(): void {
  const app = new App();
  const context = Object.fromEntries(CONTEXT_KEYS.map((key) => [key, app.node.tryGetContext(key)]));
  const config = parseConfig(readSettings(app.node.tryGetContext("settings")), context);
  const version = versionOf(readJson(new URL("package.json", ROOT)));
  if (config.split) {
    const { key, table } = new TableStack(app, "RollcallTable", { config });
    new ScimStack(app, "Rollcall", { config, version, shared: { table, key } });
  } else {
    new ScimStack(app, "Rollcall", { config, version });
  }
  app.synth();
}

try {
  build();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
