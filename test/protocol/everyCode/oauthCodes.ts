import type { OAuthError } from "../../../functions/edge/oauthRequest.ts";
import { StoreBusy } from "../../../functions/store/ports.ts";
import type { Row } from "./stage.ts";

/** By `error` of RFC 6749: a request for an access token that is refused with it. */
export const OAUTH_CODES: Readonly<Record<`oauth.${OAuthError}`, Row>> = {
  "oauth.invalid_request": (s) => s.grant({ grant_type: "", client_secret: "guessed" }),
  "oauth.invalid_client": (s) => s.grant({ client_secret: "guessed" }),
  "oauth.unauthorized_client": async (s) => {
    const { secret } = await s.client();
    await s.did("POST", "/pause", { reason: "merger" });
    return s.grant({ client_secret: secret });
  },
  "oauth.unsupported_grant_type": (s) => s.grant({ grant_type: "password", client_secret: "guessed" }),
  "oauth.invalid_scope": (s) => s.grant({ scope: "\u00e4", client_secret: "guessed" }),
  "oauth.temporarily_unavailable": async (s) => {
    const { secret } = await s.client();
    s.failToOpen(() => new StoreBusy("throttled"));
    return s.grant({ client_secret: secret });
  },
  "oauth.server_error": async (s) => {
    const { secret } = await s.client();
    s.failToOpen(() => new Error("a defect"));
    return s.grant({ client_secret: secret });
  },
};

/** RFC 6749 section 5.2; the last two are ours, for what that section has no word for. */
export const OAUTH_STATUS: Readonly<Record<`oauth.${OAuthError}`, number>> = {
  "oauth.invalid_request": 400,
  "oauth.invalid_client": 401,
  "oauth.unauthorized_client": 400,
  "oauth.unsupported_grant_type": 400,
  "oauth.invalid_scope": 400,
  "oauth.temporarily_unavailable": 503,
  "oauth.server_error": 500,
};
