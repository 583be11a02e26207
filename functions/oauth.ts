import { oauthHandler } from "./http/oauth.ts";
import { endpointFromEnvironment } from "./runtime.ts";

export const handler = oauthHandler(endpointFromEnvironment());
