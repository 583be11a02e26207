import type { ClientCredentials } from "../provisioning/accessTokens.ts";
import type { QuirkMeanings, Quirks } from "../scim/quirks.ts";
import { type OAuthRefusal, oauthRefusal } from "./oauthErrors.ts";

export const GRANT_QUIRKS = {
  grantTypeInQuery: "grant_type came in the address instead of the body of the token request",
} as const satisfies QuirkMeanings;

export interface TokenRequest extends ClientCredentials {
  readonly outcome: "read";
  /** As the client wrote it: nothing depends on it. */
  readonly scope: string | undefined;
}

export interface RawTokenRequest {
  readonly contentType: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
  query(name: string): string | undefined;
}

const PARAMETERS = ["grant_type", "client_id", "client_secret", "scope"] as const;
type Parameter = (typeof PARAMETERS)[number];

/** RFC 6749 section 3.3. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/;
const LONGEST_SCOPE = 1_000;

/**
 * RFC 6749 sections 2.3.1 and 4.4.2: a form, the client's secret in it or in the header, never in the address. Some clients
 * send `?grant_type=client_credentials` with Basic and no body at all: that word is no secret, and it is taken from there.
 */
export function readTokenRequest(raw: RawTokenRequest, quirks: Quirks): TokenRequest | OAuthRefusal {
  const grantInQuery = raw.query("grant_type") || undefined;
  if (PARAMETERS.some((name) => name !== "grant_type" && raw.query(name) !== undefined)) {
    return oauthRefusal("invalid_request.address");
  }
  const type = raw.contentType?.split(";")[0]?.trim().toLowerCase();
  const isForm = type === "application/x-www-form-urlencoded";
  if (!isForm && (grantInQuery === undefined || raw.body !== "")) {
    return oauthRefusal("invalid_request.mediaType");
  }
  const form = new URLSearchParams(raw.body);
  if (grantInQuery !== undefined) {
    form.append("grant_type", grantInQuery);
    quirks.note<typeof GRANT_QUIRKS>("grantTypeInQuery");
  }
  if (PARAMETERS.some((name) => form.getAll(name).length > 1)) return oauthRefusal("invalid_request.repeated");
  // RFC 6749 section 3.2: a parameter without a value counts as left out.
  const given = (name: Parameter): string | undefined => form.get(name) || undefined;

  const grant = given("grant_type");
  if (grant === undefined) return oauthRefusal("invalid_request.grantMissing");
  if (grant !== "client_credentials") {
    return oauthRefusal("unsupported_grant_type.other");
  }
  const scope = given("scope");
  if (scope !== undefined && (scope.length > LONGEST_SCOPE || !SCOPE.test(scope))) {
    return oauthRefusal("invalid_scope.malformed");
  }
  const credentials = credentialsIn(raw.authorization, given("client_id"), given("client_secret"));
  return "outcome" in credentials ? credentials : { outcome: "read", ...credentials, scope };
}

function credentialsIn(
  authorization: string | undefined,
  clientId: string | undefined,
  clientSecret: string | undefined,
): ClientCredentials | OAuthRefusal {
  if (authorization !== undefined) {
    if (clientSecret !== undefined) {
      return oauthRefusal("invalid_request.twice");
    }
    const basic = readBasic(authorization);
    if (basic === undefined) return oauthRefusal("invalid_client.unknown");
    if (clientId !== undefined && clientId !== basic.clientId) {
      return oauthRefusal("invalid_request.otherClient");
    }
    return basic;
  }
  if (clientId === undefined || clientSecret === undefined) return oauthRefusal("invalid_client.unknown");
  return { clientId, clientSecret };
}

/**
 * Both parts are form-encoded before they are joined (RFC 6749 section 2.3.1); ours hold nothing that this would change. One
 * spelling, as of a bearer token: one space, and base64 as RFC 4648 section 4 has it, with its padding.
 */
function readBasic(authorization: string): ClientCredentials | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(authorization)?.[1];
  if (encoded === undefined) return undefined;
  const decoded = Buffer.from(encoded, "base64");
  if (decoded.toString("base64") !== encoded) return undefined;
  const [, clientId, clientSecret] = /^([^:]+):(.+)$/s.exec(decoded.toString("utf8")) ?? [];
  return clientId === undefined || clientSecret === undefined ? undefined : { clientId, clientSecret };
}
