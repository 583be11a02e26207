import { type BulkResult, carryOutBulk } from "../provisioning/bulk.ts";
import type { ResourceDefinition } from "../provisioning/resources/definition.ts";
import { BULK_MAX_PAYLOAD_SIZE, bulkAnswer, bulkResponse, readBulk } from "../scim/bulk/bulk.ts";
import { ScimError } from "../scim/error.ts";
import type { JsonObject } from "../scim/json.ts";
import type { Answer } from "./answer.ts";
import type { Endpoint, GatewayHandler } from "./endpoint.ts";
import type { Exchange } from "./exchange.ts";
import { methodNotAllowed, notOnThisPath } from "./refusals.ts";
import { noteCause, noteHolders, toScimError } from "./renderError.ts";
import { scimHandler } from "./scimHandler.ts";
import { sessionOf } from "./sessionOf.ts";

/** /Bulk (RFC 7644 section 3.7). */
export function bulkHandler(endpoint: Endpoint, definitions: readonly ResourceDefinition[]): GatewayHandler {
  return scimHandler(endpoint, {
    operation: () => "bulk.run",
    wanted: () => [],
    checksToken: () => "always",
    answer: (exchange) => answer(exchange, definitions),
  });
}

async function answer(exchange: Exchange, definitions: readonly ResourceDefinition[]): Promise<Answer> {
  const session = sessionOf(exchange);
  if (exchange.segments.length > 1) throw notOnThisPath();
  if (exchange.method !== "POST") throw methodNotAllowed(["POST"]);
  if (exchange.bytesIn > BULK_MAX_PAYLOAD_SIZE) {
    throw ScimError.tooLarge("maxPayloadSize", BULK_MAX_PAYLOAD_SIZE);
  }
  const types = definitions.map(({ type }) => type(session.rules));
  const request = readBulk(exchange.body(), types, session.rules, session.quirks);
  const results = await carryOutBulk(session, definitions, request);
  const answers = results.map((result) => render(exchange, result));
  exchange.noted.statuses = countsOf(answers.map(({ status }) => String(status)));
  const refused = results.flatMap(({ outcome }) => ("error" in outcome ? [toScimError(outcome.error)] : []));
  noteHolders(exchange, refused);
  const codes = refused.map(({ code }) => code);
  if (codes.length > 0) {
    exchange.noted.codes = countsOf(codes);
    // Logs Insights cannot add up fields whose names it does not know.
    exchange.noted.operationsRefused = codes.length;
  }
  return { status: 200, body: bulkResponse(answers) };
}

function render(exchange: Exchange, { entry, path, outcome }: BulkResult): JsonObject {
  const { base, reference } = exchange;
  if (!("error" in outcome)) return bulkAnswer(entry, { ...outcome, path }, base, reference);
  const error = toScimError(outcome.error);
  noteCause(exchange, outcome.error);
  return bulkAnswer(entry, { status: error.status, path, error }, base, reference);
}

/** How many operations ended with each status, or with each detail code: all that the log says of them. */
function countsOf(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries(counts);
}
