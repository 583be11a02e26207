import { connect } from "node:net";
import { createGateway, drain, listen } from "../../../bin/local/gateway.ts";
import type { GatewayRefusal } from "../../../bin/local/gatewayError.ts";
import type { GatewayHandler } from "../../../functions/edge/endpoint.ts";
import { GATEWAY_ERRORS, type GatewayResponseType, gatewayErrorTemplate } from "../../../lib/gatewayErrors.ts";
import { type Answer, answer, httpTransport, type RawRequest } from "../../support/wire.ts";
import type { Exchange } from "./stage.ts";

/** Names of the local gateway's refusals, as they stand on its lines. */
export type LocalCode = `gateway.${GatewayRefusal}`;

/** What a function behind the gateway does. */
type Behind = "answers" | "breaks" | "hangs";

interface LocalRow {
  readonly request: RawRequest;
  readonly behind?: Behind;
  /** Sends it in its own way. */
  readonly by?: "bytes" | "half";
}

const get = (target: string, headers: Readonly<Record<string, string>> = {}): RawRequest => ({
  method: "GET",
  target,
  headers,
  body: undefined,
});
/** What a gateway refuses, it refuses to everybody. */
export const ANYBODY = { slug: "acme", token: "rollcall_…" };
const AUTHORIZED = { Authorization: `Bearer ${ANYBODY.token}` };

/** By code: what the gateway of the local server refuses with it, before or instead of a function. */
export const LOCAL_GATEWAY_CODES: Readonly<Record<LocalCode, LocalRow>> = {
  "gateway.badRequest": { request: get("/scim/v2/acme/Users?filter=%zz") },
  "gateway.forbidden": { request: get("/admin/v1/orgs/acme") },
  "gateway.noSuchRoute": { request: get("/") },
  "gateway.requestTimeout": { request: get("/scim/v2/acme/Users"), by: "half" },
  "gateway.tooLarge": {
    request: { method: "POST", target: "/scim/v2/acme/Bulk", headers: {}, body: "x".repeat(10_485_761) },
  },
  "gateway.headersTooLarge": { request: get(`/scim/v2/acme/Users?filter=${"x".repeat(70_000)}`), by: "bytes" },
  "gateway.integrationFailure": { request: get("/scim/v2/acme/Users"), behind: "breaks" },
  "gateway.integrationTimeout": { request: get("/scim/v2/acme/Users"), behind: "hangs" },
};

/** @returns what was sent to a gateway over HTTP and what came back, and how the gateway's own line names it */
export async function refusedLocally(code: LocalCode): Promise<Exchange & { readonly refusal: string | undefined }> {
  const { request, behind = "answers", by } = LOCAL_GATEWAY_CODES[code];
  const refusals: string[] = [];
  const handler = functionThat(behind);
  const server = createGateway({
    functions: {
      users: handler,
      groups: handler,
      bulk: handler,
      search: handler,
      oauth: handler,
      discovery: handler,
      admin: handler,
      maintenance: handler,
      directory: handler,
    },
    now: Date.now,
    onRefused: ({ refusal }) => refusals.push(refusal),
    limits: { gatewayMilliseconds: behind === "hangs" ? 10 : 29_000 },
  });
  const port = await listen(server, 0);
  // Node looks for requests that do not end every half minute: this one is not waited for.
  const late = Object.assign(new Error("Request timeout"), { code: "ERR_HTTP_REQUEST_TIMEOUT" });
  if (by === "half")
    server.on("connection", (socket) => socket.once("data", () => server.emit("clientError", late, socket)));
  const http = httpTransport(`http://127.0.0.1:${port}`);
  try {
    const sent = by === undefined ? await http(request) : await overBytes(port, request, by);
    return { request: { ...request, headers: AUTHORIZED }, answer: sent, refusal: refusals[0] };
  } finally {
    http.close();
    await drain(server, 1_000);
  }
}

function functionThat(behind: Behind): GatewayHandler {
  if (behind === "hangs") return () => new Promise(() => undefined);
  if (behind === "breaks") return () => Promise.reject(new Error("a defect"));
  return async () => ({ statusCode: 204, body: "" });
}

/** What no HTTP client library sends. */
function overBytes(port: number, { method, target }: RawRequest, by: "bytes" | "half"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(port, "127.0.0.1", () => {
      const head = `${method} ${target} HTTP/1.1\r\nHost: rollcall.example\r\n`;
      if (by === "half") socket.write(head);
      else socket.end(`${head}\r\n`);
    });
    socket.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
    });
    socket.on("error", reject).on("close", () => {
      const status = Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]);
      resolve(answer(status, {}, text.slice(text.indexOf("\r\n\r\n") + 4)));
    });
  });
}

/** By type of error: a request that makes API Gateway answer so. It cannot be asked here; the template is rendered as it does. */
export const API_GATEWAY_CODES: Readonly<Record<GatewayResponseType, RawRequest>> = {
  MISSING_AUTHENTICATION_TOKEN: get("/"),
  RESOURCE_NOT_FOUND: get("/"),
  UNAUTHORIZED: get("/admin/v1/orgs"),
  ACCESS_DENIED: get("/admin/v1/orgs", { Authorization: "AWS4-HMAC-SHA256 … of somebody else" }),
  INVALID_SIGNATURE: get("/admin/v1/orgs", { Authorization: "AWS4-HMAC-SHA256 … of another request" }),
  EXPIRED_TOKEN: get("/admin/v1/orgs", { Authorization: "AWS4-HMAC-SHA256 … of yesterday's session" }),
  INVALID_API_KEY: get("/scim/v2/acme/Users", { ...AUTHORIZED, "x-api-key": "…" }),
  AUTHORIZER_FAILURE: get("/scim/v2/acme/Users", AUTHORIZED),
  AUTHORIZER_CONFIGURATION_ERROR: get("/scim/v2/acme/Users", AUTHORIZED),
  API_CONFIGURATION_ERROR: get("/scim/v2/acme/Users", AUTHORIZED),
  BAD_REQUEST_BODY: { method: "POST", target: "/scim/v2/acme/Users", headers: AUTHORIZED, body: "{" },
  BAD_REQUEST_PARAMETERS: get("/scim/v2/acme/Users?filter=%zz", AUTHORIZED),
  UNSUPPORTED_MEDIA_TYPE: {
    method: "POST",
    target: "/scim/v2/acme/Users",
    headers: { ...AUTHORIZED, "Content-Type": "text/plain" },
    body: "a=b",
  },
  DEFAULT_4XX: get("/admin/v1/orgs", { Authorization: "AWS4-HMAC-SHA256" }),
  REQUEST_TOO_LARGE: {
    method: "POST",
    target: "/scim/v2/acme/Bulk",
    headers: AUTHORIZED,
    body: "x".repeat(10_485_761),
  },
  THROTTLED: get("/scim/v2/acme/Users", AUTHORIZED),
  QUOTA_EXCEEDED: get("/scim/v2/acme/Users", AUTHORIZED),
  WAF_FILTERED: get("/scim/v2/acme/Users", AUTHORIZED),
  INTEGRATION_TIMEOUT: get("/scim/v2/acme/Users", AUTHORIZED),
  INTEGRATION_FAILURE: get("/scim/v2/acme/Users", AUTHORIZED),
  DEFAULT_5XX: get("/scim/v2/acme/Users", AUTHORIZED),
};

/** The answer as API Gateway makes it: a template knows nothing but `$context`, whose variables stand in it as text. */
export function refusedByApiGateway(type: GatewayResponseType, extendedRequestId = "AAAAAAAAAAAAAAA="): Exchange {
  const error = GATEWAY_ERRORS.find((one) => one.type === type);
  if (error === undefined) throw new Error(`${type} has no response of ours`);
  const context: Readonly<Record<string, string>> = { extendedRequestId };
  const body = gatewayErrorTemplate(error).replace(/\$context\.(\w+)/g, (_whole, name: string) => {
    const value = context[name];
    if (value === undefined) throw new Error(`$context.${name} is nothing that every request has`);
    return value;
  });
  return { request: API_GATEWAY_CODES[type], answer: answer(Number(error.status), error.headers ?? {}, body) };
}
