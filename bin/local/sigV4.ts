import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { HttpRequest } from "./proxyEvent.ts";

/** Sign requests to this server with these. */
export interface LocalCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export type SignedRequest = Pick<HttpRequest, "method" | "path" | "queryString" | "rawHeaders" | "body">;

/**
 * `missing`: the request has no signature. `form`: this form of signature is not supported. `accessKey`: another signer.
 * `time`: too early or too late. `mismatch`: the signature is of another request.
 */
export type SignatureFault = "missing" | "form" | "accessKey" | "time" | "mismatch";

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 +Credential=([^/,\s]+)\/(\d{8})\/([A-Za-z0-9-]+)\/execute-api\/aws4_request, *SignedHeaders=([a-z0-9_;-]+), *Signature=([0-9a-f]{64})$/;
const TIME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;
const TOLERANCE_MS = 300_000;

/**
 * Checks the AWS Signature Version 4 of a request (IAM User Guide, "Create a signed AWS API request") as API Gateway does: for
 * any region, without remembering signatures. It takes only the header form with lasting credentials: no presigned query, no
 * session token, no unsigned body. `host`, `x-amz-date` and every other `x-amz-` header must be signed.
 * @param now milliseconds since the epoch
 * @returns undefined for a valid signature
 */
export function signatureFault(
  request: SignedRequest,
  { accessKeyId, secretAccessKey }: LocalCredentials,
  now: number,
): SignatureFault | undefined {
  const headers = headersOf(request.rawHeaders);
  const [authorization, ...more] = headers.get("authorization") ?? [];
  if (isPresigned(request.queryString)) return "form";
  if (authorization === undefined) return "missing";
  const [, key, date = "", region = "", names = "", signature] = AUTHORIZATION.exec(authorization) ?? [];
  if (more.length > 0 || key === undefined || signature === undefined) {
    return authorization.startsWith("AWS4-") ? "form" : "missing";
  }
  if (!isSame(key, accessKeyId)) return "accessKey";
  const signed = names.split(";");
  const [time = "", ...times] = headers.get("x-amz-date") ?? [];
  const hash = sha256(request.body);
  if (times.length > 0 || !isComplete(signed, headers) || !isHashOf(headers.get("x-amz-content-sha256"), hash)) {
    return "form";
  }
  if (!time.startsWith(date) || !(Math.abs(timeOf(time) - now) <= TOLERANCE_MS)) return "time";

  const scope = `${date}/${region}/execute-api/aws4_request`;
  const signingKey = [date, region, "execute-api", "aws4_request"].reduce<string | Buffer>(
    hmac,
    `AWS4${secretAccessKey}`,
  );
  const head = signed.map((name) => `${name}:${(headers.get(name) ?? []).map(oneSpaced).join(",")}\n`).join("");
  const fits = variants(request).map(([path, query]) => {
    const canonical = [request.method, path, query, head, names, hash].join("\n");
    const text = ["AWS4-HMAC-SHA256", time, scope, sha256(canonical)].join("\n");
    return isSame(hmac(signingKey, text).toString("hex"), signature);
  });
  return fits.includes(true) ? undefined : "mismatch";
}

/** By lower-case name. */
function headersOf(rawHeaders: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const headers = new Map<string, string[]>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? "").toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), rawHeaders[index + 1] ?? ""]);
  }
  return headers;
}

function isPresigned(queryString: string): boolean {
  return queryString.split("&").some((pair) => decoded(pair).toLowerCase().startsWith("x-amz-"));
}

/** Whether everything required is signed, and everything listed as signed exists. */
function isComplete(signed: readonly string[], headers: ReadonlyMap<string, readonly string[]>): boolean {
  if (headers.has("x-amz-security-token") || signed.some((name) => !headers.has(name))) return false;
  const ordered = signed.every((name, index) => index === 0 || name > (signed[index - 1] ?? ""));
  const needed = ["host", "x-amz-date", ...[...headers.keys()].filter((name) => name.startsWith("x-amz-"))];
  return ordered && needed.every((name) => signed.includes(name));
}

function isHashOf(claimed: readonly string[] = [], hash: string): boolean {
  return claimed.every((one) => one === hash);
}

/** NaN for an invalid time. */
function timeOf(text: string): number {
  return Date.parse(text.replace(TIME, "$1-$2-$3T$4:$5:$6Z"));
}

/**
 * Path and query as clients sign them. Services other than S3 encode the path a second time; some clients sign it as sent; most
 * drop its empty segments. The query is decoded and encoded again; some clients sign its pairs as sent, and old ones do not
 * sort them.
 */
function variants({ path, queryString }: SignedRequest): readonly (readonly [path: string, query: string])[] {
  const paths = [path, path.replace(/\/{2,}/g, "/")].flatMap((one) => [one, one.split("/").map(encoded).join("/")]);
  const asSent = sortedQuery(pairsIn(queryString));
  const queries = new Set([canonicalQuery(queryString), asSent, queryString]);
  return [...new Set(paths)].flatMap((one) => [...queries].map((query) => [one, query] as const));
}

function canonicalQuery(queryString: string): string {
  const pairs = pairsIn(queryString).filter(([name, value]) => name !== "" || value !== "");
  return sortedQuery(pairs.map(([name, value]) => [encoded(decoded(name)), encoded(decoded(value))]));
}

type Pair = readonly [name: string, value: string];

/** As they were sent. */
function pairsIn(queryString: string): readonly Pair[] {
  if (queryString === "") return [];
  return queryString.split("&").map((pair) => {
    const equals = pair.indexOf("=");
    return equals < 0 ? [pair, ""] : [pair.slice(0, equals), pair.slice(equals + 1)];
  });
}

function sortedQuery(pairs: readonly Pair[]): string {
  return pairs
    .toSorted(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map((pair) => pair.join("="))
    .join("&");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Decodes as the query is read: a plus is a space. Invalid encoding stays, and matches no signature. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

/** RFC 3986: encodes all but the unreserved characters. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

function oneSpaced(value: string): string {
  return value.trim().replace(/ +/g, " ");
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
