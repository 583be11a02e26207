import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import type { Admitted } from "../provisioning/requestBudget.ts";
import type { Session } from "../provisioning/session.ts";
import { hasTimeTo } from "../provisioning/timeBudget.ts";
import type { BULK_QUIRKS } from "../scim/bulk/bulk.ts";
import { ScimError } from "../scim/error.ts";
import { assertOutline, assertWellFormed, type Json, own } from "../scim/json.ts";
import type { LIST_QUIRKS } from "../scim/query.ts";
import { type QuirkMeanings, Quirks } from "../scim/quirks.ts";
import type { StoreSession } from "../store/session.ts";
import type { LogFields } from "./declarations/logLine.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Metrics } from "./metrics.ts";

export const QUERY_QUIRKS = {
  repeatedParameter: "a list of attributes came in several parameters; their names counted together",
} as const satisfies QuirkMeanings;

/** One request: what it asks for, its means, and its log fields. Only files in http/ see the API Gateway event. */
export interface RequestContext {
  readonly endpoint: Endpoint;
  readonly method: string;
  /** The path segment after `/scim/v2/`, decoded. Unverified. */
  readonly orgName: string;
  /** Segments below the Tenant URL, decoded, without empty segments: `["Users", "u…"]`. */
  readonly segments: readonly string[];
  /** The whole path below the stage, for errors outside any Tenant URL. */
  readonly path: string;
  /** `https://host/stage/scim/v2/acme`: the beginning of every location and `$ref`. */
  readonly base: string;
  /** The part of `base` before the org's name, ending in a slash. */
  readonly baseOfAll: string;
  readonly reference: string;
  /** Milliseconds since the epoch. After it nobody waits for the answer. */
  readonly deadline: number;
  readonly quirks: Quirks;
  readonly store: StoreSession;
  /** Ends the request: it aborts calls to the store and lets no further call start. */
  close(): void;
  /** Aborted by `close`. */
  readonly signal: AbortSignal;
  /** Additional fields of the request's line. Handlers add to it. */
  readonly logFields: LogFields;
  /** Metrics of this request besides those that the line always has. */
  readonly metrics: Metrics;
  readonly started: number;
  /** Of the body. */
  readonly bytesIn: number;
  /** Of the values in the query. */
  readonly bytesAsked: number;
  /** API Gateway's own id. `requestContext.requestId` would not do: the client may choose it (x-amzn-RequestId). */
  readonly gatewayId: string;
  /** Lambda's id, which no client can choose. `reference` is made from it. */
  readonly lambdaRequestId: string;
  readonly route: string;
  /** By name in lower case, as are the headers. */
  readonly query: ReadonlyMap<string, string>;
  readonly headers: ReadonlyMap<string, string>;
  /** The body as JSON. @throws ScimError 400 invalidSyntax, 413, 415 */
  body(): Json;
  /** Set by the authentication. Before that, nothing may use the store. */
  session: Session | undefined;
  /** Set by the org's budget, and settled before the answer is sent. Absent where there is no budget. */
  admitted?: Admitted;
}

const SCIM_ROOT = "/scim/v2/";
/** A client that appends a path to a base URL ending in a slash sends two slashes. */
const SLASHES = /\/{2,}/g;
const JSON_TYPES = ["", "application/scim+json", "application/json"];

/** A constant, because an abort without a reason makes an error with a stack at the end of every request. */
const CLOSED = "the request was answered";

/** 5.2 MB: with its quotes escaped, such a body still fits Lambda's event. 150,000 members take less. */
export const MAX_BODY_BYTES = 5_452_595;

/** Of the headers that are read here, those whose lines together are one list (RFC 9110 section 5.3). */
const LISTS = /^(accept|if-(none-)?match)$/i;

/** Never throws for an HTTP request: the handler refuses a malformed request after authentication. */
export function openRequest(endpoint: Endpoint, event: APIGatewayProxyEvent, context: Context): RequestContext {
  const started = endpoint.now();
  const lambdaRequestId = context.awsRequestId ?? "";
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(event.headers ?? {})) {
    const lines = LISTS.test(name) ? event.multiValueHeaders?.[name] : undefined;
    if (value !== undefined) headers.set(name.toLowerCase(), lines?.join() ?? value);
  }
  const quirks = new Quirks();
  const query = queryOf(event, quirks);
  let bytesAsked = 0;
  for (const text of query.values()) bytesAsked += Buffer.byteLength(text);
  const sentPath = event.path ?? "/";
  const path = sentPath.replace(SLASHES, "/");
  if (path !== sentPath) quirks.note<typeof BULK_QUIRKS>("doubleSlash");
  const [orgName = "", ...segments] = tenantSegments(path);
  const bytesIn = Buffer.byteLength(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  const baseOfAll = baseOf(endpoint, event, headers);
  const deadline = started + (context.getRemainingTimeInMillis?.() ?? 28_000);
  const closing = new AbortController();
  let parsed: { readonly json: Json } | undefined;
  return {
    endpoint,
    method: (event.httpMethod ?? "GET").toUpperCase(),
    orgName,
    segments,
    path,
    base: `${baseOfAll}${encodeURIComponent(orgName)}`,
    baseOfAll,
    reference: referenceOf(lambdaRequestId),
    deadline,
    quirks,
    store: endpoint.store.begin({
      hasTime: () => hasTimeTo("write", { now: endpoint.now, deadline }),
      signal: closing.signal,
    }),
    close: closing.abort.bind(closing, CLOSED),
    signal: closing.signal,
    logFields: {},
    metrics: {},
    started,
    bytesIn,
    bytesAsked,
    gatewayId: event.requestContext?.extendedRequestId ?? "",
    lambdaRequestId,
    route: event.resource ?? "",
    query,
    headers,
    body: () => {
      parsed ??= { json: readBody(event, bytesIn, headers) };
      return parsed.json;
    },
    session: undefined,
  };
}

/** Short enough to read out on the telephone, long enough to be unique among all lines of a deployment. */
export function referenceOf(lambdaRequestId: string): string {
  return lambdaRequestId.replaceAll("-", "").slice(-12);
}

/** Every charset but UTF-8, which JSON is in (RFC 8259 section 8.1), and its subset. */
const OTHER_CHARSET = /charset="?(?!utf-?8|us-ascii)\w/i;
const NO_ENCODING = /^(identity)?$/i;

/**
 * RFC 7644 section 3.1 names two media types. A missing type counts as JSON. Another charset is harmless where all is ASCII.
 * API Gateway refuses most larger bodies before this, with the same status, and decompresses bodies: a Content-Encoding of one
 * that can be read says nothing, whatever else is wrong with it.
 */
function readBody(event: APIGatewayProxyEvent, bytes: number, headers: ReadonlyMap<string, string>): Json {
  if (bytes > MAX_BODY_BYTES) throw ScimError.tooLarge("body", bytes, MAX_BODY_BYTES);
  const contentType = headers.get("content-type") ?? "";
  const type = contentType.split(";")[0]?.trim().toLowerCase() ?? "";
  const isForeign = OTHER_CHARSET.test(contentType);
  if (!JSON_TYPES.includes(type)) throw ScimError.mediaType("unsupported");
  try {
    const text = event.isBase64Encoded ? decodeUtf8(Buffer.from(event.body ?? "", "base64")) : (event.body ?? "");
    if (!isForeign || Buffer.byteLength(text) === text.length) {
      assertOutline(text);
      const json: Json = JSON.parse(text.startsWith("\uFEFF") ? text.slice(1) : text);
      assertWellFormed(json);
      return json;
    }
  } catch (error) {
    if (error instanceof ScimError) throw error;
    if (!isForeign && NO_ENCODING.test(headers.get("content-encoding") ?? ""))
      throw ScimError.invalidSyntax(error instanceof SyntaxError ? "notJson" : "notUtf8");
  }
  throw ScimError.mediaType("unsupported");
}

/** @throws TypeError for what is not UTF-8 */
function decodeUtf8(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

/** For these parameters, repeated values are joined. */
const UNITED = { attributes: "attributes", excludedattributes: "excludedAttributes" };

/**
 * Parameter names are case-insensitive. The last value of a repeated parameter counts, as in `queryStringParameters`, except
 * that lists of attributes are joined. An empty filter counts as none and replaces no other filter.
 */
function queryOf(event: APIGatewayProxyEvent, quirks: Quirks): Map<string, string> {
  const several = Object.entries(event.multiValueQueryStringParameters ?? {});
  const single = Object.entries(event.queryStringParameters ?? {}).map(
    ([name, value]) => [name, [value ?? ""]] as const,
  );
  const map = new Map<string, string>();
  for (const [name, values] of several.length > 0 ? several : single) {
    const key = name.toLowerCase();
    const united = own(UNITED, key);
    const former = map.get(key);
    const all = former === undefined ? (values ?? []) : [former, ...(values ?? [])];
    if (united !== undefined && all.length > 1) quirks.note<typeof QUERY_QUIRKS>("repeatedParameter", united);
    const last = key === "filter" ? all.findLast((value) => value.trim() !== "") : all.at(-1);
    map.set(key, united === undefined ? (last ?? "") : all.join(","));
  }
  if (map.get("filter")?.trim() === "") {
    quirks.note<typeof LIST_QUIRKS>("emptyFilter");
    map.delete("filter");
  }
  return map;
}

/** The segments after `/scim/v2/`, decoded: the org's name, then the segments below the Tenant URL. */
export function tenantSegments(address: string): string[] {
  const path = address.replace(SLASHES, "/");
  const start = path.indexOf(SCIM_ROOT);
  const segments: string[] = [];
  for (const segment of start < 0 ? [] : path.slice(start + SCIM_ROOT.length).split("/")) {
    if (segment === "") continue;
    try {
      segments.push(decodeURIComponent(segment));
    } catch {
      segments.push(segment);
    }
  }
  return segments;
}

/** On API Gateway's default domain the address has the stage, on a custom domain it does not: `requestContext.path` shows which. */
function baseOf(endpoint: Endpoint, event: APIGatewayProxyEvent, headers: ReadonlyMap<string, string>): string {
  if (endpoint.publicUrl !== undefined) return endpoint.publicUrl + SCIM_ROOT;
  const publicPath = (event.requestContext?.path ?? event.path ?? "/").replace(SLASHES, "/");
  const stage = publicPath.slice(0, Math.max(0, publicPath.indexOf(SCIM_ROOT)));
  const host = event.requestContext?.domainName ?? headers.get("host") ?? "localhost";
  return `${headers.get("x-forwarded-proto") === "http" ? "http" : "https"}://${host}${stage}${SCIM_ROOT}`;
}

/** A handler's answer. `body` is JSON text. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Exactly `application/scim+json` without charset, because Entra's validator aborts on anything else. `application/json` where
 * the client accepts nothing else (OneLogin's guide).
 */
function contentTypeFor(accept = ""): "application/scim+json" | "application/json" {
  // What has the weight 0 is what the client does not take (RFC 9110 section 12.4.2).
  const weights = new Map(
    accept.split(",").map((range) => {
      const [type = ""] = range.split(";");
      return [type.trim().toLowerCase(), !/;\s*q=0(\.0*)?\s*(;|$)/i.test(range)];
    }),
  );
  // The most exact range counts, so `application/scim+json;q=0, */*` asks for the other type.
  const takes = (type: string) => weights.get(type) ?? weights.get("application/*") ?? weights.get("*/*");
  return takes("application/json") && !takes("application/scim+json") ? "application/json" : "application/scim+json";
}

export function proxyResult(ctx: RequestContext, answer: Answer): APIGatewayProxyResult {
  const headers: Record<string, string> = { "Cache-Control": "no-store", ...answer.headers };
  if (answer.body !== undefined) headers["Content-Type"] = contentTypeFor(ctx.headers.get("accept"));
  return { statusCode: answer.status, headers, body: answer.body ?? "" };
}
