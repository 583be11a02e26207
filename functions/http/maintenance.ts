import middy from "@middy/core";
import type { APIGatewayProxyResult } from "aws-lambda";
import { getOrg } from "../provisioning/changeOrg.ts";
import { HELD_TYPES } from "../provisioning/exportFile.ts";
import { SettingsStore } from "../store/settings.ts";
import { type Answer, proxyResult } from "./answer.ts";
import { dataRoutes } from "./dataRoutes.ts";
import type { Endpoint, GatewayHandler } from "./endpoint.ts";
import { guarded } from "./guarded.ts";
import { jobRoutes } from "./jobRoutes.ts";
import { inspectionRoutes, type MaintenanceRoute } from "./maintenanceRoutes.ts";
import { renderError } from "./renderError.ts";
import { openRequest, type RequestContext } from "./requestContext.ts";
import { requestLog } from "./requestLog.ts";
import { orgNamed, plainJson, routeOf, signerOf } from "./signedApi.ts";

const ROOT = "/admin/v1/";

/** Below `/admin/v1/`, all of them below `orgs/{org}/data/`, as adminOpenapi.json writes them. */
export function maintenanceRoutes(types = HELD_TYPES): readonly MaintenanceRoute[] {
  return [...dataRoutes(types), ...jobRoutes(types), ...inspectionRoutes(types)];
}

interface MaintenanceContext extends RequestContext {
  /** The AWS principal whose signature API Gateway verified. */
  readonly userArn: string | undefined;
}

/**
 * The Lambda handler of `/admin/v1/orgs/{org}/data/`: what an operator does with all of an org's users and teams at once.
 * A function of its own beside that of administration, because it alone writes both sides, and it reads no token.
 */
export function maintenanceHandler(endpoint: Endpoint, types = HELD_TYPES): GatewayHandler {
  const routes = maintenanceRoutes(types);
  const rims = [requestLog(endpoint, "maintenance.request"), plainJson(), renderError()];
  const handler = middy<MaintenanceContext, APIGatewayProxyResult>()
    .use(rims)
    .handler(async (ctx: MaintenanceContext) => proxyResult(ctx, await answer(ctx, routes)));
  return guarded(endpoint, {
    rims,
    open: (event, context) => ({
      ...openRequest(endpoint, event, context),
      userArn: event.requestContext?.identity?.userArn ?? undefined,
    }),
    handle: async (ctx, context) => handler(ctx, context),
  });
}

async function answer(ctx: MaintenanceContext, routes: readonly MaintenanceRoute[]): Promise<Answer> {
  ctx.logFields.op = "data.none";
  const actor = signerOf(ctx, ctx.userArn);
  const { route, parameters } = routeOf(ctx, ROOT, routes);
  ctx.logFields.op = `data.${route.operation}`;
  const slug = await orgNamed(ctx, parameters.get("org") ?? "");
  return route.answer({
    ctx,
    actor,
    org: () => getOrg(new SettingsStore(ctx.store.database), slug),
    parameter: (name) => parameters.get(name) ?? "",
  });
}
