import middy from "@middy/core";
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import { type Grantor, grantAccess } from "../provisioning/accessTokens.ts";
import { type GrantedByAssertion, grantByAssertion } from "../provisioning/assertions/grantByAssertion.ts";
import type { KeySource } from "../provisioning/assertions/ports.ts";
import { hasTimeTo, LIMITS } from "../provisioning/timeBudget.ts";
import { ScimError } from "../scim/error.ts";
import type { OrgRecord } from "../store/records.ts";
import { settle, soon, spend } from "./authenticate.ts";
import type { Endpoint, GatewayHandler } from "./endpoint.ts";
import { guarded, ONE_TIMER } from "./guarded.ts";
import { OAUTH_STATUS, type OAuthError, type OAuthRefusal, oauthRefusal, refusedWith } from "./oauthErrors.ts";
import { isMetadataRequest, metadataAnswer } from "./oauthMetadata.ts";
import { readTokenRequest, type TokenRequest } from "./oauthRequest.ts";
import { type Failed, noteCause, toScimError } from "./renderError.ts";
import { openRequest, type RequestContext } from "./requestContext.ts";
import { requestLog } from "./requestLog.ts";

/** Bytes. The client is unknown before the form is parsed, so a longer form is refused. */
const LONGEST_FORM = 8 * 1024;

/** Seconds after which an issuer may be asked for its keys again. */
const KEYS_AGAIN = "60";

export interface OAuthEndpoint extends Endpoint {
  /** The keys of assertion issuers. */
  readonly issuerKeys: KeySource;
}

interface OAuthContext extends RequestContext {
  readonly keys: KeySource;
  form(): string;
}

/**
 * The Lambda handler of `/scim/v2/{orgName}/oauth/token`: OAuth 2.0 client credentials with the errors of RFC 6749. It also
 * serves the metadata of RFC 8414.
 */
export function oauthHandler(endpoint: OAuthEndpoint): GatewayHandler {
  const rims = [requestLog(endpoint, "oauth.request"), renderFailure()];
  // Middy passes its first argument on unchanged: here that is a request context, not an event.
  const handle: (ctx: OAuthContext, context: Context) => Promise<APIGatewayProxyResult> = middy<
    OAuthContext,
    APIGatewayProxyResult
  >(ONE_TIMER)
    .use(rims)
    .use(settle())
    .handler(answer);
  return guarded(endpoint, {
    rims,
    open: (event, context) => {
      const opened = openRequest(endpoint, event, context);
      const ctx = { ...opened, keys: endpoint.issuerKeys, form: () => textOf(event) };
      ctx.logFields.op = isMetadataRequest(ctx) ? "oauth.metadata" : "oauth.token";
      return ctx;
    },
    handle,
    failed: (reference) => errorResult("server_error", ScimError.internal().message, reference),
  });
}

async function answer(ctx: OAuthContext): Promise<APIGatewayProxyResult> {
  if (isMetadataRequest(ctx)) return metadataAnswer(ctx);
  if (ctx.method !== "POST") {
    return { ...refusal(ctx, oauthRefusal("invalid_request.method"), { Allow: "POST" }), statusCode: 405 };
  }
  if (ctx.bytesIn > LONGEST_FORM) {
    return refusal(ctx, oauthRefusal("invalid_request.length", ctx.bytesIn, LONGEST_FORM));
  }
  const request = readTokenRequest(
    {
      contentType: ctx.headers.get("content-type"),
      // An empty header authenticates nobody.
      authorization: ctx.headers.get("authorization") || undefined,
      body: ctx.form(),
      query: ctx.query,
    },
    ctx.quirks,
  );
  if (request.outcome === "refused") return refusal(ctx, request);
  const granting = grant(ctx, request.client);
  // Calls of a closed request fail at once. Wait for `grant` to undo its writes, so that nothing is sent after the answer.
  const granted = await soon(ctx, granting).catch(() => granting);
  if (granted.org !== undefined) Object.assign(ctx.logFields, namesOf(granted.org, granted.secretId));
  switch (granted.outcome) {
    case "unknownClient":
      ctx.logFields.why = granted.why;
      // One text for every reason: a guess shall reveal nothing.
      return refusal(ctx, oauthRefusal(`invalid_client.${request.client.by === "secret" ? "unknown" : "assertion"}`));
    case "outOfReach":
      ctx.logFields.issuerKeys = "outOfReach";
      return refusal(ctx, oauthRefusal("temporarily_unavailable.keys"), { "Retry-After": KEYS_AGAIN });
    case "notNow":
      ctx.logFields.why = granted.reason.code;
      return refusal(ctx, refusedWith("unauthorized_client", granted.reason.message));
    case "granted":
      return result(200, {
        access_token: granted.accessToken,
        token_type: "Bearer",
        expires_in: granted.life,
        // RFC 6749 section 5.1: the granted scope is the requested scope.
        ...(request.scope === undefined ? {} : { scope: request.scope }),
      });
  }
}

async function grant(
  ctx: OAuthContext,
  client: TokenRequest["client"],
): Promise<Awaited<ReturnType<typeof grantAccess>> | GrantedByAssertion> {
  const { base, deadline, endpoint, keys, logFields, orgName, reference, signal, started, store } = ctx;
  const grantor: Grantor = {
    store,
    now: started,
    randomBytes: endpoint.randomBytes,
    verified: async (org: OrgRecord, secretId: string) => {
      Object.assign(logFields, namesOf(org, secretId));
      if (endpoint.budget !== undefined) await spend(ctx, endpoint.budget, org.id);
    },
  };
  if (client.by === "secret") return grantAccess(grantor, orgName, client);
  const means = {
    ...grantor,
    keys,
    reference,
    audiences: { tokenEndpoint: `${base}/oauth/token`, issuer: base },
    clock: endpoint.now,
    wait: endpoint.wait,
    undoing: () =>
      signal.aborted && hasTimeTo("write", { now: endpoint.now, deadline })
        ? endpoint.store.begin({ signal: AbortSignal.timeout(LIMITS.undo) }).database
        : store.database,
    keysFrom: (origin: "cached" | "fetched" | "stale") => {
      if (origin !== "cached") logFields.issuerKeys = origin;
    },
  };
  return grantByAssertion(means, orgName, client);
}

/** The log fields that name the org and its client secret. */
function namesOf(org: OrgRecord, secretId: string | undefined) {
  return { org: org.slug, orgId: org.id, tokenId: secretId };
}

function refusal(
  ctx: RequestContext,
  { error, description }: OAuthRefusal,
  headers: ScimError["headers"] = {},
): APIGatewayProxyResult {
  ctx.logFields.detailCode = `oauth.${error}`;
  const made = errorResult(error, description, ctx.reference);
  const challenge = error === "invalid_client" && { "WWW-Authenticate": 'Basic realm="rollcall"' };
  made.headers = { ...made.headers, ...challenge, ...headers };
  return made;
}

function errorResult(error: OAuthError, description: string, reference: string): APIGatewayProxyResult {
  return result(OAUTH_STATUS[error], {
    error,
    error_description: `${printableAscii(description)} (ref: ${reference})`,
  });
}

/** Gives every unexpected error this endpoint's form, and logs its cause. */
function renderFailure() {
  return {
    onError: (request: Failed<OAuthContext>): void => {
      const { event: ctx, error } = request;
      noteCause(ctx, error);
      const { code, headers, message, status } = toScimError(error);
      const isBusy = status === 429 || status === 503;
      const refused = refusedWith(isBusy ? "temporarily_unavailable" : "server_error", message);
      request.response = refusal(ctx, refused, headers);
      if (status !== 429) return;
      ctx.logFields.detailCode = code;
      request.response.statusCode = status;
    },
  };
}

/** RFC 6749 section 5.1: nobody on the way may store an answer with a token. */
function result(statusCode: number, body: object): APIGatewayProxyResult {
  return {
    statusCode,
    headers: { "Content-Type": "application/json", "Cache-Control": "no-store", Pragma: "no-cache" },
    body: JSON.stringify(body),
  };
}

/** RFC 6749 section 5.2 allows only these characters in error_description. */
function printableAscii(text: string): string {
  return text.replaceAll('"', "'").replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, "?");
}

/** A form is ASCII: bytes that are no UTF-8 are no parameter of ours. */
function textOf({ body, isBase64Encoded }: APIGatewayProxyEvent): string {
  return isBase64Encoded ? Buffer.from(body ?? "", "base64").toString("utf8") : (body ?? "");
}
