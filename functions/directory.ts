import { directoryHandler } from "./http/directory.ts";
import { endpointFromEnvironment } from "./runtime.ts";

export const handler = directoryHandler(endpointFromEnvironment());
