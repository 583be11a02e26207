import type { AllowedAddresses } from "../../functions/bus/addresses.ts";
import { createFetchKeys, isKeysUrlOpen } from "../../functions/bus/fetchKeys.ts";
import { lookUpAddresses } from "../../functions/bus/resolveAddresses.ts";
import { IssuerKeys } from "../../functions/provisioning/assertions/issuerKeys.ts";
import { FEDERATION_HOSTS } from "../../functions/store/rules.ts";

/**
 * Issuer keys as on AWS, and of issuers on this machine, for developers.
 * @param allowed `public`: of no issuer on this machine
 */
export function localIssuerKeys(allowed: AllowedAddresses = "alsoLoopback"): IssuerKeys {
  const door = { allowed, hosts: FEDERATION_HOSTS, resolve: lookUpAddresses };
  return new IssuerKeys(createFetchKeys(door), (url) => isKeysUrlOpen(url, door));
}
