import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import { RESERVED, timerMs } from "../provisioning/timeBudget.ts";
import { errorBody, ScimError } from "../scim/error.ts";
import type { Endpoint, GatewayHandler } from "./endpoint.ts";
import { causeOf, logWriter } from "./logWriter.ts";
import { type RequestContext, referenceOf } from "./requestContext.ts";

/** A middleware around every answer: it writes the line, or turns an error into an answer. */
interface Rim<E extends RequestContext> {
  onError(request: { readonly event: E; readonly error: unknown; response: APIGatewayProxyResult | null }): void;
}

interface Guarded<E extends RequestContext> {
  open(event: APIGatewayProxyEvent, context: Context): E;
  /** Outermost first, as for Middy. They also make the answer of a request that ran out of time. */
  readonly rims: readonly Rim<NoInfer<E>>[];
  handle(ctx: E, context: Context): Promise<APIGatewayProxyResult>;
  /** The answer when there is no request context. Absent: a SCIM error. */
  failed?(reference: string): APIGatewayProxyResult;
}

/** Turns off Middy's own timer: it would fire after the timer here, when the answer is already sent. */
export const ONE_TIMER = { timeoutEarlyInMillis: 0 };

/**
 * A Lambda handler with one timer around authentication, work and middleware. It also answers and logs faults outside the
 * middleware: an event that is no request, a fault in the middleware itself. Otherwise the caller would get API Gateway's
 * 502, and the log a stack trace whose message may hold values of the request. After any answer, nothing more is sent to
 * the store (ADR 30).
 */
export function guarded<E extends RequestContext>(
  endpoint: Endpoint,
  { open, rims, handle, failed }: Guarded<E>,
): GatewayHandler {
  const write = logWriter(endpoint);
  return async (event, context) => {
    let ctx: E | undefined;
    let timer: NodeJS.Timeout | undefined;
    try {
      ctx = open(event, context);
      const over = Promise.withResolvers<undefined>();
      timer = setTimeout(over.resolve, timerMs(ctx.deadline - endpoint.now() - RESERVED.answer), undefined);
      const answer = handle(ctx, context);
      return (await Promise.race([answer, over.promise])) ?? tooLate(ctx, answer, rims);
    } catch (error) {
      const at = endpoint.now();
      const lambdaRequestId = context?.awsRequestId ?? "";
      const reference = referenceOf(lambdaRequestId);
      const line = {
        type: "request.failed",
        ts: new Date(at).toISOString(),
        level: "ERROR",
        ver: endpoint.version,
        ref: reference,
        reqId: lambdaRequestId,
        apigwReqId: gatewayIdIn(event),
        status: 500,
        detailCode: "internal",
        cause: causeOf(error),
      };
      write(() => ({ line, at }));
      return (failed ?? scimFailure)(reference);
    } finally {
      clearTimeout(timer);
      ctx?.close();
    }
  };
}

/** Closes the request first, so that work under way cannot write after this answer. */
function tooLate<E extends RequestContext>(
  ctx: E,
  answer: Promise<APIGatewayProxyResult>,
  rims: readonly Rim<E>[],
): APIGatewayProxyResult {
  ctx.close();
  // The work ends soon. Its result is ignored, because the line is written here.
  answer.catch(() => undefined);
  const error = ScimError.busy("timeout", 2);
  const request: Parameters<Rim<E>["onError"]>[0] = { event: ctx, error, response: null };
  for (const { onError } of rims.toReversed()) onError(request);
  if (request.response === null) throw error;
  return request.response;
}

function scimFailure(reference: string): APIGatewayProxyResult {
  return {
    statusCode: 500,
    headers: { "Content-Type": "application/scim+json", "Cache-Control": "no-store" },
    body: errorBody(ScimError.internal(), reference),
  };
}

function gatewayIdIn(event: APIGatewayProxyEvent | null | undefined): string {
  const id: unknown = event?.requestContext?.extendedRequestId;
  return typeof id === "string" ? id : "";
}
