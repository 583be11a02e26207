import { authenticate as verify } from "../provisioning/authentication.ts";
import type { Wanted } from "../store/records.ts";
import type { RequestContext } from "./requestContext.ts";
import { soon } from "./soon.ts";
import { spend } from "./spend.ts";

const DAY_MS = 86_400_000;

/** Bytes of body and query that are parsed for a token nobody has verified yet (product.md 5.17). */
const PARSED_AHEAD = 8 * 1024;

/** A request as far as it is read before its token is verified: `query` and `body` throw for texts that are too long. */
export type Unverified = Pick<RequestContext, "method" | "segments" | "query" | "body">;

export interface Admission {
  /**
   * What the request will read, so that it travels in the same round trip as the token, the most important first. What was
   * given before it throws counts.
   */
  wanted(request: Unverified): Iterable<Wanted>;
  /**
   * `whenPresent` where everybody gets the same answer, and yet a token that is presented must be right (product.md
   * 5.12); `never` where there is no org whose token could be asked for.
   */
  checksToken(ctx: RequestContext): "always" | "whenPresent" | "never";
}

/**
 * Checks the bearer token before anything else is answered.
 * @throws ScimError 401, 403
 */
export function authenticate(admission: Admission) {
  return {
    before: async ({ event: ctx }: { readonly event: RequestContext }): Promise<void> => {
      const authorization = ctx.header("authorization");
      const checked = admission.checksToken(ctx);
      if (checked === "never" || (checked === "whenPresent" && authorization === undefined)) return;
      const { endpoint } = ctx;
      ctx.session = await soon(
        ctx,
        verify({
          authorization,
          orgName: ctx.orgName,
          tenantUrlOf: (slug) => `${ctx.baseOfAll}${slug}`,
          wanted: () => wantedBy(admission, ctx),
          identified: (org, tokenId) => Object.assign(ctx.logFields, { org: org.slug, orgId: org.id, tokenId }),
          store: ctx.store,
          quirks: ctx.quirks,
          reference: ctx.reference,
          deadline: ctx.deadline,
          now: () => endpoint.now(),
          wait: (milliseconds) => endpoint.wait(milliseconds),
          randomBytes: (length) => endpoint.randomBytes(length),
          ...(endpoint.sweepLater && { sweepLater: endpoint.sweepLater }),
        }),
      );
      await spend(ctx, ctx.session.org.id);
      const { tokenExpiresAt } = ctx.session;
      if (tokenExpiresAt !== undefined) {
        ctx.logFields.tokenExpiresInDays = Math.floor((Date.parse(tokenExpiresAt) - ctx.started) / DAY_MS);
      }
    },
  };
}

function wantedBy(admission: Admission, ctx: RequestContext): readonly Wanted[] {
  const wanted: Wanted[] = [];
  try {
    for (const wish of admission.wanted(unverified(ctx))) wanted.push(wish);
  } catch {
    // Whatever is wrong with the request is told after its token was verified, by the code that carries it out.
  }
  return wanted;
}

function unverified({ method, segments, bytesIn, query, body }: RequestContext): Unverified {
  let left = PARSED_AHEAD;
  const spend = (bytes: number): void => {
    left -= bytes;
    if (left < 0) throw new RangeError("more text than is parsed for an unverified token");
  };
  return {
    method,
    segments,
    query: (name) => {
      const text = query(name);
      spend(Buffer.byteLength(text ?? ""));
      return text;
    },
    body: () => {
      spend(bytesIn);
      return body();
    },
  };
}
