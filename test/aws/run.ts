/**
 * `npm run test:aws`: deploys a stack of its own into your AWS account, asks what only AWS can answer, writes RESULTS-aws.md
 * and deletes the stack. Asks before it makes anything. With --emulator the same against ministack, which proves that the
 * run works and nothing about AWS.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { regionInForce } from "../../bin/preflight/aws.ts";
import { Refused, UsageError } from "../../bin/rollcall/refused.ts";
import { scriptOptions } from "../../bin/scriptOptions.ts";
import { EMULATED_ACCOUNT, emulated } from "../deploy/emulated.ts";
import { emulatedAccount } from "../deploy/emulatedAccount.ts";
import { CHECKS } from "./checks/checks.ts";
import type { AccountPlace } from "./openStack.ts";
import { awsPlace } from "./run/awsPlace.ts";
import { executorOf } from "./run/executor.ts";
import { Interruption, listenFor } from "./run/interruption.ts";
import { type ExitCode, liveRun } from "./run/liveRun.ts";

function print(line: string): void {
  console.log(line);
}

async function run(folder: string): Promise<ExitCode> {
  const { emulator, port, yesAccount } = given();
  const interruption = new Interruption();
  listenFor(process, interruption, print, (code) => process.exit(code));
  // A terminal that went away must not end the run before the stack is gone.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  const results = join(process.cwd(), "RESULTS-aws.md");
  const play = async (place: AccountPlace, yes: string | undefined): Promise<ExitCode> => {
    const suites = port === undefined ? "all" : "brief";
    const executor = await executorOf({ place, checks: CHECKS, folder, results, print, suites });
    return liveRun(executor, { yesAccount: yes }, interruption);
  };
  const playEmulated = (place: AccountPlace): Promise<ExitCode> => {
    // Checks that look for credentials themselves find the emulator's, and nobody else's.
    Object.assign(process.env, place.env);
    return play(place, EMULATED_ACCOUNT);
  };
  if (port !== undefined) return playEmulated(emulatedAccount({ port, endpoint: `http://127.0.0.1:${port}` }, folder));
  if (emulator) return emulated(folder, playEmulated);
  const region = await regionInForce();
  if (region === undefined) throw new UsageError("No AWS region is set: export AWS_REGION=eu-central-1");
  return play(awsPlace(region), yesAccount);
}

interface Given {
  readonly emulator: boolean;
  readonly port: number | undefined;
  readonly yesAccount: string | undefined;
}

function given(): Given {
  const { values } = scriptOptions({
    script: "test:aws",
    summary:
      "deploy a stack into your AWS account, ask what only AWS can answer, write RESULTS-aws.md, delete the stack",
    options: {
      "yes-account": { type: "string", value: "ID", help: "go on without asking, in this account only" },
      emulator: { type: "boolean", default: false, help: "against ministack instead of AWS; needs Python 3" },
      "emulator-port": { type: "string", value: "PORT", help: "briefly, against one that runs and is bootstrapped" },
    },
  });
  const port = values["emulator-port"] === undefined ? undefined : Number(values["emulator-port"]);
  return { emulator: values.emulator, port, yesAccount: values["yes-account"] };
}

const folder = mkdtempSync(join(tmpdir(), "rollcall-aws-"));
// Also when a second Ctrl-C leaves at once.
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
let code: ExitCode = 2;
try {
  code = await run(folder);
} catch (cause) {
  if (!(cause instanceof UsageError || cause instanceof Refused)) throw cause;
  console.error(cause.message);
}
// Work that was left behind at an interruption must not hold the process.
process.exit(code);
