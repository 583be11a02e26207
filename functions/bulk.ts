import { anyAddressHandler } from "./edge/anyAddress.ts";
import { endpointFromEnvironment } from "./runtime.ts";

export const handler = anyAddressHandler(endpointFromEnvironment());
