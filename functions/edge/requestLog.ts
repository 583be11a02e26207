import type { APIGatewayProxyResult } from "aws-lambda";
import type { Exchange } from "./exchange.ts";
import { identityProviderOf } from "./identityProvider.ts";

interface Logged {
  readonly event: Exchange;
  readonly response: APIGatewayProxyResult | null;
}

/** One canonical line per request, whatever became of it (platform.md 5). The outermost middleware. */
export function requestLog(type: "scim.request" | "admin.request" | "oauth.request" | "directory.request") {
  let cold = true;
  const write = ({ event: exchange, response }: Logged): void => {
    const { endpoint, store, session } = exchange;
    const status = response?.statusCode ?? 500;
    try {
      endpoint.log({
        type,
        ts: new Date(exchange.started).toISOString(),
        level: levelOf(status),
        ver: endpoint.version,
        ref: exchange.reference,
        reqId: exchange.lambdaRequestId,
        apigwReqId: exchange.requestId,
        org: session?.org.slug,
        tokenId: session?.tokenId,
        idp: identityProviderOf(exchange.header("user-agent")),
        method: exchange.method,
        route: exchange.route,
        status,
        ...exchange.noted,
        bent: emptyToNothing(exchange.bent.entries()),
        ms: endpoint.now() - exchange.started,
        ddbCalls: store.usage.calls,
        trips: store.usage.trips,
        rcu: store.usage.rcu,
        wcu: store.usage.wcu,
        retries: store.usage.retries,
        conflicts: store.usage.conflicts,
        bytesIn: exchange.bytesIn,
        bytesOut: Buffer.byteLength(response?.body ?? ""),
        cold,
      });
    } catch {
      // A line that cannot be written must not fail a request that was carried out.
    }
    cold = false;
  };
  return {
    after: (request: Logged): void => write(request),
    onError: (request: Logged): void => write(request),
  };
}

/** 501 says that something is not offered: nothing is broken. */
function levelOf(status: number): "ERROR" | "WARN" | "INFO" {
  if (status >= 500 && status !== 501) return "ERROR";
  return status >= 400 ? "WARN" : "INFO";
}

function emptyToNothing(entries: Record<string, number>): Record<string, number> | undefined {
  return Object.keys(entries).length === 0 ? undefined : entries;
}
