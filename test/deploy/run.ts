/**
 * `npm run test:deploy`: the README's own commands against an emulated AWS, then requests over HTTP to what they made.
 * Needs Python 3 for the emulator; no account, no container.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LiveStack } from "../aws/liveStack.ts";
import { openStack } from "../aws/openStack.ts";
import { suitesOn } from "../aws/run/suites.ts";
import { type CheckResult, runChecks, type Target } from "../support/target.ts";
import { keysAreSwitchedOn } from "./applicationKeys.ts";
import { awsRunLeavesNothing } from "./awsRun.ts";
import { productIsPlayed } from "./consumer.ts";
import { deadLettersAreWorkedOff } from "./deadLetters.ts";
import { Deployment } from "./deployment.ts";
import { emulatedAccount } from "./emulatedAccount.ts";
import { readLogs } from "./logs.ts";
import { installMinistack, type Ministack, startMinistack } from "./ministack.ts";
import { portalIsOpened } from "./portal.ts";
import { portalIsPlayed } from "./portalJourney.ts";
import { preflight } from "./preflight.ts";
import { restoreIsPlayed } from "./restore.ts";
import { swapsAreRefused } from "./swaps.ts";
import { webhooksAreTried } from "./webhooks.ts";

const NOT_PROVEN = [
  "IAM: the emulator grants everything; roles and leading keys are held by test/infra only",
  "SigV4: it looks whether a signature is there, not whether it is right",
  "API Gateway's own limits: 10 MB, 29 s, throttling, and the errors they lead to",
  "that AWS lets a gateway response set Content-Type, and that it renames WWW-Authenticate of a function's answer",
  "TLS, custom domain, firewall, customer key, log delivery and retention",
  "Logs Insights: the emulator's knows no condition on a field; explain, history and tail ask one that carries queries out here",
  "DynamoDB: the emulator's knows no eventual consistency, throttling or conflicts",
  "a restore to another second than this one, and its waiting: test/unit/restoreTable.test.ts plays AWS's rules",
  "which of its errors API Gateway makes of a function that stop --all keeps from starting",
  "that another stackName is refused: the emulator lists stacks without their description; test/infra/guard.test.ts does",
  "webhooks that arrive: they are sent to public addresses only, so the product beside the stack is asked to look; test/local/webhooks.test.ts has them arrive",
  "that API Gateway compresses the portal's pages, and that a cookie of the name __Host- is set: the emulator speaks plain HTTP",
  "cold starts and latency",
];

const results: CheckResult[] = [];

function report(result: CheckResult): void {
  results.push(result);
  console.log(`${result.differences.length === 0 ? "✓" : "✗"} ${result.name}`);
  for (const difference of result.differences) console.log(`    ${difference}`);
}

/** A step the next ones stand on: its failure is reported like a check's and ends the run. */
async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  const started = Date.now();
  try {
    const made = await work();
    report({ name: `${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`, differences: [] });
    return made;
  } catch (cause) {
    report({ name, differences: String(cause instanceof Error ? cause.message : cause).split("\n") });
    throw cause;
  }
}

async function run(folder: string): Promise<void> {
  console.log("\nDeployment");
  await step("the emulator is installed", installMinistack);
  const ministack = await step("the emulator starts", startMinistack);
  try {
    await deployAndCheck(ministack, folder);
  } finally {
    await ministack.stop();
  }
}

async function deployAndCheck(ministack: Ministack, folder: string): Promise<void> {
  const account = emulatedAccount(ministack, folder);
  const deployment = new Deployment(account.env, folder);
  await step("npm run preflight names the bootstrap command", () => preflight(account.env, "not bootstrapped"));
  await step("cdk bootstrap", () => deployment.bootstrap());
  await step("npm run preflight finds all ready", () => preflight(account.env, "ready"));
  await step("cdk deploy, without arguments", () => deployment.deploy());
  const stack = await step("the stack Rollcall has its outputs and resources", () => openStack(account, "Rollcall"));
  const { target } = stack;
  try {
    for (const { checks, title } of suitesOn(stack, folder)) {
      console.log(`\n${title}`);
      await runChecks(target, checks, report);
    }
    console.log("\nDead letters");
    // One after the other: who works off letters hides them from everybody else.
    for (const check of deadLettersAreWorkedOff(stack)) await runChecks(target, [check], report);
    await tellOfSlashes(target);
    await tellOfFaults(stack);
    console.log("\nWhat is live");
    await runChecks(target, [swapsAreRefused(stack, deployment)], report);
    console.log("\nApplication keys");
    await runChecks(target, [keysAreSwitchedOn(deployment, folder)], report);
    console.log("\nPortal");
    // One after the other: the first lets the log reach the journal, as far as this emulator can.
    for (const check of [portalIsOpened(stack), portalIsPlayed]) await runChecks(target, [check], report);
    console.log("\nWebhooks");
    await runChecks(target, [webhooksAreTried(stack)], report);
    console.log("\nA product beside it");
    await runChecks(target, [productIsPlayed(folder)], report);
    console.log("\nThe runbook's restore");
    await runChecks(target, [restoreIsPlayed(stack, deployment)], report);
    console.log("\nThe run against a real account, against this one");
    await runChecks(target, [awsRunLeavesNothing(ministack.port, account.env, folder)], report);
  } finally {
    stack.close();
  }
}

/** No check: what the emulator does is no proof of what AWS does, but a change in either is good to see. */
async function tellOfSlashes(target: Target): Promise<void> {
  console.log("\nTrailing slashes, as the emulator takes them");
  const tenant = await target.org();
  for (const path of ["/Users/", "/ServiceProviderConfig/", "/"]) {
    const { status } = await tenant.request({ method: "GET", path });
    console.log(`  GET ${path} → ${status}`);
  }
}

/** A 500 tells the caller nothing; whoever reads this report needs to know more. */
async function tellOfFaults(stack: LiveStack): Promise<void> {
  const faults = (await readLogs(stack)).filter((line) => line.includes('"status":500'));
  if (faults.length > 0)
    console.log(`\n${faults.length} lines of the log speak of a fault; the first:\n  ${faults[0]}`);
}

const folder = mkdtempSync(join(tmpdir(), "rollcall-deploy-"));
try {
  await run(folder);
} catch (cause) {
  // A step has been reported as failed already; anything else is a fault of this script.
  if (results.every(({ differences }) => differences.length === 0)) throw cause;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log("\nNot proven here:");
for (const line of NOT_PROVEN) console.log(`  - ${line}`);
const failed = results.filter(({ differences }) => differences.length > 0).length;
console.log(`\n${results.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
