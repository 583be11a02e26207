import type { APIGatewayProxyEvent, Context } from "aws-lambda";
import { checksum } from "../provisioning/token.ts";
import type { GatewayHandler } from "./endpoint.ts";

/** A request that a function refuses before it takes its first one. */
export interface WarmUp {
  readonly method: "GET" | "POST";
  /** Below the Tenant URL. */
  readonly path: string;
  readonly filter?: string;
  /** Absent: the token of nobody. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Well-formed, and of nobody: an org id is random, and were it this one, the token would still not be any of its own. */
const NOBODYS_TOKEN = /* @__PURE__ */ tokenOf("rollcall_00000000");
export const NOBODYS_SECRET = /* @__PURE__ */ tokenOf("rollcall_client_00000000");

/**
 * Milliseconds that Lambda would give. Too few for any write (`RESERVED.write`), and a table that does not answer is not
 * waited for longer than a quarter of them.
 */
const TIME = 2_000;

/**
 * Has a handler answer a request of nobody: the connection to the table then stands, the key of the day's signatures is
 * made, and V8 has compiled what every request runs. It reads what any request with an unknown token reads, and ends in
 * a 401. It never throws: a process that could not be warmed takes requests all the same.
 */
export async function warmUp(handler: GatewayHandler, { method, path, filter, headers, body }: WarmUp): Promise<void> {
  const event = {
    httpMethod: method,
    path: `/scim/v2/-${path}`,
    headers: headers ?? { authorization: `Bearer ${NOBODYS_TOKEN}` },
    queryStringParameters: { filter },
    body,
  };
  const context = { getRemainingTimeInMillis: () => TIME };
  // All that a request is read from; API Gateway and Lambda say much more.
  await handler(event as unknown as APIGatewayProxyEvent, context as unknown as Context).catch(() => undefined);
}

function tokenOf(beginning: string): string {
  const unsealed = `${beginning}_${"0".repeat(43)}`;
  return `${unsealed}_${checksum(unsealed)}`;
}
