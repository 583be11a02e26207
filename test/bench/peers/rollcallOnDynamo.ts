import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { httpResponse } from "../../../bin/local/httpResponse.ts";
import { matchRoute } from "../../../bin/local/matchRoute.ts";
import { lambdaContext, newGatewayId, proxyEvent } from "../../../bin/local/proxyEvent.ts";
import type { AdminEndpoint } from "../../../functions/http/signed/admin.ts";
import { fromSupply } from "../../../functions/provisioning/newId.ts";
import { ALL_ROUTES } from "../../../functions/routes.ts";
import { tableThrough } from "../../../functions/store/dynamoCalls.ts";
import { sdkSend } from "../../../functions/store/dynamoTable.ts";
import { createStore } from "../../../functions/store/session.ts";
import { freshTable, localClient, signedLocally } from "../../support/dynamoTable.ts";
import { handlersOver, inProcessAdmin } from "../../support/inProcess.ts";
import { makeOrg } from "../../support/org.ts";
import { sendNoTokens, withoutTokens } from "../noTokens.ts";
import { plainFront } from "./plainFront.ts";

/*
 * A process of `npm run bench:peers`: Rollcall's functions behind the same front as a peer that is a library. For each request
 * it makes the event that API Gateway would make; log lines are made into text as on Lambda, and dropped.
 */

const [, , endpoint = "", transport] = process.argv;

const client = localClient(endpoint);
sendNoTokens(client);
const send = transport === "signed" ? withoutTokens(signedLocally(endpoint).send) : sdkSend(client);
const composed: AdminEndpoint = {
  store: createStore(tableThrough(send, await freshTable(endpoint))),
  now: Date.now,
  randomBytes: fromSupply(randomBytes),
  wait: (milliseconds) => wait(milliseconds),
  log: (line) => void JSON.stringify(line),
  version: "bench",
  resolveTxt: async () => ({ failure: "missing" }),
  sweepLater: () => undefined,
};
const functions = handlersOver(composed);

const url = await plainFront(async (request) => {
  const match = matchRoute(ALL_ROUTES, request.path, request.method);
  if (match === undefined) return { status: 404, headers: {}, body: Buffer.alloc(0) };
  const arrival = { gatewayId: newGatewayId(), at: Date.now(), stage: "bench", defaultHost: "127.0.0.1" };
  const name = match.route.function;
  const result = await functions[name](proxyEvent(request, match, arrival), lambdaContext(name, Date.now, 28_000));
  const answer = httpResponse(result);
  if (answer === undefined) throw new Error("API Gateway would not take this answer");
  return answer;
});
const neverSent = (): never => {
  throw new Error("requests go through the front");
};
const { tenantUrl, token } = await makeOrg(url, neverSent, inProcessAdmin(composed))();
console.log(JSON.stringify({ tenantUrl, token }));
