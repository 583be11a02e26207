import type { APIGatewayProxyResult } from "aws-lambda";
import type { RequestContext } from "./requestContext.ts";

/** What a handler decided to say. `body` is JSON text. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * `application/scim+json`, exactly and without charset (Entra's validator aborts on anything else), unless the client
 * takes nothing but `application/json` (OneLogin's guide).
 */
export function contentTypeFor(accept: string | undefined): "application/scim+json" | "application/json" {
  const ranges = (accept ?? "").split(",").map((range) => range.split(";")[0]?.trim().toLowerCase() ?? "");
  const takesScim = ranges.some(
    (range) => range === "application/scim+json" || range === "application/*" || range === "*/*",
  );
  return !takesScim && ranges.includes("application/json") ? "application/json" : "application/scim+json";
}

export function proxyResult(ctx: RequestContext, answer: Answer): APIGatewayProxyResult {
  const headers: Record<string, string> = { "Cache-Control": "no-store", ...answer.headers };
  if (answer.body !== undefined) headers["Content-Type"] = contentTypeFor(ctx.header("accept"));
  return { statusCode: answer.status, headers, body: answer.body ?? "" };
}
