import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import { errorBody, ScimError } from "../scim/error.ts";
import type { Endpoint, GatewayHandler } from "./endpoint.ts";
import { type Exchange, referenceOf } from "./exchange.ts";
import { causeOf, logWriter } from "./logWriter.ts";

interface Guarded<E extends Exchange> {
  open(event: APIGatewayProxyEvent, context: Context): E;
  handle(exchange: E, context: Context): Promise<APIGatewayProxyResult>;
  /** The answer when there is no exchange to answer through. */
  failed?(reference: string): APIGatewayProxyResult;
}

/**
 * A Lambda handler that answers and logs also what happens outside the middleware: an event that no request can be read
 * from, a fault of the middleware itself. Without it the caller would get API Gateway's own 502 and the log a stack trace
 * whose message may hold whatever was sent.
 */
export function guarded<E extends Exchange>(endpoint: Endpoint, { open, handle, failed }: Guarded<E>): GatewayHandler {
  const write = logWriter(endpoint);
  return async (event, context) => {
    try {
      return await handle(open(event, context), context);
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
    }
  };
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
