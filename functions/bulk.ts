import { anyAddressHandler } from "./http/anyAddress.ts";
import { RESOURCES } from "./provisioning/resources/registry.ts";
import { endpointFromEnvironment } from "./runtime.ts";

export const handler = anyAddressHandler(endpointFromEnvironment(), RESOURCES);
