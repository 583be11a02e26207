import { connect } from "node:net";
import { createGateway } from "../../../bin/local/gateway.ts";
import type { GatewayRefusal } from "../../../bin/local/gatewayError.ts";
import { drain, listen } from "../../../bin/local/httpServer.ts";
import { GATEWAY_TYPES, LOCAL_EXAMPLES } from "../../../bin/rollcall/errors/gateway.ts";
import type { GatewayHandler } from "../../../functions/http/endpoint.ts";
import type { Sent } from "../../../functions/scim/errors/family.ts";
import { GATEWAY_ERRORS, type GatewayResponseType, gatewayErrorTemplate } from "../../../lib/gatewayErrors.ts";
import { oneHandler } from "../../support/oneHandler.ts";
import { type Answer, answer, httpTransport, type RawRequest } from "../../support/wire.ts";
import type { RequestContext } from "./refusalSetup.ts";

export const LOCAL_REFUSALS = Object.keys(LOCAL_EXAMPLES) as readonly GatewayRefusal[];
export const API_GATEWAY_TYPES = Object.keys(GATEWAY_TYPES) as readonly GatewayResponseType[];

/** What a gateway refuses, it refuses to everybody. */
export const ANYBODY = { slug: "acme", token: "rollcall_…" };

/** What a function behind the gateway does, where it does not answer. */
const BEHIND: { readonly [R in GatewayRefusal]?: "breaks" | "hangs" } = {
  integrationFailure: "breaks",
  integrationTimeout: "hangs",
};

/** How a request is sent, where it is not over HTTP by a library. */
const SENT_BY: { readonly [R in GatewayRefusal]?: "bytes" | "half" } = {
  requestTimeout: "half",
  headersTooLarge: "bytes",
};

function requestOf([method, address, given, headers = {}]: Sent): RawRequest {
  const shown = Object.entries({ Authorization: `Bearer ${ANYBODY.token}`, ...headers });
  const body: unknown = typeof given === "function" ? given() : given;
  return {
    method,
    target: address.startsWith("/") ? address : `/scim/v2/${ANYBODY.slug}/${address}`,
    headers: Object.fromEntries(shown.flatMap(([name, value]) => (value === null ? [] : [[name, value]]))),
    body: body === undefined ? body : String(body),
  };
}

/** @returns what was sent to a gateway over HTTP and what came back, and how the gateway's own line names it */
export async function refusedLocally(
  expected: GatewayRefusal,
): Promise<RequestContext & { readonly refusal: string | undefined }> {
  const request = requestOf(LOCAL_EXAMPLES[expected]);
  const [behind, by] = [BEHIND[expected], SENT_BY[expected]];
  const refusals: string[] = [];
  const handler = functionThat(behind);
  const server = createGateway({
    functions: oneHandler(handler),
    credentials: { accessKeyId: "ROLLCALL1EXAMPLE", secretAccessKey: "secret" },
    now: () => Date.parse("2026-03-01T00:00:00Z"),
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
    // Of its headers only those that are out of the ordinary.
    const [, , , own = {}] = LOCAL_EXAMPLES[expected];
    const headers = Object.fromEntries(
      Object.entries(own).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
    );
    const sent = by === undefined ? await http({ ...request, headers }) : await overBytes(port, request, by);
    return { request, answer: sent, refusal: refusals[0] };
  } finally {
    http.close();
    await drain(server, 1_000);
  }
}

function functionThat(behind: "breaks" | "hangs" | undefined): GatewayHandler {
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

/** The answer as API Gateway makes it: a template knows nothing but `$context`, whose variables stand in it as text. */
export function refusedByApiGateway(type: GatewayResponseType, extendedRequestId = "AAAAAAAAAAAAAAA="): RequestContext {
  const error = GATEWAY_ERRORS.find((one) => one.type === type);
  if (error === undefined) throw new Error(`${type} has no response of ours`);
  const context: Readonly<Record<string, string>> = { extendedRequestId };
  const body = gatewayErrorTemplate(error).replace(/\$context\.(\w+)/g, (_whole, name: string) => {
    const value = context[name];
    if (value === undefined) throw new Error(`$context.${name} is nothing that every request has`);
    return value;
  });
  return {
    request: requestOf(GATEWAY_TYPES[type].example),
    answer: answer(Number(error.status), error.headers ?? {}, body),
  };
}
