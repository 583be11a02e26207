import { setTimeout as wait } from "node:timers/promises";
import { resolveTxt } from "../../functions/bus/resolveTxt.ts";
import { discoveryHandler } from "../../functions/http/discovery.ts";
import type { GatewayHandler } from "../../functions/http/endpoint.ts";
import { searchHandler } from "../../functions/http/list.ts";
import { loggedGuard, type MassChangeWatch, massChangeWatch } from "../../functions/http/massChangeWatch.ts";
import type { PortalEndpoint } from "../../functions/http/portal/portalMeans.ts";
import { resourceHandler } from "../../functions/http/resource.ts";
import type { AdminEndpoint } from "../../functions/http/signed/admin.ts";
import { MASS_CHANGE_LIMITS } from "../../functions/provisioning/massChange.ts";
import { GROUPS } from "../../functions/provisioning/resources/groupActions.ts";
import { RESOURCES } from "../../functions/provisioning/resources/registry.ts";
import { USERS } from "../../functions/provisioning/resources/userActions.ts";
import { RemovalCountStore } from "../../functions/store/removalCounts.ts";
import { FEDERATION_HOSTS } from "../../functions/store/rules.ts";
import { version } from "../installation.ts";
import type { OpenStore } from "./storePort.ts";

type LocalEndpoint = AdminEndpoint & PortalEndpoint;

type Means = Pick<
  LocalEndpoint,
  | "log"
  | "longPoll"
  | "sweepLater"
  | "wakeRoles"
  | "now"
  | "randomBytes"
  | "webhooks"
  | "publicUrl"
  | "budget"
  | "portal"
>;

/** The handlers that are Lambda functions on AWS, by name. */
export function functionsOver(opened: OpenStore, means: Means) {
  const endpoint: LocalEndpoint = {
    store: opened.store,
    wait: (milliseconds) => wait(milliseconds),
    version: version(),
    ...means,
    resolveTxt,
    tidy: () => opened.clean(),
    adoption: true,
    roles: true,
    guard: loggedGuard({ now: means.now, log: means.log, version: version() }, MASS_CHANGE_LIMITS),
  };
  const keyedDirectory = loadedLater(async () => {
    const { keyedDirectoryHandler } = await import("../../functions/http/signed/directory.ts");
    return keyedDirectoryHandler(endpoint);
  });
  return {
    users: resourceHandler(endpoint, USERS),
    groups: resourceHandler(endpoint, GROUPS),
    bulk: loadedLater(async () => {
      const { anyAddressHandler } = await import("../../functions/http/anyAddress.ts");
      return anyAddressHandler(endpoint, RESOURCES);
    }),
    search: searchHandler(endpoint, RESOURCES),
    oauth: loadedLater(async () => {
      const [{ oauthHandler }, { issuerKeysFrom }, { lookUpAddresses: resolve }] = await Promise.all([
        import("../../functions/http/oauth.ts"),
        import("../../functions/bus/fetchKeys.ts"),
        import("../../functions/bus/resolveAddresses.ts"),
      ]);
      // Also of issuers on this machine, for developers.
      const issuerKeys = issuerKeysFrom({ allowed: "alsoLoopback", hosts: FEDERATION_HOSTS, resolve });
      return oauthHandler({ ...endpoint, issuerKeys });
    }),
    discovery: discoveryHandler(
      endpoint,
      RESOURCES.map(({ type }) => type),
    ),
    admin: loadedLater(async () => (await import("../../functions/http/signed/admin.ts")).adminHandler(endpoint)),
    maintenance: loadedLater(async () => {
      const { maintenanceHandler } = await import("../../functions/http/signed/maintenance.ts");
      return maintenanceHandler(endpoint);
    }),
    directory: loadedLater(async () => {
      const { directoryHandler } = await import("../../functions/http/signed/directory.ts");
      return directoryHandler(endpoint);
    }),
    appRead: keyedDirectory,
    appWrite: keyedDirectory,
    appAdmin: loadedLater(async () => {
      const { keyedAdminHandler } = await import("../../functions/http/signed/keyedAdmin.ts");
      return keyedAdminHandler(endpoint);
    }),
    portal: loadedLater(async () => {
      const { portalHandler } = await import("../../functions/http/portal/portal.ts");
      return portalHandler(endpoint);
    }),
    portalAdmin: loadedLater(async () => {
      const { portalAdminHandler } = await import("../../functions/http/portal/portalAdmin.ts");
      return portalAdminHandler(endpoint);
    }),
  };
}

/** Keeps rarely used code out of the start and the memory. @returns a function that its first request loads */
function loadedLater(load: () => Promise<GatewayHandler>): GatewayHandler {
  let handler: Promise<GatewayHandler> | undefined;
  return async (event, context) => {
    handler ??= load().catch((error: unknown) => {
      // The next request tries again: a process may lack file descriptors or memory for a moment.
      handler = undefined;
      throw error;
    });
    return (await handler)(event, context);
  };
}

/** Counts the removals of all orgs, for the worker that follows the changes: on AWS that is the events function. */
export function watchOver({ table }: OpenStore, { now, log }: Pick<Means, "now" | "log">): MassChangeWatch {
  const counts = new RemovalCountStore({ table, now, random: Math.random, wait: (ms) => wait(ms) });
  return massChangeWatch({ counts, limits: MASS_CHANGE_LIMITS, now, log, version: version() });
}
