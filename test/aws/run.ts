/**
 * `npm run test:aws`: deploys a stack of its own into your AWS account, asks what only AWS can answer, writes RESULTS-aws.md
 * and deletes the stack. Asks before it makes anything. With --emulator the same against ministack, which proves that the
 * run works and nothing about AWS.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { regionInForce } from "../../bin/preflight/region.ts";
import { Misused, Refused } from "../../bin/rollcall/refused.ts";
import { emulated } from "../deploy/emulated.ts";
import { CHECKS } from "./checks/checks.ts";
import type { AccountPlace } from "./openStack.ts";
import { awsPlace } from "./run/awsPlace.ts";
import { executorOf } from "./run/executor.ts";
import { Interruption, listenFor } from "./run/interruption.ts";
import { type ExitCode, liveRun } from "./run/liveRun.ts";

const USAGE = `npm run test:aws -- [--yes-account ID]
  --yes-account ID   go on without asking, in this account only
  --emulator         against ministack instead of AWS; needs Python 3`;

function print(line: string): void {
  console.log(line);
}

async function run(folder: string): Promise<ExitCode> {
  const { emulator, yesAccount } = given();
  const interruption = new Interruption();
  listenFor(process, interruption, print, (code) => process.exit(code));
  // A terminal that went away must not end the run before the stack is gone.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  const results = join(process.cwd(), "RESULTS-aws.md");
  const play = async (place: AccountPlace, yes: string | undefined): Promise<ExitCode> =>
    liveRun(
      await executorOf({ place, checks: CHECKS, folder, results, print }),
      yes === undefined ? {} : { yesAccount: yes },
      interruption,
    );
  if (emulator) return emulated(folder, (place, account) => play(place, account));
  const region = await regionInForce();
  if (region === undefined) throw new Misused("No AWS region is set: export AWS_REGION=eu-central-1");
  return play(awsPlace(region), yesAccount);
}

/** @throws Misused */
function given(): { readonly emulator: boolean; readonly yesAccount: string | undefined } {
  try {
    const { values } = parseArgs({
      options: { "yes-account": { type: "string" }, emulator: { type: "boolean", default: false } },
    });
    return { emulator: values.emulator, yesAccount: values["yes-account"] };
  } catch (cause) {
    throw new Misused(`${cause instanceof Error ? cause.message : cause}\n${USAGE}`);
  }
}

const folder = mkdtempSync(join(tmpdir(), "rollcall-aws-"));
let code: ExitCode = 2;
try {
  code = await run(folder);
} catch (cause) {
  if (!(cause instanceof Misused || cause instanceof Refused)) throw cause;
  console.error(cause.message);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
// Work that was left behind at an interruption must not hold the process.
process.exit(code);
