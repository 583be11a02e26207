import { directoryHandler } from "./http/signed/directory.ts";
import { endpointFromEnvironment } from "./runtime.ts";

export const handler = directoryHandler(endpointFromEnvironment());
