import type { Application } from "../../provisioning/application.ts";
import { getOrg } from "../../provisioning/changeOrg.ts";
import { assertNotHalfImported } from "../../provisioning/importOrg.ts";
import { OperatorError } from "../../provisioning/operatorError.ts";
import { readImportState } from "../../store/import.ts";
import type { Endpoint, GatewayHandler } from "../endpoint.ts";
import { directoryRoutes } from "../generated/directory.js";
import { applicationFrom } from "./applicationFrom.ts";
import { byKey } from "./byKey.ts";
import type { APPLICATION_OPERATIONS } from "./declarations/apis.ts";
import { type DirectoryMeans, directoryHandlers } from "./directoryHandlers.ts";
import { type EventMeans, eventHandlers } from "./eventHandlers.ts";
import { roleHandlers } from "./roleHandlers.ts";
import {
  type Caller,
  callHandler,
  operationsOf,
  type SignedApi,
  type SignedContext,
  signedHandler,
} from "./signedHandler.ts";
import { tenantUrlOf } from "./views.ts";

/** The Lambda handler of `/directory/v1/`: an org's users and teams for the application, both sides, and the sign-in gate. */
export function directoryHandler(endpoint: Endpoint): GatewayHandler {
  return signedHandler(endpoint, directoryApi("/directory/v1/"));
}

/** @param root the beginning of all its paths */
function directoryApi(root: string): SignedApi<DirectoryMeans & EventMeans> {
  return {
    root,
    type: "directory.request",
    group: "directory",
    operations: operationsOf<DirectoryMeans & EventMeans, typeof APPLICATION_OPERATIONS>(directoryRoutes, {
      ...directoryHandlers,
      ...eventHandlers,
      ...roleHandlers,
    }),
    means: (ctx, caller, slug) => ({
      application: () => applicationFor(ctx, slug, caller),
      settings: caller.settings,
    }),
  };
}

/** @throws ScimError 404, 503 during an import, 409 for a change of an org that is scheduled for deletion: what a purge removes must not come back */
async function applicationFor(
  ctx: SignedContext,
  slug: string,
  { actor, mayTidy, settings }: Caller,
): Promise<Application> {
  const { store } = ctx;
  const org = await getOrg(settings, slug);
  if (org.deletion !== undefined && ctx.method !== "GET") {
    throw OperatorError.conflict("deletionScheduled");
  }
  // Only a paused org can have an import, so other requests need no read.
  if (org.paused !== undefined) assertNotHalfImported(await readImportState(store.view(org.id, "managed")));
  return applicationFrom(ctx, org, { base: tenantUrlOf(ctx, org.slug), mayTidy, actor });
}

/** The catalogue of roles belongs to the application and is the same for every org. A key of one org may read it. */
const ROLES: readonly string[] = [directoryRoutes.listRoles.path, directoryRoutes.getRole.path];

/**
 * The Lambda handler of `/app/v1/`: the directory API for application keys. Two functions run it, one with read rights only.
 * The route's method selects the function.
 */
export function keyedDirectoryHandler(endpoint: Endpoint): GatewayHandler {
  return callHandler(
    endpoint,
    directoryApi("/app/v1/"),
    byKey({
      scopeOf: ({ method }) => (method === "GET" ? "directory.read" : "directory.write"),
      isCommon: ({ method, path }) => method === "GET" && ROLES.includes(path),
    }),
  );
}
