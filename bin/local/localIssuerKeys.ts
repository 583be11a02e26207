import { createFetchKeys } from "../../functions/bus/fetchKeys.ts";
import { lookUpAddresses } from "../../functions/bus/resolveAddresses.ts";
import { IssuerKeys } from "../../functions/provisioning/assertions/issuerKeys.ts";
import { FEDERATION_HOSTS } from "../../functions/store/federationHosts.ts";

/** Keys of issuers as on AWS, and of those on this machine: a developer's own stands there. */
export function localIssuerKeys(): IssuerKeys {
  return new IssuerKeys(
    createFetchKeys({ allowed: "alsoLoopback", hosts: FEDERATION_HOSTS, resolve: lookUpAddresses }),
  );
}
