import type { Account } from "../../../bin/preflight/aws.ts";
import { stopListening } from "../../deploy/events.ts";
import { type Check, runChecks } from "../../support/target.ts";
import type { LiveCheck } from "../liveStack.ts";
import { type AccountPlace, type OpenStack, openStack, stackStatus } from "../openStack.ts";
import { byHandText, type Interruption, unlessAborted } from "./interruption.ts";
import { leftOver } from "./leftOver.ts";
import { Meter } from "./meter.ts";
import {
  contextOf,
  destroyCommand,
  MOST_CALLS,
  MOST_REQUESTS,
  makePlan,
  NotBegun,
  type Plan,
  planText,
  stackNameOf,
} from "./plan.ts";
import { type LiveResult, type Report, renderReport, type StepResult, summaryOf } from "./report.ts";
import { scrub } from "./scrub.ts";

/** Everything that a run does to the world. */
export interface Executor {
  readonly place: AccountPlace;
  readonly account: Account;
  readonly versions: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  now(): number;
  /** Six hexadecimal digits. */
  random(): string;
  print(line: string): void;
  ask(question: string, signal: AbortSignal): Promise<string>;
  /** The folder of the cloud assembly: what was synthesised before anything is made is what is deployed and destroyed. */
  readonly assembly: string;
  /** Settles only when the process has ended, also when the signal ended it. */
  cdk(args: readonly string[], signal: AbortSignal): Promise<void>;
  /** RESULTS-aws.md. */
  write(text: string): void;
  wait(milliseconds: number): Promise<unknown>;
  suites(stack: OpenStack): readonly Suite[];
  readonly checks: readonly LiveCheck[];
}

export interface Suite {
  readonly title: string;
  readonly checks: readonly Check[];
}

/** 0: all passed. 1: something failed, or was interrupted. 2: nothing was begun. */
export type ExitCode = 0 | 1 | 2;

const CHECKS = "What only AWS shows";
const NOTHING_MADE = "Nothing was made.";
/** A step that hangs costs money too. */
const MINUTES = { deploy: 45, read: 5, suite: 20, check: 20, checks: 90, destroy: 60 };
/** Of one check: a table of rights can differ in a thousand places. */
const MOST_DIFFERENCES = 25;
/** So long after a deployment that was cut off CloudFormation may still begin with it. */
const SETTLED_MS = 15_000;

/** @param yesAccount the account, agreed to beforehand; without it somebody is asked */
export async function liveRun(
  executor: Executor,
  { yesAccount }: { readonly yesAccount?: string },
  interruption: Interruption,
): Promise<ExitCode> {
  let plan: Plan;
  try {
    plan = await unlessAborted(agreedPlan(executor, yesAccount, interruption.signal), interruption.signal);
  } catch (cause) {
    executor.print(`${reasonOf(cause)}\n${NOTHING_MADE}`);
    return 2;
  }
  return new LiveRun(executor, plan, interruption).run();
}

async function agreedPlan(executor: Executor, yesAccount: string | undefined, signal: AbortSignal): Promise<Plan> {
  const { account, assembly, cdk, place, print } = executor;
  const plan = await makePlan(account, place, stackNameOf(executor.now(), executor.random()));
  if (yesAccount !== undefined) agree(plan, yesAccount);
  await cdk(["synth", "--quiet", "--output", assembly, ...contextOf(plan)], signal);
  print(planText(plan));
  if (yesAccount === undefined) agree(plan, await executor.ask("\nType the account id to go on: ", signal));
  return plan;
}

/** @throws NotBegun */
function agree({ account }: Plan, typed: string): void {
  if (typed.trim() !== account) throw new NotBegun("That is not the id of the account.");
}

class LiveRun {
  readonly #executor: Executor;
  readonly #plan: Plan;
  readonly #interruption: Interruption;
  readonly #date: string;
  readonly #steps: StepResult[] = [];
  readonly #checks: LiveResult[] = [];
  readonly #meter: Meter;
  #stack: OpenStack | undefined;
  /** Whether there may be a stack. */
  #begun = false;
  /** Until it is known better: somebody may find the report of a run that was killed. */
  #left: readonly string[];

  constructor(executor: Executor, plan: Plan, interruption: Interruption) {
    this.#executor = executor;
    this.#plan = plan;
    this.#interruption = interruption;
    this.#date = new Date(executor.now()).toISOString();
    this.#left = [`The stack ${plan.stackName}, if this run was killed. Delete it: ${destroyCommand(plan)}`];
    this.#meter = new Meter({ requests: MOST_REQUESTS, calls: MOST_CALLS }, interruption.signal);
  }

  async run(): Promise<ExitCode> {
    let gone = false;
    // From here on the stack is taken away, whatever happens: registered before anything is made.
    this.#interruption.byHand = destroyCommand(this.#plan);
    try {
      // A power cut runs no code: what it leaves must be found in a file, by name.
      if (!this.#write()) throw new Error("without a report nothing is made");
      await this.#deployAndCheck();
    } catch (cause) {
      // A step has told of it already; anything else is a fault of this run and counts as a step that failed.
      if (!(cause instanceof StepFailed)) this.#ended({ title: "the run", seconds: 0, failure: reasonOf(cause) });
    } finally {
      if (this.#begun) this.#write();
      gone = !this.#begun || (await this.#destroy());
    }
    if (gone) this.#interruption.byHand = undefined;
    if (!this.#begun) {
      this.#print(NOTHING_MADE);
      return 2;
    }
    const written = this.#write();
    this.#print(`\n${summaryOf({ steps: this.#steps, checks: this.#checks })}`);
    if (!gone) this.#print(byHandText(this.#interruption));
    const failed = this.#steps.some(({ failure }) => failure !== undefined);
    const differ = this.#checks.some(({ differences }) => differences.length > 0);
    return gone && written && !failed && !differ && !this.#interruption.signal.aborted ? 0 : 1;
  }

  async #deployAndCheck(): Promise<void> {
    const { assembly, cdk, place } = this.#executor;
    const { stackName } = this.#plan;
    this.#print("\nIt takes some minutes until the stack stands.");
    await this.#step("cdk deploy", MINUTES.deploy, (signal) => {
      this.#begun = true;
      return cdk(["deploy", stackName, "--require-approval", "never", "--app", assembly], signal);
    });
    const stack = await this.#step("the stack's outputs and resources", MINUTES.read, (signal) =>
      unlessAborted(openStack(place, stackName), signal),
    );
    this.#stack = stack;
    try {
      await this.#check(this.#meter.on(stack));
    } finally {
      stack.close();
    }
  }

  async #check(stack: OpenStack): Promise<void> {
    const { checks, suites } = this.#executor;
    for (const { title, checks: inSuite } of suites(stack)) {
      this.#print(`\n${title}`);
      await this.#part(title, MINUTES.suite, async () => {
        await runChecks(stack.target, inSuite, (result) => this.#checked({ suite: title, ...result, figures: [] }));
      });
    }
    this.#print(`\n${CHECKS}`);
    await this.#part(CHECKS, MINUTES.checks, async () => {
      for (const check of checks) {
        if (this.#interruption.signal.aborted) return;
        const started = this.#executor.now();
        const result = await this.#resultOf(check, stack);
        this.#checked({ suite: CHECKS, ...result, seconds: (this.#executor.now() - started) / 1000 });
      }
    });
  }

  /** A surprise is a difference, as in `runChecks`. */
  async #resultOf(check: LiveCheck, stack: OpenStack): Promise<Omit<LiveResult, "suite">> {
    const { name } = check;
    try {
      const patience = AbortSignal.timeout(MINUTES.check * 60_000);
      const { figures = [], ...finding } = await unlessAborted(check.run(stack), patience);
      return { name, ...finding, figures };
    } catch (cause) {
      return { name, differences: [`it broke off: ${reasonOf(cause)}`], figures: [] };
    }
  }

  /** A step that hides nothing of what comes next when it breaks off, unless somebody wants it all to end. */
  async #part(title: string, minutes: number, work: () => Promise<void>): Promise<void> {
    try {
      await this.#step(title, minutes, (signal) => unlessAborted(work(), signal));
    } catch (cause) {
      if (!(cause instanceof StepFailed) || this.#interruption.signal.aborted) throw cause;
    }
  }

  /** Twice, since a first time may meet what is still being made. @returns whether the stack is gone */
  async #destroy(): Promise<boolean> {
    const { account, assembly, cdk, place, wait } = this.#executor;
    const { stackName } = this.#plan;
    this.#print("");
    const stack = this.#stack;
    for (const again of ["", ", once more"]) {
      if (stack !== undefined) await this.#stopListening(stack);
      try {
        await this.#cleanly(`cdk destroy${again}`, async (signal) => {
          await cdk(["destroy", stackName, "--force", "--app", assembly], signal);
          // A deployment that was cut off may come up after a destroy that found nothing.
          if (stack === undefined) await wait(SETTLED_MS);
          const status = await stackStatus(place.aws, stackName);
          if (status !== undefined) throw new Error(`the stack is still there: ${status}`);
        });
      } catch {
        // It has been recorded and printed; the second time may help, and after it the person is told.
        continue;
      }
      this.#left = await leftOver(this.#plan, place.aws, account);
      for (const line of this.#left) this.#print(`  left: ${line}`);
      return true;
    }
    this.#left = [`The stack ${stackName}. Delete it: ${destroyCommand(this.#plan)}`];
    return false;
  }

  /** PendingLine when it fails, and no reason to keep the stack: what of it CloudFormation can delete goes all the same. */
  async #stopListening(stack: OpenStack): Promise<void> {
    try {
      await stopListening(stack);
    } catch (cause) {
      const failure = reasonOf(cause);
      this.#ended({ title: "removal of the rule and the queue beside the stack", seconds: 0, failure });
    }
  }

  /** A step that only its own patience ends. */
  #cleanly(title: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    return this.#timed(title, AbortSignal.timeout(MINUTES.destroy * 60_000), work);
  }

  #step<T>(title: string, minutes: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const patience = AbortSignal.timeout(minutes * 60_000);
    return this.#timed(title, AbortSignal.any([this.#interruption.signal, patience]), work);
  }

  async #timed<T>(title: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const started = this.#executor.now();
    const seconds = (): number => (this.#executor.now() - started) / 1000;
    try {
      signal.throwIfAborted();
      const made = await work(signal);
      signal.throwIfAborted();
      this.#ended({ title, seconds: seconds() });
      return made;
    } catch (cause) {
      this.#ended({ title, seconds: seconds(), failure: reasonOf(cause) });
      throw new StepFailed(title, { cause });
    }
  }

  #ended(step: StepResult): void {
    this.#steps.push(step);
    const { failure, seconds, title } = step;
    const result = failure === undefined ? "" : `\n    ${this.#safe(failure)}`;
    this.#print(`${failure === undefined ? "✓" : "✗"} ${title} (${seconds.toFixed(1)} s)${result}`);
  }

  #checked(result: LiveResult): void {
    // Of work that nobody waits for any more.
    if (this.#interruption.signal.aborted) return;
    const { name, notShown } = result;
    const more = result.differences.length - MOST_DIFFERENCES;
    const shown = result.differences.slice(0, MOST_DIFFERENCES);
    const differences = more > 0 ? [...shown, `and ${more} more`] : shown;
    this.#checks.push({ ...result, differences });
    if (notShown !== undefined) this.#print(`  – ${name}: not shown: ${this.#safe(notShown)}`);
    else this.#print(`  ${differences.length === 0 ? "✓" : "✗"} ${name}`);
    for (const line of differences) this.#print(`      ${this.#safe(line)}`);
  }

  /** A terminal that went away must not keep the stack from going. */
  #print(line: string): void {
    try {
      this.#executor.print(line);
    } catch {
      // There is nobody to tell; the report says it too.
    }
  }

  #safe(text: string): string {
    return scrub(text, this.#executor.place.emulated ? undefined : this.#plan.account);
  }

  /** @returns whether it was written; else it is printed, so that nothing is lost */
  #write(): boolean {
    const { place, versions, write } = this.#executor;
    const { account, region, stackName } = this.#plan;
    const report: Report = {
      date: this.#date,
      account,
      region,
      stackName,
      emulated: place.emulated,
      versions,
      steps: this.#steps,
      checks: this.#checks,
      requests: this.#meter.requests,
      calls: this.#meter.calls,
      left: this.#left,
    };
    const text = renderReport(report);
    try {
      write(text);
      return true;
    } catch (cause) {
      this.#print(`RESULTS-aws.md cannot be written (${reasonOf(cause)}):\n${text}`);
      return false;
    }
  }
}

class StepFailed extends Error {}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
