import type { OAuthError } from "../../../functions/edge/oauthRequest.ts";
import type { Remedy } from "./remedy.ts";

/** The client asked in a way that no repetition helps. */
function ask(happened: string): Remedy {
  return {
    happened,
    entra:
      "Provisioning › Admin Credentials: enter token endpoint, client identifier and client secret anew; `client create ORG` shows a new secret once.",
    okta: "Okta sends a bearer token: paste one under HTTP Header › Authorization.",
    elsewhere:
      "Send client_id, client_secret and grant_type=client_credentials as a form. `client create ORG` makes a secret.",
    again: "onceMended",
  };
}

const NOTHING = "Nothing has to be changed in the console.";

function ours(happened: string, elsewhere: string): Remedy {
  return { happened, entra: NOTHING, okta: NOTHING, elsewhere, again: "byItself" };
}

/** What to do about each refusal of the token endpoint, by the `error` of RFC 6749. `why` on the line says more. */
export const OAUTH_REMEDIES: Readonly<Record<OAuthError, Remedy>> = {
  invalid_request: ask("The request for an access token lacks something that OAuth 2.0 requires, or has it twice."),
  invalid_client: ask("The client identifier or client secret is wrong, or the secret is no longer valid."),
  unauthorized_client: ask("The organization may not provision at present."),
  unsupported_grant_type: ask("The client asked for another grant than client_credentials."),
  invalid_scope: ask("The client asked for a scope that is written in a way that no scope can be."),
  temporarily_unavailable: ours(
    "The service was busy when the access token was asked for.",
    "Send the request again after the seconds in Retry-After. If it lasts: runbook, Throttling.",
  ),
  server_error: ours(
    "Something in this service broke while an access token was made.",
    "That is a bug: cause on the line names its place in the code. Runbook, Gateway errors.",
  ),
};

/** @param error as the token endpoint names it */
export function oauthRemedy(error: string): Remedy | undefined {
  return Object.entries(OAUTH_REMEDIES).find(([name]) => name === error)?.[1];
}
