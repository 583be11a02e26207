import { CLIENT_SECRET, filled, grant, type Help, nothing, type ValuesIn } from "../scim/errors/family.ts";

/** Error codes of RFC 6749 section 5.2, and for faults of ours two codes of section 4.1.2.1, each with its status. */
export const OAUTH_STATUS = {
  invalid_request: 400,
  invalid_client: 401,
  unauthorized_client: 400,
  unsupported_grant_type: 400,
  invalid_scope: 400,
  temporarily_unavailable: 503,
  server_error: 500,
} as const;

export type OAuthError = keyof typeof OAUTH_STATUS;
/** The code on the log line. */
export type OAuthCode = `oauth.${OAuthError}`;

/** Texts for the person who configures the client, by error and case. Other descriptions come from the error that caused them. */
const TEXTS = {
  "invalid_request.method": "This endpoint takes POST only.",
  "invalid_request.length": "The form has {#bytes} bytes, more than the allowed {#most}: send only the parameters.",
  "invalid_request.address":
    "Parameters go into the body of the request, never into its address, which is logged on the way.",
  "invalid_request.mediaType": "The request body must be a form: Content-Type application/x-www-form-urlencoded.",
  "invalid_request.repeated": "A parameter is given more than once.",
  "invalid_request.grantMissing": "grant_type is missing: it is client_credentials.",
  "invalid_request.twice":
    "The client authenticates in several ways: by the header, by client_secret, by client_assertion. Use one of them.",
  "invalid_request.assertionType": "client_assertion_type must be {type}.",
  "invalid_request.assertionMissing": "client_assertion is missing: it is the signed token of the client.",
  "invalid_request.otherClient": "client_id in the body differs from the one in the header.",
  // One text for every reason: a guess shall reveal nothing.
  "invalid_client.unknown":
    "The client id or the client secret is missing, wrong or no longer valid. The client id is the login name of the organization in the Tenant URL; a lost secret cannot be shown again, an administrator can make another one.",
  "invalid_client.assertion":
    "The client assertion is not accepted. Its issuer, subject, audience and tenant must be those of a trust of this organization. A key of that issuer must sign it with RS256 or ES256, and it must not have expired. The administrator of the organization sees its trusts; the log line of this reference says which check failed.",
  "temporarily_unavailable.keys": "The keys of the assertion's issuer cannot be fetched now. Try later.",
  "unsupported_grant_type.other": "grant_type must be client_credentials: no other grant is offered.",
  "invalid_scope.malformed": "scope is malformed. It may be left out: it changes nothing.",
} as const satisfies { readonly [name: `${OAuthError}.${string}`]: string };

export interface OAuthRefusal {
  readonly outcome: "refused";
  readonly error: OAuthError;
  /** For the person who configures the client. */
  readonly description: string;
}

export function oauthRefusal<C extends keyof typeof TEXTS>(
  code: C,
  ...values: ValuesIn<(typeof TEXTS)[C]>
): OAuthRefusal {
  // `satisfies` at TEXTS ensures that each name begins with an error.
  return refusedWith(code.split(".")[0] as OAuthError, filled(TEXTS[code], values));
}

export function refusedWith(error: OAuthError, description: string): OAuthRefusal {
  return { outcome: "refused", error, description };
}

/** The field `why` on the line says more. */
export const OAUTH_HELP = (): Help<OAuthCode> => ({
  "oauth.invalid_request": grant(
    "The request for an access token lacks a parameter that OAuth 2.0 requires, or has one twice.",
    { example: ["POST", "oauth/token", { grant_type: "", client_secret: "guessed" }] },
  ),
  "oauth.invalid_client": grant("The client identifier or client secret is wrong, or the secret is no longer valid.", {
    example: ["POST", "oauth/token", { client_secret: "guessed" }],
  }),
  "oauth.unauthorized_client": {
    happened: "The organization may not provision at present, or no longer takes client secrets: the error says why.",
    entra:
      "Change nothing in the console, unless the error names another way to authenticate: then choose that way. After a longer time Entra ID may have put the job in quarantine: then Restart provisioning.",
    okta: "Change nothing in the console: another client asks for access tokens.",
    elsewhere:
      "Send the request again once the reason is gone: `org show ORG` shows the organization's state and rules.",
    after: [CLIENT_SECRET, ["POST", "/admin/v1/orgs/{org}/pause", { reason: "merger" }]],
    example: ["POST", "oauth/token", { client_secret: "{clientSecret}" }],
  },
  "oauth.unsupported_grant_type": grant("The client asked for a grant that is not client_credentials.", {
    example: ["POST", "oauth/token", { grant_type: "password", client_secret: "guessed" }],
  }),
  "oauth.invalid_scope": grant("The client asked for a malformed scope.", {
    example: ["POST", "oauth/token", { scope: "\u00e4", client_secret: "guessed" }],
  }),
  "oauth.temporarily_unavailable": nothing(
    "The service was too busy to make the access token.",
    "Send the request again after the seconds in Retry-After. If it lasts: runbook, Throttling.",
    {
      after: [CLIENT_SECRET, "openingThrottled"],
      example: ["POST", "oauth/token", { client_secret: "{clientSecret}" }],
    },
  ),
  "oauth.server_error": nothing(
    "Rollcall failed while it made an access token.",
    "This is a bug: the log line's cause names the place in the code. Runbook, Gateway errors.",
    { after: [CLIENT_SECRET, "openingDefect"], example: ["POST", "oauth/token", { client_secret: "{clientSecret}" }] },
  ),
});
