import type { ClientCredentials } from "../provisioning/accessTokens.ts";
import type { AssertedClient } from "../provisioning/assertions/grantByAssertion.ts";
import type { QuirkMeanings, Quirks } from "../scim/quirks.ts";
import { type OAuthRefusal, oauthRefusal } from "./oauthErrors.ts";

export const GRANT_QUIRKS = {
  grantTypeInQuery: "grant_type came in the address instead of the body of the token request",
} as const satisfies QuirkMeanings;

/** How a client authenticates. */
type Client =
  | ({ readonly by: "secret" } & ClientCredentials)
  /** RFC 7521 section 4.2. */
  | ({ readonly by: "assertion" } & AssertedClient);

export interface TokenRequest {
  readonly outcome: "read";
  readonly client: Client;
  /** The client's own text: nothing depends on it. */
  readonly scope: string | undefined;
}

interface RawTokenRequest {
  readonly contentType: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
  readonly query: ReadonlyMap<string, string>;
}

const PARAMETERS = [
  "grant_type",
  "client_id",
  "client_secret",
  "client_assertion",
  "client_assertion_type",
  "scope",
] as const;
type Parameter = (typeof PARAMETERS)[number];

/** RFC 7523 section 2.2. */
const JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** RFC 6749 section 3.3. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/;
const LONGEST_SCOPE = 1_000;

/**
 * Reads a form (RFC 6749 sections 2.3.1 and 4.4.2). The client's secret is in the form or the header, an assertion in the
 * form, never in the address. Unknown parameters are ignored: Entra's gallery test sends `baseAddress`. Some clients send
 * `?grant_type=client_credentials` with Basic and no body: that value is no secret, so the address may hold it.
 */
export function readTokenRequest(raw: RawTokenRequest, quirks: Quirks): TokenRequest | OAuthRefusal {
  const grantInQuery = raw.query.get("grant_type") || undefined;
  if (PARAMETERS.some((name) => name !== "grant_type" && raw.query.has(name))) {
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
  const client = clientIn(raw.authorization, given);
  return "outcome" in client ? client : { outcome: "read", client, scope };
}

function clientIn(
  authorization: string | undefined,
  given: (name: Parameter) => string | undefined,
): Client | OAuthRefusal {
  const [clientId, clientSecret] = [given("client_id"), given("client_secret")];
  const [assertion, type] = [given("client_assertion"), given("client_assertion_type")];
  const ways = [authorization, clientSecret, assertion ?? type].filter((way) => way !== undefined);
  if (ways.length > 1) return oauthRefusal("invalid_request.twice");
  if (assertion || type) {
    if (type !== JWT_BEARER) return oauthRefusal("invalid_request.assertionType", JWT_BEARER);
    if (assertion === undefined) return oauthRefusal("invalid_request.assertionMissing");
    return { by: "assertion", assertion, clientId };
  }
  if (authorization !== undefined) {
    const basic = readBasic(authorization);
    if (basic === undefined) return oauthRefusal("invalid_client.unknown");
    if (clientId !== undefined && clientId !== basic.clientId) {
      return oauthRefusal("invalid_request.otherClient");
    }
    return { by: "secret", ...basic };
  }
  if (!clientId || !clientSecret) return oauthRefusal("invalid_client.unknown");
  return { by: "secret", clientId, clientSecret };
}

/**
 * RFC 6749 section 2.3.1: both parts are form-encoded before they are joined. In our ids and secrets, encoders change nothing
 * or (`oauth4webapi`) all hyphens and underscores. The firewall counts by the header, so one client may have only one spelling
 * per encoder: one space, padded base64 (RFC 4648 section 4), and these two characters all encoded or none.
 */
function readBasic(authorization: string): ClientCredentials | undefined {
  const [, encoded = ""] = /^Basic (.+)$/i.exec(authorization) ?? [];
  const decoded = Buffer.from(encoded, "base64");
  // Any other spelling of the base64 encodes to a different text.
  if (decoded.toString("base64") !== encoded) return undefined;
  const text = decoded.toString();
  const plain = /[-_]/.test(text) ? text : text.replaceAll("%2D", "-").replaceAll("%5F", "_");
  const [, clientId, clientSecret] = /^([^:]+):(.+)$/s.exec(plain) ?? [];
  return clientId && clientSecret ? { clientId, clientSecret } : undefined;
}
