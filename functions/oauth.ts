import { oauthHandler } from "./edge/oauth.ts";
import { endpointFromEnvironment } from "./runtime.ts";

export const handler = oauthHandler(endpointFromEnvironment());
