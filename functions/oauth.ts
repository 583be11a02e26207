import { oauthHandler } from "./http/oauth.ts";
import { NOBODYS_SECRET } from "./http/warmUp.ts";
import { warmHandler } from "./runtime.ts";

const credentials = { grant_type: "client_credentials", client_id: "-", client_secret: NOBODYS_SECRET };

export const handler = await warmHandler(oauthHandler, {
  method: "POST",
  path: "/oauth/token",
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: String(new URLSearchParams(credentials)),
});
