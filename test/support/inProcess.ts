import type { APIGatewayProxyEvent } from "aws-lambda";
import { type GatewayRefusal, gatewayError } from "../../bin/local/gatewayError.ts";
import { httpResponse } from "../../bin/local/httpResponse.ts";
import { matchRoute } from "../../bin/local/matchRoute.ts";
import { newGatewayId, proxyEvent } from "../../bin/local/proxyEvent.ts";
import { anyAddressHandler } from "../../functions/http/anyAddress.ts";
import { discoveryHandler } from "../../functions/http/discovery.ts";
import type { GatewayHandler } from "../../functions/http/endpoint.ts";
import { searchHandler } from "../../functions/http/list.ts";
import { type OAuthEndpoint, oauthHandler } from "../../functions/http/oauth.ts";
import { portalHandler } from "../../functions/http/portal/portal.ts";
import { portalAdminHandler } from "../../functions/http/portal/portalAdmin.ts";
import type { PortalEndpoint } from "../../functions/http/portal/portalMeans.ts";
import { resourceHandler } from "../../functions/http/resource.ts";
import { type AdminEndpoint, adminHandler } from "../../functions/http/signed/admin.ts";
import { directoryHandler, keyedDirectoryHandler } from "../../functions/http/signed/directory.ts";
import { keyedAdminHandler } from "../../functions/http/signed/keyedAdmin.ts";
import { maintenanceHandler } from "../../functions/http/signed/maintenance.ts";
import { HELD_TYPES, type HeldType } from "../../functions/provisioning/exportFile.ts";
import type { ResourceDefinition } from "../../functions/provisioning/resources/definition.ts";
import { GROUPS } from "../../functions/provisioning/resources/groupActions.ts";
import { RESOURCES } from "../../functions/provisioning/resources/registry.ts";
import { USERS } from "../../functions/provisioning/resources/userActions.ts";
import { ALL_ROUTES, type RoutedFunction } from "../../functions/routes.ts";
import { lambdaContext } from "./lambdaContext.ts";
import { makeOrg } from "./org.ts";
import type { Target } from "./target.ts";
import { localIssuerKeys } from "./trusts.ts";
import { type Answer, answer, encoded, type RawRequest, type Transport } from "./wire.ts";

const HOST = "rollcall.example";
const OPERATOR = "arn:aws:iam::000000000000:user/test";

/** Wraps a function's handler. */
export type Around = (name: RoutedFunction, handler: GatewayHandler) => GatewayHandler;

/** Gives functions this timeout, milliseconds. */
export function given(timeout: number): Around {
  return (_name, handler) => (event, context) => handler(event, lambdaContext(context.awsRequestId, timeout));
}

/** The handlers' resource types. */
interface HandledTypes {
  readonly definitions: readonly ResourceDefinition[];
  readonly stored: readonly HeldType[];
}

const RELEASED: HandledTypes = { definitions: RESOURCES, stored: HELD_TYPES };

/** The handlers in this process, with API Gateway's events. */
export function inProcessTarget(
  name: string,
  endpoint: AdminEndpoint,
  crowd: number,
  around?: Around,
  types: HandledTypes = RELEASED,
): Target {
  const transport = inProcessTransport(endpoint, around, types);
  const admin = inProcessAdmin(endpoint, around, types);
  const directory = inProcessDirectory(endpoint, around);
  const base = `http://${HOST}`;
  return { name, base, transport, admin, directory, crowd, org: makeOrg(base, transport, admin) };
}

function inProcessTransport(endpoint: AdminEndpoint, around?: Around, types?: HandledTypes): Transport {
  const handlers = handlersOver(endpoint, around, types);
  return (request) => invoke(handlers, request, undefined);
}

/** Reads no other member: an address may become known only when a server listens. */
function withIssuerKeys(endpoint: AdminEndpoint & Partial<Pick<OAuthEndpoint, "issuerKeys">>): OAuthEndpoint {
  const keys: Pick<OAuthEndpoint, "issuerKeys"> = { issuerKeys: localIssuerKeys() };
  return Object.defineProperties<OAuthEndpoint>(keys as OAuthEndpoint, Object.getOwnPropertyDescriptors(endpoint));
}

/** All functions over one endpoint, as the stack deploys them. */
export function handlersOver(
  endpoint: AdminEndpoint,
  around: Around = (_name, handler) => handler,
  { definitions, stored }: HandledTypes = RELEASED,
): Readonly<Record<RoutedFunction, GatewayHandler>> {
  const elsewhere = () => anyAddressHandler(endpoint, definitions);
  const makers: Readonly<Record<RoutedFunction, () => GatewayHandler>> = {
    users: () => resourceHandler(endpoint, USERS),
    groups: () => resourceHandler(endpoint, GROUPS),
    bulk: elsewhere,
    search: () => searchHandler(endpoint, definitions),
    oauth: () => oauthHandler(withIssuerKeys(endpoint)),
    discovery: () =>
      discoveryHandler(
        endpoint,
        definitions.map(({ type }) => type),
      ),
    admin: () => adminHandler(endpoint),
    maintenance: () => maintenanceHandler(endpoint, stored),
    directory: () => directoryHandler(endpoint),
    appRead: () => keyedDirectoryHandler(endpoint),
    appWrite: () => keyedDirectoryHandler(endpoint),
    appAdmin: () => keyedAdminHandler(endpoint),
    // Without the portal its paths are unknown ones.
    portal: () => (hasPortal(endpoint) ? portalHandler(endpoint) : elsewhere()),
    portalAdmin: () => (hasPortal(endpoint) ? portalAdminHandler(endpoint) : elsewhere()),
  };
  return madeWhenAsked(makers, around);
}

/** Makes handlers on demand: most targets use few of their functions, and there are thousands of targets. */
function madeWhenAsked(
  makers: Readonly<Record<RoutedFunction, () => GatewayHandler>>,
  around: Around,
): Readonly<Record<RoutedFunction, GatewayHandler>> {
  const handlers: Partial<Record<RoutedFunction, GatewayHandler>> = {};
  for (const name of Object.keys(makers) as RoutedFunction[]) {
    let made: GatewayHandler | undefined;
    const get = () => {
      made ??= around(name, makers[name]());
      return made;
    };
    Object.defineProperty(handlers, name, { enumerable: true, get });
  }
  // All are defined by now.
  return handlers as Readonly<Record<RoutedFunction, GatewayHandler>>;
}

function hasPortal(endpoint: AdminEndpoint): endpoint is AdminEndpoint & PortalEndpoint {
  return endpoint.portal !== undefined;
}

/** The administration API for an authorized operator, after API Gateway's check of the signature. */
export function inProcessAdmin(endpoint: AdminEndpoint, around?: Around, types?: HandledTypes): Target["admin"] {
  return signed(endpoint, "/admin/v1", around, types);
}

/** The directory API for the application. */
function inProcessDirectory(endpoint: AdminEndpoint, around?: Around): Target["directory"] {
  return signed(endpoint, "/directory/v1", around);
}

/** The pages' reads, as the operator console requests them. */
export function inProcessConsole(endpoint: AdminEndpoint, around?: Around): Target["admin"] {
  return signed(endpoint, "/console/v1", around);
}

function signed(endpoint: AdminEndpoint, root: string, around?: Around, types?: HandledTypes): Target["admin"] {
  const handlers = handlersOver(endpoint, around, types);
  return (method, path, body) =>
    invoke(
      handlers,
      {
        method,
        target: root + path,
        headers: { "Content-Type": "application/json" },
        body: body === undefined ? undefined : JSON.stringify(body),
      },
      OPERATOR,
    );
}

async function invoke(
  handlers: Readonly<Record<RoutedFunction, GatewayHandler>>,
  { method, target, headers, body }: RawRequest,
  userArn: string | undefined,
): Promise<Answer> {
  const [path = "/", ...queries] = encoded(target).split("?");
  const gatewayId = newGatewayId();
  const match = matchRoute(ALL_ROUTES, path, method);
  if (match === undefined) return refused("noSuchRoute", gatewayId);
  const request = {
    method,
    path,
    queryString: queries.join("?"),
    rawHeaders: Object.entries({ Host: HOST, ...headers }).flat(),
    body: Buffer.from(body ?? ""),
    sourceIp: "127.0.0.1",
    httpVersion: "1.1",
  };
  let event: APIGatewayProxyEvent;
  try {
    event = proxyEvent(request, match, { gatewayId, at: Date.now(), stage: "test", defaultHost: HOST });
  } catch (error) {
    if (error instanceof URIError) return refused("badRequest", gatewayId);
    throw error;
  }
  if (userArn !== undefined) event.requestContext.identity.userArn = userArn;
  const response = httpResponse(await handlers[match.route.function](event, lambdaContext()));
  if (response === undefined) throw new Error("API Gateway would not take this answer");
  const received = Object.entries(response.headers).map(([name, values]) => [name, values.join(", ")] as const);
  return answer(response.status, Object.fromEntries(received), Buffer.from(response.body).toString("utf8"));
}

/** An answer of the gateway itself. */
function refused(refusal: GatewayRefusal, gatewayId: string): Answer {
  const { status, headers, body } = gatewayError(refusal, gatewayId);
  return answer(status, headers, body);
}
