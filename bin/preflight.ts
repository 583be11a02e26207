/** `npm run preflight`: what would go wrong at a first `npx cdk deploy`, and how to fix it. Changes nothing. */
import { existsSync, readFileSync } from "node:fs";
import { type Config, ConfigError, parseConfig } from "../lib/config.ts";
import { openAccount, regionInForce } from "./preflight/aws.ts";
import { checkAccount, checkDeployed } from "./preflight/checkAccount.ts";
import { bad, checkMachine, good, lines, type PreflightFinding } from "./preflight/checkMachine.ts";
import { readLandscape } from "./preflight/landscape.ts";
import { checkSubscriptions, readResources } from "./preflight/subscriptions.ts";
import { readPackage, readSettings } from "./readSettings.ts";
import { LOOK_BETWEEN, NoCredentials, SIGN_IN } from "./rollcall/aws/calls.ts";
import { Refused, Unreachable } from "./rollcall/refused.ts";
import { scriptOptions } from "./scriptOptions.ts";

scriptOptions({
  script: "preflight",
  summary: "say what would go wrong at a first `npx cdk deploy`, and how to fix it; changes nothing",
  options: {},
});

const MODULES = new URL("../node_modules/", import.meta.url);

function installedVersion(name: string): string | undefined {
  const file = new URL(`${name}/package.json`, MODULES);
  return existsSync(file) ? String(JSON.parse(readFileSync(file, "utf8")).version) : undefined;
}

function settings(): Config | PreflightFinding {
  try {
    return parseConfig(readSettings());
  } catch (error) {
    if (error instanceof ConfigError) return bad(error.message, "lib/docs/settings.md lists every setting.");
    throw error;
  }
}

async function account(config: Config): Promise<PreflightFinding[]> {
  const region = await regionInForce();
  const noRegion = bad("no AWS region is set", "export AWS_REGION=eu-central-1, or: aws configure");
  try {
    // Checks credentials without a region too, so that one run shows everything that is missing.
    const opened = await openAccount(region ?? "us-east-1", process.env);
    if (region === undefined) return [noRegion];
    const found = await checkAccount(opened, region, config);
    // Invalid credentials need only one finding.
    if (found.length === 1) return found;
    const deployed = await checkDeployed(() => readLandscape(config.stackName, region), config);
    const resources = () => readResources(config.stackName, region);
    return [...found, ...deployed, ...(config.portal === undefined ? [] : await checkSubscriptions(opened, resources))];
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const text = error instanceof NoCredentials ? `there are no usable AWS credentials: ${error.why}` : error.message;
    const refused = bad(text, error instanceof Unreachable ? LOOK_BETWEEN : SIGN_IN);
    return region === undefined ? [noRegion, refused] : [refused];
  }
}

async function findings(): Promise<PreflightFinding[]> {
  const machine = checkMachine({
    nodeVersion: process.versions.node,
    cdkVersion: installedVersion("aws-cdk"),
    pinnedCdkVersion: readPackage("devDependencies", "aws-cdk"),
    esbuildInstalled: installedVersion("esbuild") !== undefined,
  });
  const config = settings();
  if ("kind" in config) return [...machine, config];
  return [...machine, good(`settings, stage ${config.stage}`), ...(await account(config))];
}

const found = await findings();
for (const finding of found) console.log(lines(finding));
const failed = found.some(({ kind }) => kind === "bad");
console.log(failed ? "\nNot ready: fix what is marked ✗ and run this again." : "\nReady. Next: npx cdk deploy");
process.exitCode = failed ? 1 : 0;
