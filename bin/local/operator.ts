import { timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** Who calls when nobody had to sign: who may read the data folder is the operator. */
export const LOCAL_USER = "arn:aws:iam::000000000000:user/local";

const KEY_HEADER = "rollcall-key";

/** What opens the administration of a running server to the command line tool. @param key out of `server.json` */
export function operatorHeaders(key: string): Readonly<Record<string, string>> {
  return { [KEY_HEADER]: key, "Content-Type": "application/json" };
}

/**
 * Whether a request comes from the operator of this machine. A web page has no key, and could not send one either: it gives
 * itself away by its origin, by a name for this address that is its own (DNS rebinding), and asks before it sends JSON.
 */
export function isOperator(headers: IncomingHttpHeaders, host: string, key: string | undefined): boolean {
  const given = headers[KEY_HEADER];
  if (key === undefined || typeof given !== "string" || !isSame(given, key)) return false;
  return headers.host === host && headers.origin === undefined && headers["content-type"] === "application/json";
}

/** The key goes no further than the gateway. @param rawHeaders names and values in turn */
export function withoutKey(rawHeaders: readonly string[]): string[] {
  return rawHeaders.filter((_, index) => rawHeaders[index - (index % 2)]?.toLowerCase() !== KEY_HEADER);
}

function isSame(given: string, key: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(key)];
  return one.length === other.length && timingSafeEqual(one, other);
}
