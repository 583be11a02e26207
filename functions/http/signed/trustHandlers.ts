import { isTrust, type TrustRecord } from "../../provisioning/assertions/findTrust.ts";
import { thumbprint } from "../../provisioning/publicKeys.ts";
import type { TokenFacts } from "../../provisioning/token.ts";
import { listOfKind, revokeToken } from "../../provisioning/tokens.ts";
import { createTrust } from "../../provisioning/trusts.ts";
import type { OrgRecord } from "../../store/records.ts";
import type { TRUST_OPERATIONS } from "./declarations/trusts.ts";
import type { Handlers, TokenMeans } from "./route.ts";
import { secretView } from "./views.ts";

export const trustHandlers: Handlers<TokenMeans, typeof TRUST_OPERATIONS> = {
  listTrusts: async (call) => {
    const { org, tokens, lastUsed, warnings } = await listOfKind(call.administration, call.parameters.org, "trust");
    const trusts = tokens.filter(isTrust).map((one) => trustView(call, one, org, lastUsed));
    return { clientId: org.slug, trusts, warnings };
  },
  createTrust: async (call) => {
    const { org, token, warnings } = await createTrust(call.administration, call.parameters.org, call.body);
    call.ctx.logFields.tokenId = token.id;
    return {
      clientId: org.slug,
      tenantUrl: call.tenantUrlOf(org.slug),
      tokenEndpoint: tokenEndpointOf(call, org),
      trust: trustView(call, token, org),
      warnings,
    };
  },
  revokeTrust: async (call) => {
    const { org: slug, tokenId } = call.parameters;
    const { token, org, lastUsed } = await revokeToken(call.administration, slug, tokenId, "trust");
    call.ctx.logFields.tokenId = token.id;
    if (!isTrust(token)) throw new Error("a trust says whom it trusts");
    return trustView(call, token, org, lastUsed);
  },
};

function trustView(means: TokenMeans, token: TrustRecord, org: OrgRecord, lastUsed?: TokenFacts["lastUsed"]) {
  return { ...secretView(means, token, org, lastUsed), ...termsOf(means, token, org) };
}

/** The claims that an assertion needs. */
function termsOf(means: TokenMeans, { trust }: TrustRecord, org: OrgRecord) {
  if (trust.kind === "federated") {
    const { kind, issuer, subject, audiences, tenant = null, keysUrl } = trust;
    return { kind, issuer, subject, audiences, tenant, keysUrl, keys: [] };
  }
  return {
    kind: trust.kind,
    issuer: org.slug,
    subject: org.slug,
    audiences: [tokenEndpointOf(means, org)],
    tenant: null,
    keysUrl: null,
    keys: trust.keys.map((key) => ({ kid: key.kid, alg: key.alg, thumbprint: thumbprint(key) })),
  };
}

function tokenEndpointOf({ tenantUrlOf }: TokenMeans, { slug }: OrgRecord): string {
  return `${tenantUrlOf(slug)}/oauth/token`;
}
