import middy from "@middy/core";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import type { Administration } from "../provisioning/changeOrg.ts";
import { SettingsStore } from "../store/settings.ts";
import { ADMIN_LIFE_ROUTES } from "./adminLifeRoutes.ts";
import { adminRenderer } from "./adminRendering.ts";
import { type AdminRoute, ORG_ROUTES } from "./adminRoutes.ts";
import { type Answer, proxyResult } from "./answer.ts";
import type { Endpoint, GatewayHandler } from "./endpoint.ts";
import { guarded } from "./guarded.ts";
import { renderError } from "./renderError.ts";
import { openRequest, type RequestContext } from "./requestContext.ts";
import { requestLog } from "./requestLog.ts";
import { orgNamed, plainJson, routeOf, signerOf } from "./signedApi.ts";

const ROOT = "/admin/v1/";

export const ADMIN_ROUTES: readonly AdminRoute[] = [...ADMIN_LIFE_ROUTES, ...ORG_ROUTES];

interface AdminContext extends RequestContext {
  /** The AWS principal whose signature API Gateway verified. */
  readonly userArn: string | undefined;
  tenantUrlOf(slug: string): string;
}

/** The Lambda handler of `/admin/v1/`: organizations and their tokens, and a view of their users and teams. */
export function adminHandler(endpoint: Endpoint): GatewayHandler {
  const rims = [requestLog(endpoint, "admin.request"), plainJson(), renderError()];
  const handler = middy<AdminContext, APIGatewayProxyResult>()
    .use(rims)
    .handler(async (ctx: AdminContext) => proxyResult(ctx, await answer(ctx)));
  return guarded(endpoint, {
    rims,
    open: (event, context) => openAdminRequest(openRequest(endpoint, event, context), event),
    handle: async (ctx, context) => handler(ctx, context),
  });
}

async function answer(ctx: AdminContext): Promise<Answer> {
  ctx.logFields.op = "admin.none";
  const administration = admit(ctx);
  const { route, parameters } = routeOf(ctx, ROOT, ADMIN_ROUTES);
  ctx.logFields.op = `admin.${route.operation}`;
  const org = await orgNamed(ctx, parameters.get("org") ?? "");
  return route.answer({
    ctx,
    administration,
    render: adminRenderer(ctx.tenantUrlOf, administration.now),
    parameter: (name) => (name === "org" ? org : (parameters.get(name) ?? "")),
  });
}

/** @throws ScimError 403, 400 for the actor's name */
function admit(ctx: AdminContext): Administration {
  const { endpoint } = ctx;
  return {
    settings: new SettingsStore(ctx.store.database),
    directory: (orgId) => ctx.store.directory(orgId),
    now: ctx.started,
    randomBytes: (length) => endpoint.randomBytes(length),
    actor: signerOf(ctx, ctx.userArn),
    wait: (milliseconds) => endpoint.wait(milliseconds),
  };
}

function openAdminRequest(ctx: RequestContext, event: APIGatewayProxyEvent): AdminContext {
  const publicPath = event.requestContext?.path ?? ctx.path;
  // The stage is part of the address on the default domain: what precedes this API's root precedes that of SCIM too.
  const stage = ctx.endpoint.publicUrl === undefined ? publicPath.slice(0, Math.max(0, publicPath.indexOf(ROOT))) : "";
  const { origin, pathname } = new URL(ctx.baseOfAll);
  return {
    ...ctx,
    userArn: event.requestContext?.identity?.userArn ?? undefined,
    tenantUrlOf: (slug) => `${origin}${stage}${pathname}${slug}`,
  };
}
