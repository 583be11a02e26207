import { issuerKeysFrom } from "./bus/fetchKeys.ts";
import { resolveAddresses } from "./bus/resolveAddresses.ts";
import { oauthHandler } from "./http/oauth.ts";
import { NOBODYS_SECRET } from "./http/warmUp.ts";
import { federationHosts, warmHandler } from "./runtime.ts";

const credentials = { grant_type: "client_credentials", client_id: "-", client_secret: NOBODYS_SECRET };

const issuerKeys = issuerKeysFrom({ allowed: "public", hosts: federationHosts(), resolve: resolveAddresses });

export const handler = await warmHandler((endpoint) => oauthHandler({ ...endpoint, issuerKeys }), {
  method: "POST",
  path: "/oauth/token",
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: String(new URLSearchParams(credentials)),
});
