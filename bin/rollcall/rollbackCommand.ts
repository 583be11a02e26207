import type { AliasedFunction } from "./aws/releases.ts";
import type { Command, Invocation } from "./command.ts";
import { flag, text, textOption } from "./options.ts";
import { deployedStack, type Place } from "./place.ts";
import { planRollback, type RollbackPlan, type RollbackStep, releasesOf } from "./planRollback.ts";
import { printedCommand } from "./printedCommand.ts";
import { Refused } from "./refused.ts";
import { plural, table } from "./table.ts";

export const rollbackCommand: Command = {
  name: "rollback",
  arguments: [],
  summary: "run the code of an earlier release again, in all functions and within seconds; data stays as it is",
  options: {
    to: text(
      "RELEASE",
      "the release, as --dry-run lists it, or only its version number (default: the release before the deployed one)",
    ),
    "dry-run": flag("list the releases, say what would change, and change nothing"),
  },
  refuses: ["data", "url", "actor"],
  run: rollback,
};

type Plan = RollbackPlan<AliasedFunction>;

async function rollback(invocation: Invocation): Promise<number> {
  const { options, place, print, terminal } = invocation;
  const { region, stack } = deployedStack(place);
  const { DeployedStack } = await import("./aws/stack.ts");
  const deployed = new DeployedStack(stack, region);
  refuseWhileDeploying(stack, await deployed.status());
  const { releases } = await import("./aws/releases.ts");
  const lambda = releases((await deployed.parts()).functions, region);
  const functions = await lambda.read();
  const plan = planRollback(functions, textOption(options, "to"));
  const dry = options["dry-run"] === true;
  const known = releasesOf(functions).reverse();
  if (plan.outcome !== "planned") {
    if (plan.outcome === "refused" && !dry) throw new Refused(plan.because);
    print({ stack, releases: known, refused: plan.because }, () => [...listOf(known), plan.because].join("\n"));
    return 1;
  }
  const moves = plan.steps.filter(({ of, to }) => to !== undefined && to.number !== of.live);
  if (!dry) await lambda.apply(moves);
  print(documentOf(plan, { stack, releases: known, changed: dry ? 0 : moves.length, toChange: moves.length }), () => {
    const shown = table(["FUNCTION", "BEFORE", "RELEASE", "AFTER", "RELEASE"], plan.steps.map(rowOf));
    if (dry) return [...listOf(known, plan.deployed), shown, ...foreseen(plan, moves.length)].join("\n");
    if (moves.length === 0) return alreadyThere(plan, place);
    terminal.out(shown);
    return done(plan, place, moves.length).join("\n");
  });
  return 0;
}

/** @param status of the stack @throws Refused */
function refuseWhileDeploying(stack: string, status: string): void {
  // In cleanup all aliases are already set.
  if (!status.endsWith("_IN_PROGRESS") || status.endsWith("_CLEANUP_IN_PROGRESS")) return;
  throw new Refused(
    `A deployment of ${stack} is under way (${status}), and sets the same aliases. Wait for its end, or cancel it: aws cloudformation cancel-update-stack --stack-name ${stack}`,
  );
}

/** @param deployed the last deployed ones */
function listOf(releases: readonly string[], deployed: readonly string[] = []): string[] {
  const named = releases.map((one) => (deployed.includes(one) ? `${one} (deployed)` : one));
  return [`Releases, the newest first: ${named.join(", ") || "none"}.`];
}

function rowOf({ from, of, to }: RollbackStep<AliasedFunction>): readonly unknown[] {
  const now = [of.role, from?.number ?? "several", from?.release ?? "unknown"];
  return to === undefined ? [...now, "stays", "new since then"] : [...now, to.number, to.release];
}

function documentOf(
  { deployed, release, settings, steps }: Plan,
  more: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return {
    ...more,
    deployed,
    release,
    settings: [...settings.keys()],
    functions: steps.map(({ from, of, to }) => ({
      function: of.role,
      from: from === undefined ? null : { version: from.number, release: from.release },
      to: to === undefined ? null : { version: to.number, release: to.release },
    })),
  };
}

function foreseen(plan: Plan, moves: number): string[] {
  if (moves === 0) return [`Every function that has a version of ${plan.release} runs it already.`];
  return [`Without --dry-run, ${plural(moves, "function")} would run ${plan.release}.`, ...warnings(plan)];
}

function warnings({ back, settings }: Plan): string[] {
  const named = [...settings].map(([name, roles]) => `${name} (${roles.join(", ")})`).join(", ");
  return [
    ...(settings.size === 0 ? [] : [`Settings that change with it: ${named}.`]),
    ...(back > 1
      ? [
          `This is ${back} releases back. A release reads what the next one wrote; nobody tried older ones on this data.`,
        ]
      : []),
  ];
}

function alreadyThere({ deployed, release }: Plan, place: Place): string {
  const other = deployed.includes(release)
    ? ""
    : ` To go forward: ${printedCommand(place, "rollback --to", ...deployed)}`;
  return `Every function that has a version of ${release} runs it already; nothing was changed. For another release: --to, as --dry-run lists them.${other}`;
}

function done(plan: Plan, place: Place, moves: number): string[] {
  const { deployed, release } = plan;
  const isBack = !deployed.includes(release);
  return [
    `${plural(moves, "function")} run${moves === 1 ? "s" : ""} ${release} now, each from its next call on.`,
    ...warnings(plan),
    ...(isBack
      ? [
          "A rollback changes no routes, rights, schedules, filters, reserved concurrency, tables or stored data.",
          "The next deployment of another release ends the rollback. If it fails, run the same command again: CloudFormation returns to its last deployment.",
          "A deployment of the same release changes nothing; with other settings, it changes only functions that have these.",
          `To go forward again: ${printedCommand(place, "rollback --to", ...deployed)}`,
          "How to see whether Rollcall answers: lib/docs/RUNBOOK.md, A bad release.",
        ]
      : []),
  ];
}
