import type { APIGatewayProxyResult } from "aws-lambda";
import { errorBody, ScimError } from "../scim/error.ts";
import type { HOLDS } from "../scim/errors/access.ts";
import { StoreBusy } from "../store/records.ts";
import { attributesAtFault } from "./attributesAtFault.ts";
import { causeOf } from "./logWriter.ts";
import { proxyResult, type RequestContext } from "./requestContext.ts";

/** A request that failed, for the last middleware. */
export interface Failed<C = RequestContext> {
  readonly event: C;
  readonly error: unknown;
  response: APIGatewayProxyResult | null;
}

/** Seconds. Okta accepts only an integer. */
const RETRY_AFTER = 2;

/** Turns an error into an answer (RFC 7644 section 3.12). Nothing else does. */
export function renderError() {
  return {
    onError: (request: Failed): void => {
      const { event: ctx, error } = request;
      const scim = toScimError(error);
      noteCause(ctx, error);
      ctx.logFields.scimType = scim.scimType;
      ctx.logFields.detailCode = scim.code;
      noteHolders(ctx, [scim]);
      request.response = proxyResult(ctx, {
        status: scim.status,
        headers: scim.headers,
        body: errorBody(scim, ctx.reference),
      });
    },
  };
}

/** The error that the client gets for what was thrown. */
export function toScimError(error: unknown): ScimError {
  return scimErrorOf(error) ?? ScimError.internal();
}

/** At most so many ids on a line: enough to look at, and the line stays short. */
const HOLDERS_MOST = 5;

/** Logs the ids of the resources that already have the refused value. */
export function noteHolders(ctx: RequestContext, refused: readonly ScimError[]): void {
  const ids = new Set(refused.flatMap(({ holder }) => holder ?? []));
  if (ids.size > 0) ctx.logFields.holderIds = [...ids].slice(0, HOLDERS_MOST);
}

const HELD: keyof typeof HOLDS = "busy.removalsHeld";

/** Logs the names of the attributes at fault, and counts refusals because of held removals. */
export function noteRefused({ logFields, metrics }: RequestContext, refused: readonly ScimError[]): void {
  const names = attributesAtFault(refused, logFields.patchPaths);
  if (names.length > 0) logFields.attributes = names;
  metrics.RemovalsHeld = refused.filter(({ code }) => code === HELD).length;
}

/** A middleware for SCIM requests. */
export function refusalNoted() {
  return {
    onError: ({ event, error }: Pick<Failed, "event" | "error">): void => {
      if (error instanceof ScimError) noteRefused(event, [error]);
    },
  };
}

/** Logs the cause of an unexpected error. */
export function noteCause(ctx: RequestContext, error: unknown): void {
  if (!(error instanceof ScimError)) ctx.logFields.cause = causeOf(error);
}

function scimErrorOf(error: unknown): ScimError | undefined {
  if (error instanceof ScimError) return error;
  if (error instanceof StoreBusy) {
    return ScimError.busy(error.code, RETRY_AFTER);
  }
  return undefined;
}
