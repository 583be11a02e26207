import { createClientSecret } from "../../provisioning/clientSecrets.ts";
import {
  generateToken,
  listOfKind,
  listTokens,
  regenerateToken,
  revokeToken,
  rotateToken,
} from "../../provisioning/tokens.ts";
import { reportTokens } from "../../provisioning/tokensReport.ts";
import type { TOKEN_OPERATIONS } from "./declarations/tokens.ts";
import type { Called, Handlers, TokenMeans } from "./route.ts";
import { newTokenView, secretView, tokenView } from "./views.ts";

/** Each org costs a query, and a page one read of the tokens' last use. */
const ORGS_PER_REPORT = 100;

export const tokenHandlers: Handlers<TokenMeans, typeof TOKEN_OPERATIONS> = {
  listTokens: async (call) => {
    const { org, tokens, facts, warnings } = await listTokens(call.administration, call.parameters.org);
    return { tokens: tokens.map((token) => tokenView(call, token, org, facts)), warnings };
  },
  generateToken: (call) => shownOnce(call, generateToken(call.administration, call.parameters.org, call.body)),
  regenerateToken: (call) => shownOnce(call, regenerateToken(call.administration, call.parameters.org, call.body)),
  rotateToken: (call) => shownOnce(call, rotateToken(call.administration, call.parameters.org, call.body)),
  revokeToken: async (call) => {
    const { token, org, lastUsed } = await revokeToken(
      call.administration,
      call.parameters.org,
      call.parameters.tokenId,
    );
    call.ctx.logFields.tokenId = token.id;
    return tokenView(call, token, org, { lastUsed });
  },
  listClientSecrets: async (call) => {
    const { org, tokens, lastUsed, warnings } = await listOfKind(call.administration, call.parameters.org, "client");
    return { clientId: org.slug, secrets: tokens.map((one) => secretView(call, one, org, lastUsed)), warnings };
  },
  createClientSecret: async (call) => {
    const { org, token, secret, warnings } = await createClientSecret(
      call.administration,
      call.parameters.org,
      call.body,
    );
    call.ctx.logFields.tokenId = token.id;
    return {
      clientId: org.slug,
      clientSecret: secret,
      tokenEndpoint: `${call.tenantUrlOf(org.slug)}/oauth/token`,
      secret: secretView(call, token, org),
      warnings,
    };
  },
  revokeClientSecret: async (call) => {
    const { org: slug, tokenId } = call.parameters;
    const { token, org, lastUsed } = await revokeToken(call.administration, slug, tokenId, "client");
    call.ctx.logFields.tokenId = token.id;
    return secretView(call, token, org, lastUsed);
  },
  reportTokens: async ({ administration: { settings, now }, query }) => {
    const report = await reportTokens(settings, now, ORGS_PER_REPORT, query.after);
    return {
      ...report,
      daysToExpiry: report.daysToExpiry ?? null,
      daysSinceUse: report.daysSinceUse ?? null,
      next: report.next ?? null,
    };
  },
};

async function shownOnce(call: Called<TokenMeans>, making: ReturnType<typeof generateToken>) {
  const made = await making;
  call.ctx.logFields.tokenId = made.token.id;
  return newTokenView(call, made);
}
