import { authenticate as verify } from "../provisioning/authentication.ts";
import type { Wanted } from "../store/records.ts";
import type { Exchange } from "./exchange.ts";
import { soon } from "./soon.ts";
import { spend } from "./spend.ts";

const DAY_MS = 86_400_000;

/** Bytes of body and query that are parsed for a token nobody has verified yet (product.md 5.17). */
const PARSED_AHEAD = 8 * 1024;

/** A request as far as it is read before its token is verified: `query` and `body` throw for texts that are too long. */
export type Unverified = Pick<Exchange, "method" | "segments" | "query" | "body">;

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
  checksToken(exchange: Exchange): "always" | "whenPresent" | "never";
}

/**
 * Checks the bearer token before anything else is answered.
 * @throws ScimError 401, 403
 */
export function authenticate(admission: Admission) {
  return {
    before: async ({ event: exchange }: { readonly event: Exchange }): Promise<void> => {
      const authorization = exchange.header("authorization");
      const checked = admission.checksToken(exchange);
      if (checked === "never" || (checked === "whenPresent" && authorization === undefined)) return;
      const { endpoint } = exchange;
      exchange.session = await soon(
        exchange,
        verify({
          authorization,
          orgName: exchange.orgName,
          tenantUrlOf: (slug) => `${exchange.baseOfAll}${slug}`,
          wanted: () => wantedBy(admission, exchange),
          identified: (org, tokenId) => Object.assign(exchange.noted, { org: org.slug, orgId: org.id, tokenId }),
          store: exchange.store,
          quirks: exchange.quirks,
          reference: exchange.reference,
          deadline: exchange.deadline,
          now: () => endpoint.now(),
          wait: (milliseconds) => endpoint.wait(milliseconds),
          randomBytes: (length) => endpoint.randomBytes(length),
          ...(endpoint.sweepLater && { sweepLater: endpoint.sweepLater }),
        }),
      );
      await spend(exchange, exchange.session.org.id);
      const { tokenExpiresAt } = exchange.session;
      if (tokenExpiresAt !== undefined) {
        exchange.noted.tokenExpiresInDays = Math.floor((Date.parse(tokenExpiresAt) - exchange.started) / DAY_MS);
      }
    },
  };
}

function wantedBy(admission: Admission, exchange: Exchange): readonly Wanted[] {
  const wanted: Wanted[] = [];
  try {
    for (const wish of admission.wanted(unverified(exchange))) wanted.push(wish);
  } catch {
    // Whatever is wrong with the request is told after its token was verified, by the code that carries it out.
  }
  return wanted;
}

function unverified({ method, segments, bytesIn, query, body }: Exchange): Unverified {
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
