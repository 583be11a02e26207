import { createFetchKeys, isKeysUrlOpen } from "./bus/fetchKeys.ts";
import { resolveAddresses } from "./bus/resolveAddresses.ts";
import { oauthHandler } from "./http/oauth.ts";
import { NOBODYS_SECRET } from "./http/warmUp.ts";
import { IssuerKeys } from "./provisioning/assertions/issuerKeys.ts";
import { federationHosts, warmHandler } from "./runtime.ts";

const credentials = { grant_type: "client_credentials", client_id: "-", client_secret: NOBODYS_SECRET };

const addressRules = { allowed: "public", hosts: federationHosts(), resolve: resolveAddresses } as const;
const issuerKeys = new IssuerKeys(createFetchKeys(addressRules), (url) => isKeysUrlOpen(url, addressRules));

export const handler = await warmHandler((endpoint) => oauthHandler({ ...endpoint, issuerKeys }), {
  method: "POST",
  path: "/oauth/token",
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: String(new URLSearchParams(credentials)),
});
