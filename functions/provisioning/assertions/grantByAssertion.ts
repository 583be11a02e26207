import { hash } from "node:crypto";
import { compactVerify } from "jose/jws/compact/verify";
import type { Database } from "../../store/database.ts";
import type { OrgRecord } from "../../store/records.ts";
import { SettingsStore } from "../../store/settings.ts";
import type { PublicJwk, Trust } from "../../store/tokenRecords.ts";
import { forgetAssertion, readTrusts, useAssertion } from "../../store/trusts.ts";
import { type Granted, type Grantor, giveAccess } from "../accessTokens.ts";
import { provisioningRefusal } from "../session.ts";
import { findTrust, isTrust, type OwnAudiences, type TrustFault, type TrustRecord } from "./findTrust.ts";
import type { FoundKey, KeyOrigin, KeySource } from "./ports.ts";
import { type Assertion, type AssertionFault, readAssertion } from "./readAssertion.ts";
import { findKey } from "./readKeySet.ts";

/** A client that authenticates with a signed assertion (RFC 7521 section 4.2, RFC 7523 section 2.2). */
export interface AssertedClient {
  readonly assertion: string;
  /** Optional. If present, it must be the org's login name. */
  readonly clientId: string | undefined;
}

interface AssertionGrantor extends Grantor {
  readonly keys: KeySource;
  readonly audiences: OwnAudiences;
  readonly reference: string;
  clock(): number;
  wait(milliseconds: number): Promise<void>;
  /** A database for undoing writes. It works even after the request is closed, while there is time. */
  undoing(): Database;
  /** Called when an issuer's key was found, with its origin. */
  keysFrom(origin: KeyOrigin): void;
}

/**
 * The check that an assertion failed, for the log: a word, and nothing of the assertion. `client`: the client id is not the org's.
 * `host`: the deployment no longer trusts issuers on that host. `key`: the issuer has no such key. `jti`: it is missing, and a client's own assertion needs it.
 */
type AssertionRefusal =
  | AssertionFault
  | TrustFault
  | TimeFault
  | "org"
  | "client"
  | "jti"
  | "host"
  | "key"
  | "signature"
  | "replayed";

export type GrantedByAssertion =
  | Exclude<Granted, { readonly outcome: "unknownClient" }>
  | {
      readonly outcome: "unknownClient";
      readonly why: `assertion.${AssertionRefusal}`;
      readonly org?: OrgRecord;
      readonly secretId?: string;
    }
  /** The issuer's keys cannot be read, so the check is not possible: the client has to come again. */
  | { readonly outcome: "outOfReach"; readonly org: OrgRecord; readonly secretId: string };

/**
 * An access token for an assertion of a trusted party (ADR 65). Nothing is fetched or written before issuer, subject, audience,
 * tenant and times are right. The most expensive checks come last.
 * @param orgName from the path, unverified
 */
export async function grantByAssertion(
  grantor: AssertionGrantor,
  orgName: string,
  client: AssertedClient,
): Promise<GrantedByAssertion> {
  const { audiences, now, reference, store } = grantor;
  const assertion = readAssertion(client.assertion);
  if (typeof assertion === "string") return refused(assertion);
  const org = await new SettingsStore(store.database).orgBySlug(orgName);
  if (org === undefined) return refused("org");
  const trusts = (await readTrusts(store.database, org)).filter(isTrust);
  const match = findTrust(trusts, org, assertion, audiences, now);
  if (match.outcome === "refused") return refused(match.why, match.record && { org, record: match.record });
  const { record } = match;
  const of = { org, record };
  if (client.clientId !== undefined && client.clientId !== org.slug) return refused("client", of);
  const late = timeFault(assertion, record.trust.kind, now);
  if (late !== undefined) return refused(late, of);
  const { jti } = assertion;
  const isOwn = record.trust.kind === "privateKey";
  if (isOwn && jti === undefined) return refused("jti", of);
  const found = await keyFor(grantor, record, assertion);
  if (found.outcome === "outOfReach") return { outcome: "outOfReach", org, secretId: record.id };
  if (found.outcome !== "found") return refused(found.outcome === "closed" ? "host" : "key", of);
  if (!(await isSigned(assertion, found.key))) return refused("signature", of);
  // An org that may not provision, for example before its deletion, gets no more items.
  const reason = provisioningRefusal(org, "trust");
  if (reason !== undefined) return { outcome: "notNow", reason, org, secretId: record.id };
  const give = () => giveAccess(grantor, org, { id: record.id, expiresAt: record.expiresAt, kind: "trust" });
  if (!isOwn) return give();
  const used = {
    orgId: org.id,
    // The hash uses the key's name, so that a second trust with the same key does not allow a replay.
    hash: hash("sha256", `${assertion.kid}\n${jti}`),
    until: assertion.expires + SKEW,
    reference,
  };
  try {
    return (await useAssertion(store.database, used)) ? await give() : refused("replayed", of);
  } catch (error) {
    // The budget was used up, or the store failed or was slow. The client repeats the same assertion, and 401 would make it give up.
    await forgetAssertion(grantor.undoing(), used).catch(() => undefined);
    throw error;
  }
}

function refused(
  why: AssertionRefusal,
  of?: { readonly org: OrgRecord; readonly record: TrustRecord },
): Extract<GrantedByAssertion, { readonly outcome: "unknownClient" }> {
  return { outcome: "unknownClient", why: `assertion.${why}`, ...(of && { org: of.org, secretId: of.record.id }) };
}

async function keyFor(grantor: AssertionGrantor, { trust }: TrustRecord, { kid, alg }: Assertion): Promise<FoundKey> {
  if (trust.kind === "privateKey") {
    const key = findKey(trust.keys, { kid, alg });
    return key === undefined ? { outcome: "unknown" } : { outcome: "found", key, from: "cached" };
  }
  const { keys, store, clock, wait } = grantor;
  const found = await keys.keyOf(trust.keysUrl, { kid, alg }, { database: store.database, now: clock, wait });
  if (found.outcome === "found") grantor.keysFrom(found.from);
  return found;
}

/** Verifies by the key's algorithm, whatever the header says (RFC 8725 sections 3.1 and 3.2). */
async function isSigned({ text }: Assertion, key: PublicJwk): Promise<boolean> {
  try {
    await compactVerify(text, { ...key }, { algorithms: [key.alg] });
    return true;
  } catch {
    // A wrong signature or an invalid key: in both cases nothing is proven.
    return false;
  }
}

/** Seconds by which two clocks may differ. */
const SKEW = 60;

/**
 * Seconds from now after which an assertion must have expired. Tokens of Azure's managed identities live a day. A client's own
 * assertion needs less than an hour, and its `jti` is stored until it expires.
 */
const LONGEST: Readonly<Record<Trust["kind"], number>> = { federated: 86_400, privateKey: 3_600 };

type TimeFault = "expired" | "early" | "lifetime";

/** RFC 7523 section 3, RFC 7519 section 4.1. @param now milliseconds since the epoch @returns undefined: no fault */
function timeFault(
  { expires, notBefore = 0, issuedAt = 0 }: Assertion,
  kind: Trust["kind"],
  now: number,
): TimeFault | undefined {
  const seconds = now / 1_000;
  if (expires + SKEW <= seconds) return "expired";
  if (Math.max(notBefore, issuedAt) - SKEW > seconds) return "early";
  return expires - SKEW > seconds + LONGEST[kind] ? "lifetime" : undefined;
}
