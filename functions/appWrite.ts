import { keyedDirectoryHandler } from "./http/signed/keyedDirectory.ts";
import { endpointFromEnvironment } from "./runtime.ts";

export const handler = keyedDirectoryHandler(endpointFromEnvironment());
