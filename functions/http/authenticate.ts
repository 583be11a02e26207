import type { RequestBudget } from "../provisioning/requestBudget.ts";
import { openSession, readClaim } from "../provisioning/session.ts";
import { LIMITS, timerMs } from "../provisioning/timeBudget.ts";
import { ScimError } from "../scim/error.ts";
import { StoreBusy, type Wanted } from "../store/records.ts";
import type { RequestContext } from "./requestContext.ts";

/** Write units that one unit stands for: creating a user takes 12. At 200 units a second that is what a new table carries. */
const WRITES_PER_UNIT = 20;
/** DynamoDB asks five times as much for a write unit as for a read unit. */
const READS_PER_WRITE = 5;
/** Bytes of a body that count as a unit before any work is done. */
const BYTES_PER_UNIT = 8_192;

/** What a request counts for before anything is done: one, and more with a large body. */
export function unitsOfBody(bytes: number): number {
  return Math.max(1, Math.floor(bytes / BYTES_PER_UNIT));
}

/** What the work of a request counts for. */
export function unitsOfWork({ rcu, wcu }: { readonly rcu: number; readonly wcu: number }): number {
  return Math.floor((wcu + rcu / READS_PER_WRITE) / WRITES_PER_UNIT);
}

const DAY_MS = 86_400_000;

/** Bytes of body and query that are parsed for a token nobody has verified yet. */
const PARSED_AHEAD = 8 * 1024;
/** Made once, and never shown: an error takes its stack, which is more work than most of what precedes it. */
const TOO_LONG = new RangeError("more text than is parsed for an unverified token");

/** A request as far as it is read before its token is verified: `query` and `body` throw for texts that are too long. */
export type Unverified = Pick<RequestContext, "method" | "segments" | "query" | "body">;

export interface Admission {
  /**
   * What the request will read, so that it travels in the same round trip as the token, the most important first. What was
   * given before it throws counts.
   */
  wanted(request: Unverified): Iterable<Wanted>;
  /**
   * `whenPresent` where everybody gets the same answer, and yet a token that is presented must be right;
   * `never` where there is no org whose token could be asked for. Absent: always.
   */
  checksToken?(ctx: RequestContext): TokenCheck;
}

export type TokenCheck = "always" | "whenPresent" | "never";

/**
 * Checks the bearer token before anything else is answered.
 * @throws ScimError 401, 403
 */
export function authenticate(admission: Admission) {
  return {
    before: async ({ event: ctx }: { readonly event: RequestContext }): Promise<void> => {
      const authorization = ctx.header("authorization");
      const checked = admission.checksToken?.(ctx) ?? "always";
      if (checked === "never" || (checked === "whenPresent" && authorization === undefined)) return;
      const claim = readClaim(authorization, ctx.quirks);
      const wanted: Wanted[] = [];
      try {
        for (const wish of admission.wanted(unverified(ctx))) wanted.push(wish);
      } catch {
        // The code that carries the request out answers what is wrong with it, after its token was verified.
      }
      const session = await soon(ctx, openSession(ctx, claim, wanted));
      ctx.session = session;
      if (ctx.endpoint.budget !== undefined) await spend(ctx, ctx.endpoint.budget, session.org.id);
      const { tokenExpiresAt } = session;
      if (tokenExpiresAt !== undefined) {
        ctx.logFields.tokenExpiresInDays = Math.floor((Date.parse(tokenExpiresAt) - ctx.started) / DAY_MS);
      }
    },
  };
}

function unverified({ method, segments, bytesIn, query, body }: RequestContext): Unverified {
  let left = PARSED_AHEAD;
  return {
    method,
    segments,
    query: (name) => {
      const text = query(name);
      left -= Buffer.byteLength(text ?? "");
      if (left < 0) throw TOO_LONG;
      return text;
    },
    body: () => {
      left -= bytesIn;
      if (left < 0) throw TOO_LONG;
      return body();
    },
  };
}

/**
 * Finds out who asks, in a part of the request's time: a database that does not answer even that is not worth waiting for,
 * and a caller who is nobody is not worth holding a function for.
 * @throws StoreBusy storage, once the request is closed
 */
export async function soon<T>(ctx: RequestContext, work: Promise<T>): Promise<T> {
  const { deadline, endpoint } = ctx;
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => {
      ctx.close();
      limit.reject(new StoreBusy("storage"));
    },
    timerMs(Math.min(LIMITS.identify, (deadline - endpoint.now()) / 4)),
  );
  try {
    return await Promise.race([work, limit.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Counts a verified request against its org's budget.
 * @throws ScimError 429 when the org has used it up
 */
export async function spend(ctx: RequestContext, budget: RequestBudget, orgId: string): Promise<void> {
  const { bytesIn, endpoint, metrics, logFields } = ctx;
  const admission = await budget.admit(orgId, unitsOfBody(bytesIn), endpoint.now, ctx.signal);
  if (admission.outcome === "admitted") {
    ctx.admitted = admission;
    return;
  }
  Object.assign(logFields, usedFields(admission.use));
  metrics.BudgetRefusals = 1;
  throw ScimError.tooManyRequests("overBudget", Math.ceil(admission.waitMs / 1_000));
}

/**
 * A middleware: Lambda freezes the process with the answer, so what the request did is paid for by then, the use of its token is
 * remembered, and who watches over removals has heard of them. Also after an error: what a request did before it ran out
 * of time counts.
 */
export function settle() {
  const settled = async ({ event }: { readonly event: RequestContext }): Promise<void> => {
    const { admitted, endpoint, logFields, reference, session, store } = event;
    if (admitted !== undefined) {
      const units = unitsOfWork(store.usage);
      const use = await admitted.settle(units - admitted.units);
      const spent = Math.max(units, admitted.units);
      Object.assign(logFields, usedFields(use), { budgetUnits: spent > 1 ? spent : undefined });
    }
    if (session === undefined) return;
    await session.tokenMarked;
    const { org, effects: removals, tokenId } = session;
    if (removals.deactivated + removals.deleted + removals.membersRemoved === 0) return;
    await endpoint.watch?.({ orgId: org.id, org: org.slug, removals, ref: reference, tokenId });
  };
  return { after: settled, onError: settled };
}

function usedFields({ faults, wcu }: { readonly faults: number; readonly wcu: number }) {
  return { budgetWcu: wcu > 0 ? wcu : undefined, budgetFaults: faults > 0 ? faults : undefined };
}
