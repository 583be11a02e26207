import { Agent, request as httpRequest } from "node:http";
import { request as httpsRequest, Agent as TlsAgent } from "node:https";
import { isObject, type Json } from "../../functions/scim/json.ts";

/** A request to a server: `target` is the path below its root (or stage) with the query, as the client wrote it. */
export interface RawRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

export interface Answer {
  readonly status: number;
  /** Names are lower-case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Undefined for no body, or no JSON. */
  readonly json: Json | undefined;
}

/** Access to a server: in-process handlers, or HTTP. */
export type Transport = (request: RawRequest) => Promise<Answer>;

export interface WireRequest {
  readonly method: string;
  /** Relative to the tenant URL, including the query, as on the request line; spaces and quotes may be raw. */
  readonly path: string;
  /** Added to the defaults (bearer token, SCIM media types); null removes one. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** A string or bytes are sent unchanged, anything else as JSON. */
  readonly body?: unknown;
}

/** One identity provider's connection to one org. */
interface Wire {
  request(input: WireRequest): Promise<Answer>;
}

export interface Connection {
  readonly slug: string;
  /** e.g. `http://127.0.0.1:3000/scim/v2/acme` */
  readonly tenantUrl: string;
  readonly token: string;
}

/** A connection to an org, like an identity provider's console. */
export interface Tenant extends Wire, Connection {}

export function connect(transport: Transport, connection: Connection): Tenant {
  const base = `/scim/v2/${connection.slug}`;
  return {
    ...connection,
    request: ({ method, path, headers = {}, body }) =>
      transport({
        method,
        target: base + path,
        headers: withDefaults(connection.token, headers, body !== undefined),
        body:
          body === undefined || typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body),
      }),
  };
}

function withDefaults(
  token: string,
  headers: Readonly<Record<string, string | null>>,
  hasBody: boolean,
): Record<string, string> {
  const merged = new Map<string, [name: string, value: string | null]>([
    ["authorization", ["Authorization", `Bearer ${token}`]],
    ["accept", ["Accept", "application/scim+json"]],
    ["user-agent", ["User-Agent", "rollcall-test"]],
  ]);
  if (hasBody) merged.set("content-type", ["Content-Type", "application/scim+json"]);
  for (const [name, value] of Object.entries(headers)) merged.set(name.toLowerCase(), [name, value]);
  return Object.fromEntries([...merged.values()].flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

export function answer(status: number, headers: Readonly<Record<string, string>>, text: string): Answer {
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return { status, headers: lower, text, json: parsed(text) };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    // The test reports a body that is not JSON, not the driver.
    return undefined;
  }
}

/** Adds no header except Host and Content-Length, so that "no User-Agent" arrives. */
export function httpTransport(origin: string): Transport & { close(): void } {
  const url = new URL(origin);
  const tls = url.protocol === "https:";
  const agent = tls ? new TlsAgent({ keepAlive: true }) : new Agent({ keepAlive: true });
  const prefix = url.pathname.replace(/\/$/, "");
  const send: Transport = ({ method, target, headers, body }) =>
    new Promise((resolve, reject) => {
      const outgoing = (tls ? httpsRequest : httpRequest)(
        {
          agent,
          host: url.hostname,
          port: url.port,
          method,
          path: encoded(prefix + target),
          headers: { ...headers, ...(body === undefined ? {} : { "Content-Length": String(Buffer.byteLength(body)) }) },
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
          incoming.on("error", reject);
          incoming.on("end", () => {
            const received: Record<string, string> = {};
            for (const [name, value] of Object.entries(incoming.headers)) {
              if (value !== undefined) received[name] = Array.isArray(value) ? value.join(", ") : value;
            }
            resolve(answer(incoming.statusCode ?? 0, received, Buffer.concat(chunks).toString("utf8")));
          });
        },
      );
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  return Object.assign(send, { close: () => agent.destroy() });
}

/** Encodes only what HTTP cannot carry: everything else arrives as the client wrote it. */
export function encoded(target: string): string {
  return target.replace(/[^\x21\x24-\x3b\x3d\x3f-\x7e]/gu, (character) => encodeURIComponent(character));
}

/** The value at a dotted path such as `name.givenName` or `Resources.0.id`. */
export function at(json: Json | undefined, path: string): Json | undefined {
  let value = json;
  for (const step of path.split(".")) {
    if (Array.isArray(value)) value = value[Number(step)];
    else if (isObject(value)) value = Object.hasOwn(value, step) ? value[step] : undefined;
    else return undefined;
  }
  return value;
}
