import middy from "@middy/core";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { actorOf, principalOf } from "../provisioning/actor.ts";
import type { Administration } from "../provisioning/changeOrg.ts";
import { isSlug } from "../provisioning/orgSettings.ts";
import { ScimError } from "../scim/error.ts";
import { adminRenderer } from "./adminRendering.ts";
import { ADMIN_ROUTES, type AdminRoute } from "./adminRoutes.ts";
import { type Answer, proxyResult } from "./answer.ts";
import type { Endpoint, GatewayHandler } from "./endpoint.ts";
import { type Exchange, openExchange } from "./exchange.ts";
import { renderError } from "./renderError.ts";
import { requestLog } from "./requestLog.ts";

const ROOT = "/admin/v1/";

interface AdminExchange extends Exchange {
  /** The AWS principal whose signature API Gateway verified. */
  readonly userArn: string | undefined;
  tenantUrlOf(slug: string): string;
}

/** The Lambda handler of `/admin/v1/`: organizations and their tokens, and a view of their users and teams. */
export function adminHandler(endpoint: Endpoint): GatewayHandler {
  const handler = middy<AdminExchange, APIGatewayProxyResult>()
    .use(requestLog("admin.request"))
    .use(plainJson())
    .use(renderError())
    .handler(async (exchange: AdminExchange) => proxyResult(exchange, await answer(exchange)));
  return async (event, context) => handler(openAdminExchange(openExchange(endpoint, event, context), event), context);
}

async function answer(exchange: AdminExchange): Promise<Answer> {
  const administration = admit(exchange);
  const { route, parameters } = routeOf(exchange);
  exchange.noted.op = route.operation;
  // A login name is no personal data; anything of another form is none and stays out of the log.
  if (isSlug(parameters.get("org") ?? "")) exchange.noted.org = parameters.get("org");
  return route.answer({
    exchange,
    administration,
    render: adminRenderer(exchange.tenantUrlOf, administration.now),
    parameter: (name) => parameters.get(name) ?? "",
  });
}

/**
 * API Gateway lets nobody in without a verified signature; a route left open by mistake must not undo that.
 * @throws ScimError 403, 400 for the actor's name
 */
function admit(exchange: AdminExchange): Administration {
  const { endpoint, userArn } = exchange;
  if (userArn === undefined || userArn === "") {
    throw ScimError.forbidden(
      "admin.unsigned",
      "The admin API takes requests signed with AWS credentials (SigV4) only.",
    );
  }
  exchange.noted.principal = principalOf(userArn);
  const actor = actorOf(userArn, exchange.header("rollcall-actor"));
  exchange.noted.actor = actor;
  return {
    settings: exchange.store.settings,
    now: exchange.started,
    randomBytes: (length) => endpoint.randomBytes(length),
    actor,
    wait: (milliseconds) => endpoint.wait(milliseconds),
  };
}

/** @throws ScimError 404, 405 */
function routeOf(exchange: Exchange): { readonly route: AdminRoute; readonly parameters: ReadonlyMap<string, string> } {
  const segments = segmentsOf(exchange.path);
  const found = ADMIN_ROUTES.flatMap((route) => {
    const parameters = match(route.path, segments);
    return parameters === undefined ? [] : [{ route, parameters }];
  });
  // A route without a parameter in the last place is the more specific one, and is listed first.
  const hit = found.find(({ route }) => route.method === exchange.method);
  if (hit !== undefined) return hit;
  if (found.length === 0) throw ScimError.notFound("adminPath", "The admin API has no such path.");
  const allow = [...new Set(found.map(({ route }) => route.method))];
  throw ScimError.methodNotAllowed(allow, `This path of the admin API takes ${allow.join(", ")}.`);
}

function match(path: string, segments: readonly string[]): ReadonlyMap<string, string> | undefined {
  const template = path.split("/");
  if (template.length !== segments.length) return undefined;
  const parameters = new Map<string, string>();
  for (const [index, part] of template.entries()) {
    const segment = segments[index] ?? "";
    if (part.startsWith("{")) parameters.set(part.slice(1, -1), segment);
    else if (part !== segment) return undefined;
  }
  return parameters;
}

function segmentsOf(path: string): string[] {
  const start = path.indexOf(ROOT);
  if (start < 0) return [];
  return path
    .slice(start + ROOT.length)
    .split("/")
    .filter((segment) => segment !== "")
    .map(decoded);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A percent sign that encodes nothing stands for itself.
    return segment;
  }
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

/** This API is not SCIM, though its errors have that form: its answers are `application/json`. */
function plainJson() {
  const mark = (request: { response: APIGatewayProxyResult | null }): void => {
    if (request.response?.headers?.["Content-Type"] !== undefined)
      request.response.headers["Content-Type"] = "application/json";
  };
  return { after: mark, onError: mark };
}
