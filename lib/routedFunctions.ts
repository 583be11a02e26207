import type { Construct } from "constructs";
import type { RoutedFunction } from "../functions/routes.ts";
import type { Config } from "./config.ts";
import { ScimFunction, type ScimFunctionProps } from "./scimFunction.ts";

/** The functions with routes, those of the settings' options included, and what all functions learn from their environment. */

type CommonProps = Omit<ScimFunctionProps, "name" | "timeout">;

export function routedFunctions(scope: Construct, common: CommonProps) {
  const { applicationKeys, federationHosts, portal } = common.config;
  const ofRemovals = removalsEnvironment(common.config);
  // For the portal, and the functions that make its sessions.
  const ofPortal: Readonly<Record<string, string>> = portal === undefined ? {} : { PORTAL: JSON.stringify(portal) };
  // Issuers that may be trusted: checked when a trust is made, and again when the issuer's keys are fetched.
  const ofFederation = { FEDERATION_HOSTS: federationHosts.join(",") };
  const routed = (name: RoutedFunction, more: Readonly<Record<string, string>> = {}) =>
    new ScimFunction(scope, name, { ...common, name, environment: { ...common.environment, ...more } });
  return {
    users: routed("users", ofRemovals),
    groups: routed("groups", ofRemovals),
    bulk: routed("bulk", ofRemovals),
    search: routed("search"),
    oauth: routed("oauth", ofFederation),
    discovery: routed("discovery"),
    admin: routed("admin", { ...ofPortal, ...ofFederation }),
    maintenance: routed("maintenance"),
    directory: routed("directory"),
    ...(applicationKeys && {
      appRead: routed("appRead"),
      appWrite: routed("appWrite"),
      appAdmin: routed("appAdmin", { ...ofPortal, ...ofFederation }),
    }),
    ...(portal !== undefined && {
      portal: routed("portal", ofPortal),
      portalAdmin: routed("portalAdmin", ofPortal),
    }),
  };
}

/** @param publicUrl origin of what identity providers call; undefined: the API's own */
export function commonEnvironment(
  { adoption, events, requestBudget, roles, stage }: Config,
  publicUrl: string | undefined,
): Readonly<Record<string, string>> {
  return {
    STAGE: stage,
    REQUEST_BUDGET: requestBudget === undefined ? "off" : `${requestBudget.rate}/${requestBudget.burst}`,
    EVENT_LOG: `${events.retentionDays}/${events.values ? "values" : "none"}`,
    ...(publicUrl !== undefined && { PUBLIC_URL: publicUrl }),
    ...(adoption && { ADOPTION: "on" }),
    ...(roles && { ROLES: "on" }),
  };
}

/** For the functions that remove on behalf of identity providers, and the one that counts. */
export function removalsEnvironment({ massChange }: Config): Readonly<Record<string, string>> {
  return { MASS_CHANGE: `${massChange.percent}/${massChange.atLeast}` };
}
