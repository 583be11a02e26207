import type { RequestBudget } from "../provisioning/requestBudget.ts";
import { openSession, readClaim } from "../provisioning/session.ts";
import { LIMITS, timerMs } from "../provisioning/timeBudget.ts";
import { ScimError } from "../scim/error.ts";
import { StoreBusy, type Wanted } from "../store/records.ts";
import type { RequestContext } from "./requestContext.ts";

/** Write units (WCU) per budget unit. Creating a user takes 12 WCU. A new table carries 200 budget units a second. */
const WRITES_PER_UNIT = 20;
/** DynamoDB charges five times as much for a write unit as for a read unit. */
const READS_PER_WRITE = 5;
/** Bytes of a body that cost one budget unit before any work. */
const BYTES_PER_UNIT = 8_192;

/** Budget units of a request before any work: one, or more for a large body. */
export function unitsOfBody(bytes: number): number {
  return Math.max(1, Math.floor(bytes / BYTES_PER_UNIT));
}

/** Budget units of the work that a request did. */
export function unitsOfWork({ rcu, wcu }: { readonly rcu: number; readonly wcu: number }): number {
  return Math.floor((wcu + rcu / READS_PER_WRITE) / WRITES_PER_UNIT);
}

const DAY_MS = 86_400_000;

/** Bytes of query and body that are parsed before the token is verified. */
const PARSED_AHEAD = 8 * 1024;

/** What a request is before its token is verified, and the texts of it that may be parsed by then. */
export type Unverified = Pick<RequestContext, "method" | "segments">;
export type UnverifiedTexts = Pick<RequestContext, "method" | "query" | "body">;

export interface Admission {
  /**
   * The records that the request will read, the most important first. They are read in the same round trip as the token.
   * Records yielded before a throw count.
   * @param texts undefined where they are too long
   */
  wanted(request: Unverified, texts: UnverifiedTexts | undefined): Iterable<Wanted>;
  /**
   * `whenPresent`: every client gets the same answer, but a token that the client sends must be valid.
   * `never`: the path belongs to no org, so there is no token to check. Absent: always.
   */
  checksToken?(ctx: RequestContext): TokenCheck;
}

export type TokenCheck = "always" | "whenPresent" | "never";

/**
 * Checks the bearer token before any other answer is given.
 * @throws ScimError 401, 403
 */
export function authenticate(admission: Admission) {
  return {
    before: async ({ event: ctx }: { readonly event: RequestContext }): Promise<void> => {
      const authorization = ctx.headers.get("authorization");
      const checked = admission.checksToken?.(ctx) ?? "always";
      if (checked === "never" || (checked === "whenPresent" && !authorization)) return;
      const claim = readClaim(authorization, ctx.quirks);
      const wanted: Wanted[] = [];
      try {
        const texts = ctx.bytesIn + ctx.bytesAsked > PARSED_AHEAD ? undefined : ctx;
        for (const wish of admission.wanted(ctx, texts)) wanted.push(wish);
      } catch {
        // The handler reports the fault after the token is verified.
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

/**
 * Waits for authentication during a part of the request's time only. A table that does not answer in that time
 * is not worth waiting for: nobody may occupy the function without authentication.
 * @throws StoreBusy storage, after closing the request
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
 * Charges a verified request to its org's budget.
 * @throws ScimError 429 when the budget is used up
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
 * A middleware. Lambda freezes the process once it has the answer, so before the answer this settles the budget and waits
 * for the mark of the token's use. It also runs after errors: a request that ran out of time has used capacity.
 */
export function settle() {
  const settled = async ({ event }: { readonly event: RequestContext }): Promise<void> => {
    const { admitted, logFields, session, store } = event;
    if (admitted !== undefined) {
      const units = unitsOfWork(store.usage);
      const use = await admitted.settle(units - admitted.units);
      const spent = Math.max(units, admitted.units);
      Object.assign(logFields, usedFields(use), { budgetUnits: spent > 1 ? spent : undefined });
    }
    await session?.tokenMarked;
  };
  return { after: settled, onError: settled };
}

function usedFields({ faults, wcu }: { readonly faults: number; readonly wcu: number }) {
  return { budgetWcu: wcu > 0 ? wcu : undefined, budgetFaults: faults > 0 ? faults : undefined };
}
