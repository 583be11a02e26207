import type { APIGatewayProxyResult } from "aws-lambda";
import { actorOf, principalOf } from "../provisioning/actor.ts";
import { OperatorError } from "../provisioning/operatorError.ts";
import { isSlug } from "../provisioning/orgSettings.ts";
import { ScimError } from "../scim/error.ts";
import { isOrgId } from "../store/keys.ts";
import { SettingsStore } from "../store/settings.ts";
import { toScimError } from "./renderError.ts";
import type { RequestContext } from "./requestContext.ts";

/** What the APIs behind AWS signatures share: who asks, which route, and answers that are no SCIM. */

export interface SignedRoute {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** Below the API's root, as its document writes it: `orgs/{org}`. */
  readonly path: string;
  /** For the log, and the document's `operationId`. */
  readonly operation: string;
}

/**
 * Who asks, as kept and logged. API Gateway lets nobody in without a verified signature; a route left open by mistake
 * must not undo that.
 * @throws ScimError 403, 400 for the actor's name
 */
export function signerOf(ctx: RequestContext, userArn: string | undefined): string {
  if (userArn === undefined || userArn === "") {
    throw OperatorError.forbidden("missing");
  }
  ctx.logFields.principal = principalOf(userArn);
  const actor = actorOf(userArn, ctx.header("rollcall-actor"));
  ctx.logFields.actor = actor;
  return actor;
}

/**
 * The login name of the org that a path names by its login name or by its id, as events and some lines do. The line shows it: a
 * login name is no personal data, and what is none stays out of the log.
 */
export async function orgNamed({ logFields, store }: RequestContext, given: string): Promise<string> {
  const byId = !isSlug(given) && isOrgId(given) ? await new SettingsStore(store.database).orgById(given) : undefined;
  const name = byId?.slug ?? given;
  if (isSlug(name)) logFields.org = name;
  return name;
}

/**
 * @param root e.g. `/admin/v1/`: what precedes every path of the API
 * @param routes more specific ones first
 * @throws ScimError 404, 405
 */
export function routeOf<R extends SignedRoute>(
  ctx: RequestContext,
  root: string,
  routes: readonly R[],
): { readonly route: R; readonly parameters: ReadonlyMap<string, string> } {
  const segments = segmentsOf(ctx.path, root);
  const found = routes.flatMap((route) => {
    const parameters = match(route.path, segments);
    return parameters === undefined ? [] : [{ route, parameters }];
  });
  // A route without a parameter in the last place is the more specific one, and is listed first.
  const hit = found.find(({ route }) => route.method === ctx.method);
  if (hit !== undefined) return hit;
  if (found.length === 0) throw OperatorError.notFound("apiPath", root);
  const allow = [...new Set(found.map(({ route }) => route.method))];
  throw ScimError.methodNotAllowed(allow);
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

function segmentsOf(path: string, root: string): string[] {
  const start = path.indexOf(root);
  if (start < 0) return [];
  return path
    .slice(start + root.length)
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

/**
 * This API is not SCIM, though its errors have that form: its answers are `application/json`, and an error names itself and
 * its values, so that whoever calls can say it in words of their own.
 */
export function plainJson() {
  const mark = ({ response }: { response: APIGatewayProxyResult | null }): void => {
    if (response?.headers?.["Content-Type"] !== undefined) response.headers["Content-Type"] = "application/json";
  };
  const name = (request: { error: unknown; response: APIGatewayProxyResult | null }): void => {
    mark(request);
    if (request.response === null) return;
    const { code, values } = toScimError(request.error);
    request.response.body = JSON.stringify({ ...JSON.parse(request.response.body), code, values });
  };
  return { after: mark, onError: name };
}
