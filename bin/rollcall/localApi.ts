import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { AwsClient } from "aws4fetch";
import { resolveTxt } from "../../functions/bus/resolveTxt.ts";
import { readWebhookUrl } from "../../functions/bus/webhookUrl.ts";
import type { GatewayHandler } from "../../functions/http/endpoint.ts";
import { consoleHandler } from "../../functions/http/portal/portal.ts";
import { type AdminEndpoint, adminHandler } from "../../functions/http/signed/admin.ts";
import { directoryHandler } from "../../functions/http/signed/directory.ts";
import { maintenanceHandler } from "../../functions/http/signed/maintenance.ts";
import type { PortalSettings } from "../../functions/provisioning/portal/portalSettings.ts";
import { PORTAL_ROUTES, ROUTES, type RoutedFunction } from "../../functions/routes.ts";
import { type RunningServer, writable } from "../local/claimFolder.ts";
import { LOCAL_REGION, readCredentials } from "../local/credentials.ts";
import { LOCAL_USER } from "../local/localCaller.ts";
import { matchRoute } from "../local/matchRoute.ts";
import { lambdaContext, newGatewayId, proxyEvent } from "../local/proxyEvent.ts";
import { openRequestsLog, type RequestsLog } from "../local/requestsLog.ts";
import { localSecrets } from "../local/webhookKey.ts";
import { type AdminAnswer, type AdminRequest, type AdminTransport, type Api, ifMatchOf } from "./adminClient.ts";
import { holdsData, openLocalData } from "./localData.ts";
import { inTime, overHttp, type SendHttp } from "./overHttp.ts";
import type { Place } from "./place.ts";
import { printedCommand, printedStart } from "./printedCommand.ts";
import { Refused } from "./refused.ts";

/** The handlers of the signed paths. */
const HANDLERS: Partial<Readonly<Record<RoutedFunction, (endpoint: AdminEndpoint) => GatewayHandler>>> = {
  admin: adminHandler,
  maintenance: (endpoint) => maintenanceHandler(endpoint),
  directory: directoryHandler,
  portal: (endpoint) => consoleHandler({ ...endpoint, portal: endpoint.portal ?? NO_PORTAL }),
};
const SIGNED_ROUTES = [...ROUTES, ...PORTAL_ROUTES];
/** Settings for other sites' pages, which do not concern operators. */
const NO_PORTAL: PortalSettings = { origins: [], rules: [] };
const TIMEOUT_MS = 28_000;

/**
 * The local Rollcall's API: of its running server, or in this process with the deployed handlers and the same events.
 * @throws Refused
 */
export async function localApi(
  place: Extract<Place, { kind: "local" }>,
  api: Api,
  actor: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<AdminTransport> {
  const { folder } = place;
  const dynamoEndpoint = env.DYNAMODB_ENDPOINT || undefined;
  if (place.begin !== true && dynamoEndpoint === undefined && !holdsData(folder)) {
    throw new Refused(
      `There is no Rollcall in ${folder}. Give the data folder of one with --data, or begin one there: ${printedStart(place)}, or ${printedCommand(place, "org create ORG")}`,
    );
  }
  // A reader of another DynamoDB may have no folder, or a wrong one: do not make it only to log a read.
  const foreign = dynamoEndpoint !== undefined && place.begin !== true && !existsSync(join(folder, "requests.log"));
  let log = foreign ? undefined : openLog(folder);
  const data = await openLocalData(place, dynamoEndpoint);
  if (data.server !== undefined) {
    log?.close();
    return ofServer(data.server, folder, api, actor);
  }
  const endpoint: AdminEndpoint = {
    store: data.store,
    now: () => Date.now(),
    randomBytes,
    wait: (milliseconds) => wait(milliseconds),
    log: (line) => log?.append(line),
    version: "local",
    resolveTxt,
    webhooks: { sealer: localSecrets(folder), readUrl: (url) => readWebhookUrl(url, "alsoLoopback") },
    adoption: true,
    // The next start computes what a change to roles asks for.
    roles: true,
    portal: NO_PORTAL,
    publicUrl: data.url,
    tidy: () => data.tidy(),
  };
  const send = signedSender(endpoint, api, actor);
  return {
    send: (request) => {
      if (request.method !== "GET") log ??= openLog(folder);
      return send(request);
    },
    close: async () => {
      log?.close();
      await data.close();
    },
  };
}

/** The server logs its answers itself. @throws Refused */
function ofServer({ url }: RunningServer, folder: string, api: Api, actor: string | undefined): AdminTransport {
  const credentials = readCredentials(folder);
  if (credentials === undefined) {
    throw new Refused(`The credentials of the server on ${folder} cannot be read. Start it again.`);
  }
  const client = new AwsClient({ ...credentials, service: "execute-api", region: LOCAL_REGION, retries: 0 });
  const send: SendHttp = (to, init) => inTime(to, init, (signal) => client.fetch(to, { ...init, signal }));
  return overHttp(`${url}/${api}/v1`, send, actor);
}

/** Calls a request's function as API Gateway would after checking the signature. */
export function signedSender(
  endpoint: AdminEndpoint,
  api: Api,
  actor: string | undefined,
  userArn = LOCAL_USER,
): AdminTransport["send"] {
  const opened = new Map<RoutedFunction, GatewayHandler>();
  const handlerOf = (name: RoutedFunction): GatewayHandler => {
    const handler = opened.get(name) ?? HANDLERS[name]?.(endpoint);
    if (handler === undefined) throw new Error(`${name} takes no signed requests`);
    opened.set(name, handler);
    return handler;
  };
  return async ({ method, path, body, ifVersion }: AdminRequest): Promise<AdminAnswer> => {
    const [pathname = "", queryString = ""] = `/${api}/v1/${path}`.split("?");
    const match = matchRoute(SIGNED_ROUTES, pathname);
    if (match === undefined) throw new Error("no route takes this API");
    const rawHeaders = ["Accept", "application/json", "Content-Type", "application/json", "User-Agent", "rollcall-cli"];
    rawHeaders.push(...Object.entries(ifMatchOf({ ifVersion })).flat());
    if (actor !== undefined) rawHeaders.push("Rollcall-Actor", actor);
    const event = proxyEvent(
      {
        method,
        path: pathname,
        queryString,
        rawHeaders,
        body: Buffer.from(body === undefined ? "" : JSON.stringify(body)),
        sourceIp: "127.0.0.1",
        httpVersion: "1.1",
      },
      match,
      { gatewayId: newGatewayId(), at: endpoint.now(), stage: "local", defaultHost: "127.0.0.1" },
    );
    event.requestContext.identity.userArn = userArn;
    const { statusCode, body: text } = await handlerOf(match.route.function)(
      event,
      lambdaContext(match.route.function, endpoint.now, TIMEOUT_MS),
    );
    return { status: statusCode, text };
  };
}

/** @throws StartRefused where the log cannot be made or written */
function openLog(folder: string): RequestsLog {
  return writable(folder, () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return openRequestsLog(folder);
  });
}
