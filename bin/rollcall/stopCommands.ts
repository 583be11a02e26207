import { commandLineOf, DYNAMODB_NOTE, SERVER_OPTIONS } from "../local/readOptions.ts";
import type { Command, Invocation } from "./command.ts";
import { flag } from "./options.ts";
import { deployedStack } from "./place.ts";
import { printedCommand } from "./printedCommand.ts";
import { Refused, UsageError } from "./refused.ts";

/** The longest request (lib/scimFunction.ts), and a second. */
const UNDER_WAY_S = 29;

/** Options of the local server that deployment commands also take, or refuse in their own words. */
const EVERYWHERE = ["json", "data"];

export const stopCommands: readonly Command[] = [
  {
    name: "stop",
    arguments: [],
    summary:
      "stop SCIM for all organizations of a deployment, within seconds: identity providers get 503 until start --all",
    usages: ["--all --stack NAME"],
    options: { all: flag("required: confirms that you mean every organization") },
    refuses: ["data", "url", "actor"],
    run: stop,
  },
  {
    name: "start",
    arguments: [],
    summary: "start the local server. With --all --stack NAME: end what stop --all began; identity providers continue",
    usages: ["[OPTIONS]", "--all --stack NAME"],
    options: { ...SERVER_OPTIONS, all: flag("with --stack: end the stop, for every organization of the deployment") },
    refuses: ["url", "actor"],
    note: DYNAMODB_NOTE,
    run: (invocation) =>
      invocation.place.kind === "local" && invocation.options.all !== true ? serveHere(invocation) : start(invocation),
  },
];

async function stop(invocation: Invocation): Promise<undefined> {
  const { stack, region } = stackOf(invocation, "org pause ORG --reason TEXT");
  const functions = await open(stack, region);
  await wholly(functions.stop());
  const over = new Date(Date.now() + UNDER_WAY_S * 1000);
  // Whole seconds, as for a restore.
  const still = over.toISOString().replace(/\.\d+Z$/, "Z");
  invocation.print({ stopped: "all", stack, nothingUnderWayAfter: still }, () =>
    [
      `SCIM of ${stack} is stopped for all organizations: identity providers get 503 with Retry-After and try again.`,
      `Requests under way may write until ${still}.`,
      "Still running: sign-in gate and directory API, administration (tokens, rules, imports, purges), events and sweep.",
      "A deployment does not end the stop, unless it changes the reserved concurrency of these functions.",
      `To end it: ${printedCommand(invocation.place, "start --all")}`,
    ].join("\n"),
  );
}

/** @returns how the server ended: 0 as asked, 1 its data is gone, 2 it refused to start */
async function serveHere({ options }: Invocation): Promise<number> {
  const { serve } = await import("../local/main.ts");
  return await serve(() => commandLineOf(options, process.env.DYNAMODB_ENDPOINT));
}

async function start(invocation: Invocation): Promise<number> {
  const ofServer = Object.keys(SERVER_OPTIONS).filter((name) => !EVERYWHERE.includes(name));
  const misplaced = ofServer.find((name) => invocation.options[name] !== undefined);
  if (misplaced !== undefined) throw new UsageError(`--${misplaced} is about the server of this machine only.`);
  const { stack, region } = stackOf(invocation, "org resume ORG");
  const functions = await open(stack, region);
  const kept = await wholly(functions.start());
  invocation.print({ started: kept.length === 0, stack, stoppedOtherwise: kept }, () =>
    kept.length === 0
      ? `SCIM of ${stack} takes requests. Organizations that you paused one by one stay paused.`
      : `Something else keeps ${kept.join(", ")} of ${stack} stopped: their reserved concurrency was 0 before stop.`,
  );
  return kept.length === 0 ? 0 : 1;
}

/** @throws Refused */
async function wholly<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new Refused(`${error.message} Some functions may have been changed already: run the same command again.`);
  }
}

async function open(stack: string, region: string) {
  const { scimFunctions } = await import("./aws/scimFunctions.ts");
  return scimFunctions(stack, region);
}

/** @param one the command for a single organization @throws UsageError, Refused */
function stackOf({ options, place }: Invocation, one: string): { stack: string; region: string } {
  if (options.all !== true) {
    const command = printedCommand(place, one);
    throw new UsageError(`This is for all organizations: confirm with --all. For one: \`${command}\`.`);
  }
  return deployedStack(place);
}
