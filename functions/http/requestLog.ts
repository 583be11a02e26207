import type { APIGatewayProxyResult } from "aws-lambda";
import { identityProviderOf, METHODS, OTHER_METHOD } from "./clientNames.ts";
import type { Endpoint } from "./endpoint.ts";
import { logWriter } from "./logWriter.ts";
import type { Metrics } from "./metrics.ts";
import type { RequestContext } from "./requestContext.ts";

interface Logged {
  readonly event: RequestContext;
  readonly response: APIGatewayProxyResult | null;
}

export type RequestType =
  | "scim.request"
  | "admin.request"
  | "oauth.request"
  | "directory.request"
  | "portal.request"
  | "maintenance.request";

/** The outermost middleware: it writes one canonical line per request, whatever its result (declarations/logLine.ts). */
export function requestLog(endpoint: Endpoint, type: RequestType) {
  const write = logWriter(endpoint);
  let cold = true;
  const written = new WeakSet<RequestContext>();
  const log = ({ event: ctx, response }: Logged): void => {
    // A request that ran out of time already has its line. Its late end shall write no second line.
    if (written.has(ctx)) return;
    written.add(ctx);
    const first = cold;
    cold = false;
    write(() => {
      const { quirks, metrics, logFields, session, started, store } = ctx;
      const status = response?.statusCode ?? 500;
      const quirksTaken = quirks.counts;
      const skippedMembers = quirksTaken.unknownMemberSkipped;
      const line = {
        type,
        ts: new Date(started).toISOString(),
        // 501 means that a feature is not offered. It is no fault.
        level: status >= 500 && status !== 501 ? "ERROR" : status >= 400 ? "WARN" : "INFO",
        ver: endpoint.version,
        ref: ctx.reference,
        reqId: ctx.lambdaRequestId,
        apigwReqId: ctx.gatewayId,
        org: session?.org.slug,
        orgId: session?.org.id,
        tokenId: session?.tokenId,
        idp: identityProviderOf(ctx.headers.get("user-agent")),
        method: METHODS.includes(ctx.method) ? ctx.method : OTHER_METHOD,
        route: ctx.route,
        status,
        ...logFields,
        ...session?.effects.entries(),
        bent: Object.keys(quirksTaken).length === 0 ? undefined : quirksTaken,
        skippedMembers,
        ms: endpoint.now() - started,
        ddbCalls: store.usage.calls,
        trips: store.usage.trips,
        rcu: store.usage.rcu,
        wcu: store.usage.wcu,
        retries: store.usage.retries,
        conflicts: store.usage.conflicts,
        bytesIn: ctx.bytesIn,
        bytesOut: Buffer.byteLength(response?.body ?? ""),
        cold: first,
        initMs: first ? endpoint.initMs : undefined,
      };
      const counted: Metrics = {
        Unauthorized: status === 401 ? 1 : 0,
        Busy: status === 503 ? 1 : 0,
        BudgetRefusals: status === 429 && type !== "portal.request" ? 1 : 0,
        Conflicts: store.usage.conflicts,
        SkippedMembers: skippedMembers ?? 0,
      };
      return { line, at: started, metrics: { ...counted, ...metrics } };
    });
  };
  return { after: log, onError: log };
}
