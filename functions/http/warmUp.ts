import type { APIGatewayProxyEvent, Context } from "aws-lambda";
import { checksum } from "../provisioning/token.ts";
import type { GatewayHandler } from "./endpoint.ts";

/** A request that a function sends itself before its first real request, and refuses. */
export interface WarmUp {
  readonly method: "GET" | "POST";
  /** Below the Tenant URL. */
  readonly path: string;
  readonly filter?: string;
  /** Absent: the header of a token that no org has. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Well-formed tokens that no org has. Even if an org had this random id, none of its tokens would be this text. */
const NOBODYS_TOKEN = /* @__PURE__ */ tokenOf("rollcall_00000000");
export const NOBODYS_SECRET = /* @__PURE__ */ tokenOf("rollcall_client_00000000");

/**
 * Milliseconds that the warm-up pretends to have: too few for any write (`RESERVED.write`). It waits at most a quarter of them
 * for the table.
 */
const TIME = 2_000;

/**
 * Sends a handler a request with an unknown token. It opens the connection to the table, derives the signing key of the day,
 * and makes V8 compile the code of every request. The request reads what any unknown token's request reads, and ends with
 * 401. Never throws: a process without the warm-up can still take requests.
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
  // The handler reads no other fields of an event and a context.
  await handler(event as unknown as APIGatewayProxyEvent, context as unknown as Context).catch(() => undefined);
}

function tokenOf(beginning: string): string {
  const unsealed = `${beginning}_${"0".repeat(43)}`;
  return `${unsealed}_${checksum(unsealed)}`;
}
