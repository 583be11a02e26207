import type { APIGatewayProxyResult } from "aws-lambda";

const { validateHeaderName, validateHeaderValue } = process.getBuiltinModule("node:http");

/** A complete answer, before it is written. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string[]>>;
  /** A string is sent as UTF-8. */
  readonly body: string | Uint8Array;
}

/**
 * Reads a function's result as API Gateway does: `multiValueHeaders` win over `headers` of the same name; a body without
 * Content-Type gets `application/json`.
 * @returns undefined for what API Gateway calls a malformed proxy response
 */
export function httpResponse(result: unknown): HttpResponse | undefined {
  if (!isProxyResult(result)) return undefined;
  const headers = new Map<string, [name: string, values: string[]]>();
  for (const [name, value] of Object.entries(result.headers ?? {}))
    headers.set(name.toLowerCase(), [name, [String(value)]]);
  for (const [name, values] of Object.entries(result.multiValueHeaders ?? {})) {
    headers.set(name.toLowerCase(), [name, values.map(String)]);
  }
  if (![...headers.values()].every(([name, values]) => canBeSent(name, values))) return undefined;
  const text = result.body ?? "";
  const body = result.isBase64Encoded === true ? Buffer.from(text, "base64") : text;
  if (body.length > 0 && !headers.has("content-type"))
    headers.set("content-type", ["Content-Type", ["application/json"]]);
  return {
    status: result.statusCode,
    headers: Object.fromEntries(headers.values()),
    body,
  };
}

function isProxyResult(result: unknown): result is APIGatewayProxyResult {
  if (typeof result !== "object" || result === null || !("statusCode" in result)) return false;
  const { statusCode } = result;
  if (typeof statusCode !== "number" || !Number.isInteger(statusCode) || statusCode < 200 || statusCode > 599)
    return false;
  return !("body" in result) || result.body === undefined || result.body === null || typeof result.body === "string";
}

function canBeSent(name: string, values: readonly string[]): boolean {
  try {
    validateHeaderName(name);
    for (const value of values) validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
