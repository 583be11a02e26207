import type { Context } from "aws-lambda";
import { type FaultName, Findings } from "../probe/faults.ts";
import { playRound, type RoundStep, type StepName } from "../probe/round.ts";
import { NoReply, type Send } from "../probe/wire.ts";
import { canaryOrg, canaryToken } from "../provisioning/canaryOrg.ts";
import { RESERVED, workerTime } from "../provisioning/timeBudget.ts";
import { CanarySandbox } from "../store/canarySandbox.ts";
import type { Endpoint } from "./endpoint.ts";
import { causeOf, logWriter } from "./logWriter.ts";
import { usageFields } from "./usageFields.ts";

export interface CanaryEndpoint extends Pick<Endpoint, "store" | "now" | "log" | "version" | "initMs" | "randomBytes"> {
  /** Of the sandbox. The only address that requests go to. */
  readonly tenantUrl: string;
  readonly send: Send;
  /** Absent: 5,000 milliseconds. */
  readonly slow?: number;
}

/**
 * After so many milliseconds an answer is a fault. No cold start takes that long (about a second, at worst two), nor does a
 * write that meets others; API Gateway gives up after 29 seconds.
 */
const SLOW_MS = 5_000;
/** Longer than Lambda lets a run take: who began earlier is gone. */
const BROKEN_OFF_MS = 3 * 60_000;
/** For the last answer, and for removing everything. */
const ENDING_MS = 40_000;

/** What a run came to: also its answer, for a person who starts one by hand. */
interface Verdict {
  /** `skipped`: another run was under way. */
  readonly outcome: "green" | "red" | "skipped";
  readonly faults?: readonly FaultName[] | undefined;
  readonly warnings?: readonly FaultName[] | undefined;
  /** The first step with something wrong, the status of its answer, and the reference in it. */
  readonly step?: StepName | undefined;
  readonly status?: number | undefined;
  readonly ref?: string | undefined;
}

/**
 * Plays a round in the sandbox through the public address, removes the sandbox, and writes one line. What calls it decides
 * nothing: the event is not read. Never throws, so that nothing runs it a second time.
 */
export function canaryHandler(endpoint: CanaryEndpoint) {
  const write = logWriter(endpoint);
  let cold = true;
  return async (
    _event: unknown,
    context: Pick<Context, "awsRequestId" | "getRemainingTimeInMillis">,
  ): Promise<Verdict> => {
    const { now } = endpoint;
    const started = now();
    const remaining = context.getRemainingTimeInMillis();
    const { database, usage } = endpoint.store.begin({ signal: workerTime(remaining - RESERVED.worker) });
    const sandbox = new CanarySandbox(database);
    const findings = new Findings();
    let played: readonly RoundStep[] = [];
    let removed = 0;
    /** Undefined while nobody knows whether another run is under way. */
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
    const line = {
      type: "canary.run",
      ts: new Date(started).toISOString(),
      level: LEVELS[verdict.outcome],
      ver: endpoint.version,
      reqId: context.awsRequestId,
      ...verdict,
      steps: played.length,
      slowest: slowest?.name,
      slowestMs: slowest?.ms,
      removed,
      cause: causes.length === 0 ? undefined : causeOf(causes[0]),
      ms: now() - started,
      cold,
      initMs: cold ? endpoint.initMs : undefined,
      ...usageFields(usage),
    };
    // Of a run that another one is in the way of there is nothing to say: that one has its numbers.
    const metrics =
      verdict.outcome === "skipped" ? {} : { CanaryFailures: verdict.outcome === "red" ? 1 : 0, CanaryMs: slowest?.ms };
    write(() => ({ line, at: started, metrics }));
    cold = false;
    return verdict;
  };
}

const LEVELS: Readonly<Record<Verdict["outcome"], "INFO" | "WARN" | "ERROR">> = {
  green: "INFO",
  skipped: "WARN",
  red: "ERROR",
};

/** A slow answer is a warning to who looks once; here it is measured every few minutes, and somebody waits for answers. */
function verdictOf(findings: Findings, causes: readonly unknown[]): Verdict {
  const found = findings.list();
  const isFault = ({ name, weight }: (typeof found)[number]): boolean => weight === "fault" || name === "slowAnswers";
  const namesOf = (list: typeof found) => (list.length === 0 ? undefined : list.map(({ name }) => name));
  const faults = found.filter(isFault);
  const outcome = faults.length + causes.length === 0 ? "green" : "red";
  return { outcome, faults: namesOf(faults), warnings: namesOf(found.filter((one) => !isFault(one))) };
}

/** Sends nothing more once there is only the time to remove everything. */
function inTime({ now, send }: CanaryEndpoint, until: number): Send {
  return async (ask) => {
    if (now() >= until) throw new NoReply("slowAnswers", "the round takes too long");
    return send(ask);
  };
}
