import middy from "@middy/core";
import type { APIGatewayProxyResult } from "aws-lambda";
import { type Application, applicationOf } from "../provisioning/application.ts";
import { getOrg } from "../provisioning/changeOrg.ts";
import { assertNotHalfImported } from "../provisioning/importOrg.ts";
import { OperatorError } from "../provisioning/operatorError.ts";
import { readImportState } from "../store/import.ts";
import { SettingsStore } from "../store/settings.ts";
import { type Answer, proxyResult } from "./answer.ts";
import { DIRECTORY_ROUTES } from "./directoryRoutes.ts";
import type { Endpoint, GatewayHandler } from "./endpoint.ts";
import { guarded } from "./guarded.ts";
import { renderError } from "./renderError.ts";
import { openRequest, type RequestContext } from "./requestContext.ts";
import { requestLog } from "./requestLog.ts";
import { orgNamed, plainJson, routeOf, signerOf } from "./signedApi.ts";

const ROOT = "/directory/v1/";

interface DirectoryContext extends RequestContext {
  /** The AWS principal whose signature API Gateway verified. */
  readonly userArn: string | undefined;
}

/** The Lambda handler of `/directory/v1/`: an org's users and teams for the application, both sides, and the sign-in gate. */
export function directoryHandler(endpoint: Endpoint): GatewayHandler {
  const rims = [requestLog(endpoint, "directory.request"), plainJson(), renderError()];
  const handler = middy<DirectoryContext, APIGatewayProxyResult>()
    .use(rims)
    .handler(async (ctx: DirectoryContext) => proxyResult(ctx, await answer(ctx)));
  return guarded(endpoint, {
    rims,
    open: (event, context) => ({
      ...openRequest(endpoint, event, context),
      userArn: event.requestContext?.identity?.userArn ?? undefined,
    }),
    handle: async (ctx, context) => handler(ctx, context),
  });
}

async function answer(ctx: DirectoryContext): Promise<Answer> {
  ctx.logFields.op = "directory.none";
  const actor = signerOf(ctx, ctx.userArn);
  const { route, parameters } = routeOf(ctx, ROOT, DIRECTORY_ROUTES);
  ctx.logFields.op = `directory.${route.operation}`;
  const slug = await orgNamed(ctx, parameters.get("org") ?? "");
  return route.answer({
    ctx,
    application: () => applicationFor(ctx, slug, actor),
    parameter: (name) => parameters.get(name) ?? "",
  });
}

/** @throws ScimError 404, 503 during an import, 409 for a change of an org whose deletion is scheduled: what a purge removes must not come back */
async function applicationFor(ctx: RequestContext, slug: string, actor: string): Promise<Application> {
  const { endpoint, store } = ctx;
  const org = await getOrg(new SettingsStore(store.database), slug);
  if (org.deletion !== undefined && ctx.method !== "GET") {
    throw OperatorError.conflict("deletionScheduled");
  }
  // Only a paused org can have one: any other request is spared the question.
  if (org.paused !== undefined) assertNotHalfImported(await readImportState(store.view(org.id, "managed")));
  const { sweepLater } = endpoint;
  return applicationOf(org, store.directory(org.id), store.unmanaged(org.id), {
    tokenId: actor,
    usage: store.usage,
    reference: ctx.reference,
    deadline: ctx.deadline,
    now: () => endpoint.now(),
    wait: (milliseconds) => endpoint.wait(milliseconds),
    randomBytes: (length) => endpoint.randomBytes(length),
    ...(sweepLater && { sweepLater: (id) => sweepLater({ orgId: org.id, managed: false, id }) }),
  });
}
