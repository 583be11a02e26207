import type { APIGatewayProxyResult } from "aws-lambda";
import { carryOutBulk } from "../provisioning/bulk.ts";
import type { BulkResult } from "../provisioning/bulkResults.ts";
import type { ResourceDefinition } from "../provisioning/resources/definition.ts";
import { BULK_MAX_PAYLOAD_SIZE, bulkAnswer, bulkResponse, readBulk } from "../scim/bulk/bulk.ts";
import { bulkError, ScimError } from "../scim/error.ts";
import type { JsonObject } from "../scim/json.ts";
import type { Endpoint, GatewayHandler } from "./endpoint.ts";
import { noteCause, noteHolders, noteRefused, toScimError } from "./renderError.ts";
import { proxyResult, type RequestContext } from "./requestContext.ts";
import { scimHandler, sessionOf } from "./scimHandler.ts";

/** /Bulk (RFC 7644 section 3.7). */
export function bulkHandler(endpoint: Endpoint, definitions: readonly ResourceDefinition[]): GatewayHandler {
  return scimHandler(endpoint, {
    operation: () => "bulk.run",
    wanted: () => [],
    answer: (ctx) => answer(ctx, definitions),
  });
}

async function answer(ctx: RequestContext, definitions: readonly ResourceDefinition[]): Promise<APIGatewayProxyResult> {
  const session = sessionOf(ctx);
  if (ctx.segments.length > 1) throw ScimError.notFound("endpoint");
  if (ctx.method !== "POST") throw ScimError.methodNotAllowed(["POST"]);
  if (ctx.bytesIn > BULK_MAX_PAYLOAD_SIZE) {
    throw bulkError("tooLarge.maxPayloadSize", [BULK_MAX_PAYLOAD_SIZE]);
  }
  const types = definitions.map(({ type }) => type(session.rules));
  const request = readBulk(ctx.body(), types, session.rules, session.quirks);
  const results = await carryOutBulk(session, definitions, request);
  const answers = results.map((result) => render(ctx, result));
  ctx.logFields.statuses = countsOf(answers.map(({ status }) => String(status)));
  const refused = results.flatMap(({ outcome }) => ("error" in outcome ? [toScimError(outcome.error)] : []));
  noteHolders(ctx, refused);
  noteRefused(ctx, refused);
  const codes = refused.map(({ code }) => code);
  if (codes.length > 0) {
    ctx.logFields.codes = countsOf(codes);
    // Logs Insights cannot sum fields whose names the query does not know.
    ctx.logFields.operationsRefused = codes.length;
  }
  return proxyResult(ctx, { status: 200, body: bulkResponse(answers) });
}

function render(ctx: RequestContext, { entry, path, outcome }: BulkResult): JsonObject {
  const { base, reference } = ctx;
  if (!("error" in outcome)) return bulkAnswer(entry, { ...outcome, path }, base, reference);
  const error = toScimError(outcome.error);
  noteCause(ctx, outcome.error);
  return bulkAnswer(entry, { status: error.status, path, error }, base, reference);
}

/** How often each name occurs. The log line has only these counts of statuses and of detail codes. */
function countsOf(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries(counts);
}
