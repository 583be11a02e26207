import type { Session } from "../provisioning/session.ts";
import type { Exchange } from "./exchange.ts";

/** The verified session of a request that only comes here with a token. */
export function sessionOf(exchange: Exchange): Session {
  if (exchange.session === undefined) throw new Error("a route that needs a token was reached without one");
  return exchange.session;
}
