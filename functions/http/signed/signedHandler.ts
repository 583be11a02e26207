import middy from "@middy/core";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { type Administration, actorOf, principalOf } from "../../provisioning/changeOrg.ts";
import { OperatorError } from "../../provisioning/operatorError.ts";
import { isSlug } from "../../provisioning/orgSettings.ts";
import { ScimError } from "../../scim/error.ts";
import type { JsonObject } from "../../scim/json.ts";
import { etagOf } from "../../scim/render.ts";
import { isOrgId } from "../../store/keys.ts";
import { SettingsStore } from "../../store/settings.ts";
import type { Endpoint, GatewayHandler } from "../endpoint.ts";
import { guarded, ONE_TIMER } from "../guarded.ts";
import type { PresentedSession } from "../portal/portalMeans.ts";
import { renderError, toScimError } from "../renderError.ts";
import { type Answer, openRequest, proxyResult, type RequestContext } from "../requestContext.ts";
import { type RequestType, requestLog } from "../requestLog.ts";
import type { Declarations } from "./declarations/declaration.ts";
import { readBody, readQuery } from "./readCall.ts";
import type { Called, Handlers, OperationRoute, Routes } from "./route.ts";

/** Shared by the APIs for operators, the application and the portal: who calls, which operation, and answers that are not SCIM. */

export interface SignedContext extends RequestContext {
  /** The AWS principal whose signature API Gateway verified. */
  readonly userArn: string | undefined;
  /** The part of the public path before the API's root: the stage, on API Gateway's default domain. */
  readonly stagePath: string;
  /** Headers for the answer, also for an error. */
  readonly answerHeaders: Record<string, string>;
}

/** A call before its operation is known. */
type AnyCall<M> = Called<M> & {
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: ReturnType<typeof readQuery>;
  readonly body: JsonObject | undefined;
  readonly match: string | undefined;
};

/** A route with the handler of its operation. */
export interface Operation<M> extends OperationRoute {
  /** For the log and the OpenAPI document's `operationId`. */
  readonly name: string;
  answer(call: AnyCall<M>): Promise<unknown>;
}

/** The identified caller. */
export interface Caller {
  /** As stored and logged. */
  readonly actor: string;
  /** Holds what identifying the caller read of an org. */
  readonly settings: SettingsStore;
  /** @throws ScimError 403 */
  assertMay(operation: OperationRoute): void;
  /**
   * The login name of the org that a path names by login name or by id. Where there is no such org, returns the path's name.
   * Writes a login name to the log line, since it is no personal data. Any other text stays out of the log.
   * @throws ScimError 404
   */
  orgNamed(named: string): Promise<string>;
  /** Whether a read may remove leftovers of deleted resources, which is a write. The role of a key's reads cannot. */
  readonly mayTidy: boolean;
  /** Settles when the key's use is stored. Never rejects. Await it before the process may freeze. */
  readonly remembered?: Promise<void>;
  /** The portal session that the caller presented. */
  readonly portal?: PresentedSession;
}

/** Identifies the caller. @param segments of the path below the API's root, decoded @throws ScimError 401, 403 */
export type IdentifyCaller = (ctx: SignedContext, segments: readonly string[]) => Promise<Caller>;

export interface SignedApi<M> {
  /** The beginning of every path: `/admin/v1/`. */
  readonly root: string;
  readonly type: RequestType;
  /** The log's prefix for operation names: `admin`. */
  readonly group: string;
  readonly operations: readonly Operation<M>[];
  /**
   * What the handlers need.
   * @param org the named org's login name, or the path's text where there is no such org
   */
  means(ctx: SignedContext, caller: Caller, org: string): M;
}

/** What the use cases of administration need. */
export function administrationOf(
  { endpoint, store, started, reference }: SignedContext,
  { actor, settings }: Caller,
): Administration {
  return {
    settings,
    directory: (orgId) => store.directory(orgId),
    now: started,
    randomBytes: (length) => endpoint.randomBytes(length),
    actor,
    adoption: endpoint.adoption === true,
    federationHosts: endpoint.federationHosts,
    reference,
    logSettings: endpoint.logSettings,
    wait: (milliseconds) => endpoint.wait(milliseconds),
  };
}

export function operationsOf<M, D extends Declarations>(
  routes: Routes<D>,
  handlers: Handlers<M, D>,
): readonly Operation<M>[] {
  return Object.entries<OperationRoute>(routes).map(([name, route]) => ({
    ...route,
    name,
    // The handler takes what its route reads: the types of both come from one declaration.
    answer: handlers[name] as Operation<M>["answer"],
  }));
}

/** The Lambda handler of an API that only takes requests signed with AWS credentials. */
export function signedHandler<M>(endpoint: Endpoint, api: SignedApi<M>): GatewayHandler {
  return callHandler(endpoint, api, bySignature);
}

/** The Lambda handler of an API for operators, the application or the portal. */
export function callHandler<M>(endpoint: Endpoint, api: SignedApi<M>, identify: IdentifyCaller): GatewayHandler {
  return contextHandler(endpoint, api, async (ctx) => proxyResult(ctx, await answer(ctx, api, identify)));
}

/** A handler for any answer, with a log line and rendered errors. @param root the beginning of every path */
export function contextHandler(
  endpoint: Endpoint,
  { root, type }: Pick<SignedApi<never>, "root" | "type">,
  answering: (ctx: SignedContext) => Promise<APIGatewayProxyResult>,
): GatewayHandler {
  const rims = [requestLog(endpoint, type), answerHeaders(), plainJson(), renderError()];
  const handler = middy<SignedContext, APIGatewayProxyResult>(ONE_TIMER).use(rims).handler(answering);
  return guarded<SignedContext>(endpoint, {
    rims,
    open: (event, context) => openSigned(openRequest(endpoint, event, context), event, root),
    handle: async (ctx, context) => handler(ctx, context),
  });
}

function openSigned(ctx: RequestContext, event: APIGatewayProxyEvent, root: string): SignedContext {
  const publicPath = event.requestContext?.path ?? ctx.path;
  return {
    ...ctx,
    answerHeaders: { "X-Content-Type-Options": "nosniff" },
    userArn: event.requestContext?.identity?.userArn ?? undefined,
    stagePath: ctx.endpoint.publicUrl === undefined ? publicPath.slice(0, Math.max(0, publicPath.indexOf(root))) : "",
  };
}

async function answer<M>(ctx: SignedContext, api: SignedApi<M>, identify: IdentifyCaller): Promise<Answer> {
  ctx.logFields.op = `${api.group}.none`;
  const segments = segmentsOf(ctx.path, api.root);
  const caller = await identify(ctx, segments);
  try {
    return await answerTo(caller, ctx, api, segments);
  } finally {
    ctx.logFields.damagedItems = ctx.store.database.damaged;
    await caller.remembered;
  }
}

async function answerTo<M>(
  caller: Caller,
  ctx: SignedContext,
  { root, group, operations, means }: SignedApi<M>,
  segments: readonly string[],
): Promise<Answer> {
  const { operation, parameters } = operationFor(ctx, root, segments, operations);
  ctx.logFields.op = `${group}.${operation.name}`;
  caller.assertMay(operation);
  const org = parameters.org === undefined ? "" : await caller.orgNamed(parameters.org);
  const value = await operation.answer({
    ...means(ctx, caller, org),
    ctx,
    parameters: parameters.org === undefined ? parameters : { ...parameters, org },
    query: readQuery(ctx, operation.query ?? {}),
    body: operation.body && readBody(ctx, operation.body),
    match: ctx.headers.get("if-match"),
  });
  const version: unknown = Object(value).version;
  if (typeof version === "number") ctx.answerHeaders.ETag = etagOf(version);
  return { status: operation.status ?? 200, ...(value !== undefined && { body: JSON.stringify(value) }) };
}

/**
 * API Gateway verifies the signature. This check still refuses every request if a route is left open by mistake.
 * @throws ScimError 403, 400 for the actor's name
 */
export const bySignature: IdentifyCaller = async (ctx) => {
  const { userArn } = ctx;
  if (userArn === undefined || userArn === "") throw OperatorError.forbidden("missing");
  ctx.logFields.principal = principalOf(userArn);
  const actor = actorOf(userArn, ctx.headers.get("rollcall-actor"));
  ctx.logFields.actor = actor;
  const settings = new SettingsStore(ctx.store.database);
  // IAM decides by the path which operations the principal may call.
  const orgNamed = (named: string) => anyOrgNamed(ctx, settings, named);
  return { actor, settings, assertMay: () => undefined, orgNamed, mayTidy: true };
};

/** For callers who may name every org. */
export async function anyOrgNamed(
  { logFields }: RequestContext,
  settings: SettingsStore,
  named: string,
): Promise<string> {
  const byId = !isSlug(named) && isOrgId(named) ? await settings.orgById(named) : undefined;
  const name = byId?.slug ?? named;
  if (isSlug(name)) logFields.org = name;
  return name;
}

/** @throws ScimError 404, 405 */
function operationFor<M>(
  ctx: RequestContext,
  root: string,
  segments: readonly string[],
  operations: readonly Operation<M>[],
) {
  const found = operations.flatMap((operation) => {
    const parameters = match(operation.path, segments);
    return parameters === undefined ? [] : [{ operation, parameters }];
  });
  // A more specific route has no parameter in the last place, and is listed first.
  const hit = found.find(({ operation }) => operation.method === ctx.method);
  if (hit !== undefined) return hit;
  if (found.length === 0) throw OperatorError.notFound("apiPath", root);
  throw ScimError.methodNotAllowed([...new Set(found.map(({ operation }) => operation.method))]);
}

function match(path: string, segments: readonly string[]): Readonly<Record<string, string>> | undefined {
  const template = path.split("/");
  if (template.length !== segments.length) return undefined;
  const fits = template.every((part, index) => part.startsWith("{") || part === segments[index]);
  if (!fits) return undefined;
  return Object.fromEntries(
    template.flatMap((part, index) => (part.startsWith("{") ? [[part.slice(1, -1), segments[index] ?? ""]] : [])),
  );
}

function segmentsOf(path: string, root: string): string[] {
  const start = path.indexOf(root);
  if (start < 0) return [];
  const segments = path.slice(start + root.length).split("/");
  return segments.filter((segment) => segment !== "").map(decoded);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A percent sign that encodes nothing stays as it is.
    return segment;
  }
}

/** Adds the collected headers to the answer. */
function answerHeaders() {
  const add = ({
    event,
    response,
  }: {
    readonly event: SignedContext;
    response: APIGatewayProxyResult | null;
  }): void => {
    if (response !== null) response.headers = { ...response.headers, ...event.answerHeaders };
  };
  return { after: add, onError: add };
}

/**
 * These APIs are not SCIM, though their errors have SCIM's form. Answers are `application/json`, and an error has its code and
 * values, so that a caller can phrase the text itself.
 */
function plainJson() {
  const mark = ({ response }: { response: APIGatewayProxyResult | null }): void => {
    if (response?.headers?.["Content-Type"] === "application/scim+json") {
      response.headers["Content-Type"] = "application/json";
    }
  };
  const name = (request: { error: unknown; response: APIGatewayProxyResult | null }): void => {
    mark(request);
    if (request.response === null) return;
    const { code, status, values } = toScimError(request.error);
    // A caller without a live key gets no details.
    if (status === 401) return;
    request.response.body = JSON.stringify({ ...JSON.parse(request.response.body), code, values });
  };
  return { after: mark, onError: name };
}
