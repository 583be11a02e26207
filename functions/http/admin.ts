import middy from "@middy/core";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import type { Administration } from "../provisioning/changeOrg.ts";
import { SettingsStore } from "../store/settings.ts";
import { ADMIN_LIFE_ROUTES } from "./adminLifeRoutes.ts";
import { adminRenderer } from "./adminRendering.ts";
import { type AdminRoute, ORG_ROUTES } from "./adminRoutes.ts";
import { type Answer, proxyResult } from "./answer.ts";
import type { Endpoint, GatewayHandler } from "./endpoint.ts";
import { type Exchange, openExchange } from "./exchange.ts";
import { guarded } from "./guarded.ts";
import { renderError } from "./renderError.ts";
import { requestLog } from "./requestLog.ts";
import { orgNamed, plainJson, routeOf, signerOf } from "./signedApi.ts";

const ROOT = "/admin/v1/";

export const ADMIN_ROUTES: readonly AdminRoute[] = [...ADMIN_LIFE_ROUTES, ...ORG_ROUTES];

interface AdminExchange extends Exchange {
  /** The AWS principal whose signature API Gateway verified. */
  readonly userArn: string | undefined;
  tenantUrlOf(slug: string): string;
}

/** The Lambda handler of `/admin/v1/`: organizations and their tokens, and a view of their users and teams. */
export function adminHandler(endpoint: Endpoint): GatewayHandler {
  const rims = [requestLog(endpoint, "admin.request"), plainJson(), renderError()];
  const handler = middy<AdminExchange, APIGatewayProxyResult>()
    .use(rims)
    .handler(async (exchange: AdminExchange) => proxyResult(exchange, await answer(exchange)));
  return guarded(endpoint, {
    rims,
    open: (event, context) => openAdminExchange(openExchange(endpoint, event, context), event),
    handle: async (exchange, context) => handler(exchange, context),
  });
}

async function answer(exchange: AdminExchange): Promise<Answer> {
  exchange.noted.op = "admin.none";
  const administration = admit(exchange);
  const { route, parameters } = routeOf(exchange, ROOT, ADMIN_ROUTES);
  exchange.noted.op = `admin.${route.operation}`;
  const org = await orgNamed(exchange, parameters.get("org") ?? "");
  return route.answer({
    exchange,
    administration,
    render: adminRenderer(exchange.tenantUrlOf, administration.now),
    parameter: (name) => (name === "org" ? org : (parameters.get(name) ?? "")),
  });
}

/** @throws ScimError 403, 400 for the actor's name */
function admit(exchange: AdminExchange): Administration {
  const { endpoint } = exchange;
  return {
    settings: new SettingsStore(exchange.store.database),
    directory: (orgId) => exchange.store.directory(orgId),
    now: exchange.started,
    randomBytes: (length) => endpoint.randomBytes(length),
    actor: signerOf(exchange, exchange.userArn),
    wait: (milliseconds) => endpoint.wait(milliseconds),
  };
}

function openAdminExchange(exchange: Exchange, event: APIGatewayProxyEvent): AdminExchange {
  const publicPath = event.requestContext?.path ?? exchange.path;
  // The stage is part of the address on the default domain: what precedes this API's root precedes that of SCIM too.
  const stage =
    exchange.endpoint.publicUrl === undefined ? publicPath.slice(0, Math.max(0, publicPath.indexOf(ROOT))) : "";
  const { origin, pathname } = new URL(exchange.baseOfAll);
  return {
    ...exchange,
    userArn: event.requestContext?.identity?.userArn ?? undefined,
    tenantUrlOf: (slug) => `${origin}${stage}${pathname}${slug}`,
  };
}
