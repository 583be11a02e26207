import { directoryHandler } from "./edge/directory.ts";
import { endpointFromEnvironment } from "./runtime.ts";

export const handler = directoryHandler(endpointFromEnvironment());
