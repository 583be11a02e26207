import { type FaultName, Findings } from "../probe/faults.ts";
import { playRound, type RoundStep, type StepName } from "../probe/round.ts";
import { NoReply, type Send } from "../probe/wire.ts";
import { canaryOrg, canaryToken } from "../provisioning/canaryOrg.ts";
import { RESERVED, workerTime } from "../provisioning/timeBudget.ts";
import { CanarySandbox } from "../store/canarySandbox.ts";
import type { Endpoint, WorkerContext, WorkerEndpoint } from "./endpoint.ts";
import { causeOf, usageFields } from "./logWriter.ts";
import { workerRuns } from "./workerRun.ts";

interface CanaryEndpoint extends WorkerEndpoint, Pick<Endpoint, "store" | "randomBytes"> {
  /** The sandbox's Tenant URL. Requests go to no other address. */
  readonly tenantUrl: string;
  readonly send: Send;
  /** Milliseconds after which an answer is a fault. Absent: 5,000. */
  readonly slow?: number;
}

/**
 * An answer that takes longer is a fault. Cold starts (one second, two at worst) and contended writes take less; API Gateway
 * gives up after 29 seconds.
 */
const SLOW_MS = 5_000;
/** Longer than a run may take in Lambda: an earlier run that is older has ended. */
const BROKEN_OFF_MS = 3 * 60_000;
/** Reserved for the last answer and for removing the sandbox. */
const ENDING_MS = 40_000;

/** The result of a run. A person who invokes the function gets it as the answer. */
export interface Verdict {
  /** `skipped`: another run was under way. */
  readonly outcome: "green" | "red" | "skipped";
  readonly faults?: readonly FaultName[] | undefined;
  readonly warnings?: readonly FaultName[] | undefined;
  /** The first failed step, the status of its answer, and the reference in that answer. */
  readonly step?: StepName | undefined;
  readonly status?: number | undefined;
  readonly ref?: string | undefined;
}

/**
 * Plays a round in the sandbox through the public address, removes the sandbox, and writes one line. It ignores the event, so
 * a caller can decide nothing. It never throws, so that Lambda does not run it again.
 */
export function canaryHandler(endpoint: CanaryEndpoint) {
  const begin = workerRuns(endpoint);
  return async (_event: unknown, context: WorkerContext): Promise<Verdict> => {
    const { now } = endpoint;
    const run = begin(context);
    const { started } = run;
    const remaining = context.getRemainingTimeInMillis();
    const { database, usage } = endpoint.store.begin({ signal: workerTime(remaining - RESERVED.worker) });
    const sandbox = new CanarySandbox(database);
    const findings = new Findings();
    let played: readonly RoundStep[] = [];
    let removed = 0;
    /** Undefined until it is known whether another run is under way. */
    let begun: boolean | undefined;
    const causes: unknown[] = [];
    const attempt = async (work: () => Promise<void>): Promise<void> => {
      await work().catch((error: unknown) => causes.push(error));
    };
    const org = canaryOrg(started);
    const stamp = { at: org.created, tokenId: "canary", reference: context.awsRequestId };
    await attempt(async () => {
      begun = await sandbox.begin(org, stamp, started - BROKEN_OFF_MS);
      if (!begun) return;
      await sandbox.clear();
      const { token, secret, access } = canaryToken(org, endpoint.randomBytes);
      await sandbox.admit(org, secret, access);
      const send = inTime(endpoint, started + remaining - ENDING_MS);
      const { slow = SLOW_MS, tenantUrl } = endpoint;
      played = await playRound({ tenantUrl, token, findings, send, now, slow });
    });
    await attempt(async () => {
      if (begun === true) removed = await sandbox.clear();
      if (begun !== false) await sandbox.end(org);
    });
    const failed = played.find(({ sound }) => !sound);
    const verdict: Verdict = {
      ...(begun === false ? { outcome: "skipped" } : verdictOf(findings, causes)),
      step: failed?.name,
      status: failed?.status,
      ref: failed?.reference,
    };
    const slowest = played.toSorted((a, b) => b.ms - a.ms)[0];
    const fields = {
      ...verdict,
      steps: played.length,
      slowest: slowest?.name,
      slowestMs: slowest?.ms,
      removed,
      cause: causes.length === 0 ? undefined : causeOf(causes[0]),
      ...run.beginning,
      ...usageFields(usage),
    };
    // A skipped run writes no metrics: the other run writes them.
    const metrics =
      verdict.outcome === "skipped" ? {} : { CanaryFailures: verdict.outcome === "red" ? 1 : 0, CanaryMs: slowest?.ms };
    run.end("canary.run", LEVELS[verdict.outcome], fields, metrics);
    return verdict;
  };
}

const LEVELS: Readonly<Record<Verdict["outcome"], "INFO" | "WARN" | "ERROR">> = {
  green: "INFO",
  skipped: "WARN",
  red: "ERROR",
};

/** Slow answers are a fault here, though only a warning in a probe by hand: clients wait for these answers. */
function verdictOf(findings: Findings, causes: readonly unknown[]): Verdict {
  const found = findings.list();
  const isFault = ({ name, weight }: (typeof found)[number]): boolean => weight === "fault" || name === "slowAnswers";
  const namesOf = (list: typeof found) => (list.length === 0 ? undefined : list.map(({ name }) => name));
  const faults = found.filter(isFault);
  const outcome = faults.length + causes.length === 0 ? "green" : "red";
  return { outcome, faults: namesOf(faults), warnings: namesOf(found.filter((one) => !isFault(one))) };
}

/** Stops sending when only the time for removing the sandbox is left. */
function inTime({ now, send }: CanaryEndpoint, until: number): Send {
  return async (ask) => {
    if (now() >= until) throw new NoReply("slowAnswers", "the round takes too long");
    return send(ask);
  };
}
