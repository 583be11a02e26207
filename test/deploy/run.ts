/**
 * `npm run test:deploy`: the README's own commands against an emulated AWS, then requests over HTTP to what they made.
 * Needs Python 3 for the emulator; no account, no container. `-- --only disaster` plays that part alone, with what it stands on.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scriptOptions } from "../../bin/scriptOptions.ts";
import type { LiveStack } from "../aws/liveStack.ts";
import { type OpenStack, openStack } from "../aws/openStack.ts";
import { RECORDED, suitesOn } from "../aws/run/suites.ts";
import { share } from "../support/proof.ts";
import { type Check, type CheckResult, runChecks, type Target } from "../support/target.ts";
import { keysAreSwitchedOn } from "./applicationKeys.ts";
import { awsRunLeavesNothing } from "./awsRun.ts";
import { canarySings } from "./canary.ts";
import { productIsPlayed } from "./consumer.ts";
import { deadLettersAreWorkedOff } from "./deadLetters.ts";
import { Deployment } from "./deployment.ts";
import { disasterIsDrilled } from "./disaster/drill.ts";
import { emulatedAccount } from "./emulatedAccount.ts";
import { readLogs } from "./logs.ts";
import { installMinistack, type Ministack, startMinistack } from "./ministack.ts";
import { portalIsOpened } from "./portal.ts";
import { portalIsPlayed } from "./portalJourney.ts";
import { preflight } from "./preflight.ts";
import { rolesAreGiven } from "./roles.ts";
import { releaseIsRolledBack } from "./rollback.ts";
import { swapsAreRefused } from "./swaps.ts";
import { webhooksAreTried } from "./webhooks.ts";

const NOT_PROVEN = [
  "IAM: the emulator grants everything; roles and leading keys are held by test/infra only",
  "SigV4: it looks whether a signature is there, not whether it is right",
  "API Gateway's own limits: 10 MB, 29 s, throttling, and the errors they lead to",
  "that AWS lets a gateway response set Content-Type, and that it renames WWW-Authenticate of a function's answer",
  "alarms of sums and shares, and saved queries, which the emulator does not know; the canary's schedule, which is not waited for",
  "TLS, custom domain, firewall, customer key, log delivery and retention",
  "Logs Insights: the emulator's knows no condition on a field; explain, history and tail ask one that carries queries out here",
  "DynamoDB: the emulator's knows no eventual consistency, throttling or conflicts",
  "AWS's own restore: a backup of that second stands for it; its rules and waiting: test/unit/restoreTable.test.ts plays them",
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
  try {
    const begun: Promise<void>[] = [];
    for (const part of chosen(partsOn(stack, deployment, ministack, folder))) {
      const played = play(part, stack.target);
      if (part.beside === true) {
        // What goes wrong meanwhile ends the run first.
        played.catch(() => undefined);
        begun.push(played);
      } else await played;
    }
    await Promise.all(begun);
  } finally {
    stack.close();
  }
}

interface Part {
  readonly name: string;
  readonly title: string;
  readonly checks: readonly Check[];
  /** One after the other, where one would disturb the next. */
  readonly inTurn?: true;
  /** It has a stack of its own, and waits most of its time: the parts behind it begin at once. */
  readonly beside?: true;
  /** The part that makes what this one works on. */
  readonly needs?: string;
  readonly afterwards?: () => Promise<void>;
}

/** In their order: each finds the stack as those before it left it. */
function partsOn(stack: OpenStack, deployment: Deployment, { port }: Ministack, folder: string): readonly Part[] {
  const { env } = stack.place;
  const tell = async (): Promise<void> => {
    await tellOfSlashes(stack.target);
    await tellOfFaults(stack);
  };
  return [
    // First, while there are few organizations to sweep and the stream has nothing that waits. Who works off dead letters hides
    // them from everybody else.
    {
      name: "letters",
      title: "Dead letters",
      checks: deadLettersAreWorkedOff(stack),
      inTurn: true,
    },
    ...suitesOn(stack, folder).map(({ checks, title }) => ({
      name: "suites",
      title,
      checks: checks === RECORDED ? share(checks, 3) : checks,
    })),
    {
      name: "aws",
      title: "The run against a real account, against this one",
      checks: [awsRunLeavesNothing(port, env, folder)],
      beside: true,
    },
    { name: "swaps", title: "What is live", checks: [swapsAreRefused(stack, deployment)], afterwards: tell },
    { name: "keys", title: "Application keys", checks: [keysAreSwitchedOn(deployment, folder)] },
    { name: "canary", title: "Canary", checks: [canarySings(stack)], needs: "keys" },
    { name: "rollback", title: "The release before", checks: [releaseIsRolledBack(stack)], needs: "keys" },
    // The first lets the log reach the journal, as far as this emulator can.
    {
      name: "portal",
      title: "Portal",
      checks: [portalIsOpened(stack), portalIsPlayed],
      inTurn: true,
      needs: "keys",
    },
    { name: "roles", title: "Roles, holds and clients without a secret", checks: rolesAreGiven, needs: "keys" },
    { name: "webhooks", title: "Webhooks", checks: [webhooksAreTried(stack)], needs: "keys" },
    { name: "product", title: "A product beside it", checks: [productIsPlayed(folder)], needs: "keys" },
    {
      name: "disaster",
      title: "The runbook's restore",
      checks: [disasterIsDrilled({ stack, deployment, port, folder })],
      needs: "keys",
    },
  ];
}

/** Those that `--only` names, with what they stand on; all where it names none. @throws Error for an unknown name */
function chosen(parts: readonly Part[]): readonly Part[] {
  if (values.only === undefined) return parts;
  const names = values.only.split(",");
  const unknown = names.filter((name) => !parts.some((part) => part.name === name));
  if (unknown.length > 0)
    throw new Error(`no part is called ${unknown}: ${[...new Set(parts.map(({ name }) => name))].join(", ")}`);
  const needed = parts.flatMap(({ name, needs }) => (needs !== undefined && names.includes(name) ? [needs] : []));
  return parts.filter(({ name }) => names.includes(name) || needed.includes(name));
}

async function play({ afterwards, checks, inTurn, title }: Part, target: Target): Promise<void> {
  const started = Date.now();
  console.log(`\n${title}`);
  for (const together of inTurn === true ? checks.map((check) => [check]) : [checks])
    await runChecks(target, together, report);
  await afterwards?.();
  console.log(`  ${title}: ${((Date.now() - started) / 1000).toFixed(1)} s`);
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

const { values } = scriptOptions({
  script: "test:deploy",
  summary: "deploy to an emulated AWS with the README's commands, then send requests to it over HTTP; needs Python 3",
  options: {
    only: { type: "string", value: "LIST", help: "only these parts, e.g. disaster, with those that they need" },
  },
});
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
