import { hash } from "node:crypto";
import { compactVerify } from "jose/jws/compact/verify";
import type { Database } from "../../store/database.ts";
import type { OrgRecord, PublicJwk, TokenRecord } from "../../store/records.ts";
import { SettingsStore } from "../../store/settings.ts";
import { forgetAssertion, readTrusts, useAssertion } from "../../store/trusts.ts";
import { type Granted, type Grantor, giveAccess } from "../accessTokens.ts";
import { provisioningRefusal } from "../session.ts";
import { findTrust, type ListedTrust, type OwnAudiences, type TrustFault } from "./findTrust.ts";
import type { FoundKey, KeyOrigin, KeySource } from "./ports.ts";
import { type Assertion, type AssertionFault, readAssertion } from "./readAssertion.ts";
import { findKey } from "./readKeySet.ts";
import { SKEW, type TimeFault, timeFault } from "./times.ts";

/** A client that proves who it is by what somebody signed for it (RFC 7521 section 4.2, RFC 7523 section 2.2). */
export interface AssertedClient {
  readonly assertion: string;
  /** It need not be said; where it is, it is the org's login name. */
  readonly clientId: string | undefined;
}

export interface AssertionGrantor extends Grantor {
  readonly keys: KeySource;
  readonly audiences: OwnAudiences;
  readonly reference: string;
  clock(): number;
  wait(milliseconds: number): Promise<void>;
  /** For what has to be taken back, also where the request is closed by now: while there is time, calls still go through. */
  undoing(): Database;
  /** Called when an issuer's keys were found, with where they came from. */
  keysFrom(origin: KeyOrigin): void;
}

/**
 * Which check an assertion failed, for the log: a word, and nothing of what the assertion says. `client`: the client id is not the
 * org's. `host`: the deployment trusts no issuer there any more. `key`: the issuer has no such key. `jti`: there is none, which a client's own assertion needs.
 */
export type AssertionRefusal =
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
  /** The issuer does not say which keys it has, so that nobody can tell: the client is to come again. */
  | { readonly outcome: "outOfReach"; readonly org: OrgRecord; readonly secretId: string };

/**
 * An access token for an assertion of somebody the org trusts (ADR 65). Nothing is fetched, and nothing written, for an assertion
 * whose issuer, subject, audience, tenant and times are not as they should be; what comes last costs most.
 * @param orgName as the path names it, unverified
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
  const spokenFor = findTrust(trusts, org, assertion, audiences, now);
  if (spokenFor.outcome === "refused")
    return refused(spokenFor.why, spokenFor.record && { org, record: spokenFor.record });
  const { record } = spokenFor;
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
  // An org that is on its way out gets no more items.
  const reason = provisioningRefusal(org, "trust");
  if (reason !== undefined) return { outcome: "notNow", reason, org, secretId: record.id };
  const give = () => giveAccess(grantor, org, { id: record.id, kind: "trust" });
  if (!isOwn) return give();
  const used = {
    orgId: org.id,
    // By the name of the key: another trust in it, later, is no other client.
    hash: hash("sha256", `${assertion.kid}\n${jti}`),
    until: assertion.expires + SKEW,
    reference,
  };
  try {
    return (await useAssertion(store.database, used)) ? await give() : refused("replayed", of);
  } catch (error) {
    // Over budget, the storage failed or was slow: clients repeat such a request as it was, and give up behind a 401.
    await forgetAssertion(grantor.undoing(), used).catch(() => undefined);
    throw error;
  }
}

function refused(
  why: AssertionRefusal,
  of?: { readonly org: OrgRecord; readonly record: ListedTrust },
): Extract<GrantedByAssertion, { readonly outcome: "unknownClient" }> {
  return { outcome: "unknownClient", why: `assertion.${why}`, ...(of && { org: of.org, secretId: of.record.id }) };
}

function isTrust(record: TokenRecord): record is ListedTrust {
  return record.kind === "trust" && record.trust !== undefined;
}

async function keyFor(grantor: AssertionGrantor, { trust }: ListedTrust, { kid, alg }: Assertion): Promise<FoundKey> {
  if (trust.kind === "privateKey") {
    const key = findKey(trust.keys, { kid, alg });
    return key === undefined ? { outcome: "unknown" } : { outcome: "found", key, from: "cached" };
  }
  const { keys, store, clock, wait } = grantor;
  const found = await keys.keyOf(trust.keysUrl, { kid, alg }, { database: store.database, now: clock, wait });
  if (found.outcome === "found") grantor.keysFrom(found.from);
  return found;
}

/** By the algorithm of the key, and by no other one, whatever the header says (RFC 8725 sections 3.1 and 3.2). */
async function isSigned({ text }: Assertion, key: PublicJwk): Promise<boolean> {
  try {
    await compactVerify(text, { ...key }, { algorithms: [key.alg] });
    return true;
  } catch {
    // A signature that is wrong, or a key that is none: whatever it is, nothing was proven.
    return false;
  }
}
