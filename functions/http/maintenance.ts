import middy from "@middy/core";
import type { APIGatewayProxyResult } from "aws-lambda";
import { getOrg } from "../provisioning/changeOrg.ts";
import { SettingsStore } from "../store/settings.ts";
import type { StoredType } from "../store/storedType.ts";
import { type Answer, proxyResult } from "./answer.ts";
import { dataRoutes } from "./dataRoutes.ts";
import type { Endpoint, GatewayHandler } from "./endpoint.ts";
import { type Exchange, openExchange } from "./exchange.ts";
import { guarded } from "./guarded.ts";
import { jobRoutes } from "./jobRoutes.ts";
import { inspectionRoutes, type MaintenanceRoute } from "./maintenanceRoutes.ts";
import { renderError } from "./renderError.ts";
import { requestLog } from "./requestLog.ts";
import { orgNamed, plainJson, routeOf, signerOf } from "./signedApi.ts";

const ROOT = "/admin/v1/";

/** Below `/admin/v1/`, all of them below `orgs/{org}/data/`, as adminOpenapi.json writes them. */
export function maintenanceRoutes(types: readonly StoredType[]): readonly MaintenanceRoute[] {
  return [...dataRoutes(types), ...jobRoutes(types), ...inspectionRoutes(types)];
}

interface MaintenanceExchange extends Exchange {
  /** The AWS principal whose signature API Gateway verified. */
  readonly userArn: string | undefined;
}

/**
 * The Lambda handler of `/admin/v1/orgs/{org}/data/`: what an operator does with all of an org's users and teams at once.
 * A function of its own beside that of administration, because it alone writes both sides, and it reads no token.
 */
export function maintenanceHandler(endpoint: Endpoint, types: readonly StoredType[]): GatewayHandler {
  const routes = maintenanceRoutes(types);
  const rims = [requestLog(endpoint, "maintenance.request"), plainJson(), renderError()];
  const handler = middy<MaintenanceExchange, APIGatewayProxyResult>()
    .use(rims)
    .handler(async (exchange: MaintenanceExchange) => proxyResult(exchange, await answer(exchange, routes)));
  return guarded(endpoint, {
    rims,
    open: (event, context) => ({
      ...openExchange(endpoint, event, context),
      userArn: event.requestContext?.identity?.userArn ?? undefined,
    }),
    handle: async (exchange, context) => handler(exchange, context),
  });
}

async function answer(exchange: MaintenanceExchange, routes: readonly MaintenanceRoute[]): Promise<Answer> {
  exchange.noted.op = "data.none";
  const actor = signerOf(exchange, exchange.userArn);
  const { route, parameters } = routeOf(exchange, ROOT, routes);
  exchange.noted.op = `data.${route.operation}`;
  const slug = await orgNamed(exchange, parameters.get("org") ?? "");
  return route.answer({
    exchange,
    actor,
    org: () => getOrg(new SettingsStore(exchange.store.database), slug),
    parameter: (name) => parameters.get(name) ?? "",
  });
}
