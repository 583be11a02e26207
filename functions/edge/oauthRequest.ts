import type { ClientCredentials } from "../provisioning/accessTokens.ts";
import type { Bent, QuirkMeanings } from "../scim/bent.ts";

export const GRANT_QUIRKS = {
  grantTypeInQuery: "grant_type came in the address instead of the body of the token request",
} as const satisfies QuirkMeanings;

/** The error codes of RFC 6749 section 5.2 that this endpoint uses, and two of section 4.1.2.1 for our own trouble. */
export type OAuthError =
  | "invalid_request"
  | "invalid_client"
  | "unauthorized_client"
  | "unsupported_grant_type"
  | "invalid_scope"
  | "temporarily_unavailable"
  | "server_error";

export interface OAuthRefusal {
  readonly outcome: "refused";
  readonly error: OAuthError;
  /** For the person who configures the client. */
  readonly description: string;
}

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
export function readTokenRequest(raw: RawTokenRequest, bent: Bent): TokenRequest | OAuthRefusal {
  const grantInQuery = raw.query("grant_type") || undefined;
  if (PARAMETERS.some((name) => name !== "grant_type" && raw.query(name) !== undefined)) {
    return invalid("Parameters go into the body of the request, never into its address, which is logged on the way.");
  }
  const type = raw.contentType?.split(";")[0]?.trim().toLowerCase();
  const isForm = type === "application/x-www-form-urlencoded";
  if (!isForm && (grantInQuery === undefined || raw.body !== "")) {
    return invalid("The request body must be a form: Content-Type application/x-www-form-urlencoded.");
  }
  const form = new URLSearchParams(raw.body);
  if (grantInQuery !== undefined) {
    form.append("grant_type", grantInQuery);
    bent.note<typeof GRANT_QUIRKS>("grantTypeInQuery");
  }
  if (PARAMETERS.some((name) => form.getAll(name).length > 1)) return invalid("A parameter is given more than once.");
  // RFC 6749 section 3.2: a parameter without a value counts as left out.
  const given = (name: Parameter): string | undefined => form.get(name) || undefined;

  const grant = given("grant_type");
  if (grant === undefined) return invalid("grant_type is missing: it is client_credentials.");
  if (grant !== "client_credentials") {
    return refused("unsupported_grant_type", "grant_type must be client_credentials: no other grant is offered.");
  }
  const scope = given("scope");
  if (scope !== undefined && (scope.length > LONGEST_SCOPE || !SCOPE.test(scope))) {
    return refused("invalid_scope", "scope is malformed. It may be left out: it changes nothing.");
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
      return invalid("The client authenticates twice: by the header and in the body. Use one of the two.");
    }
    const basic = readBasic(authorization);
    if (basic === undefined) return unknownClient();
    if (clientId !== undefined && clientId !== basic.clientId) {
      return invalid("client_id in the body is another one than in the header.");
    }
    return basic;
  }
  if (clientId === undefined || clientSecret === undefined) return unknownClient();
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

/** One text for every reason, so that a guess learns nothing. */
export function unknownClient(): OAuthRefusal {
  return refused(
    "invalid_client",
    "The client id or the client secret is missing, wrong or no longer valid. The client id is the login name of the organization in the Tenant URL; a lost secret cannot be shown again, an administrator can make another one.",
  );
}

export function refused(error: OAuthError, description: string): OAuthRefusal {
  return { outcome: "refused", error, description };
}

function invalid(description: string): OAuthRefusal {
  return refused("invalid_request", description);
}
