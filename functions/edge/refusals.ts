import { ScimError } from "../scim/error.ts";
import type { Exchange } from "./exchange.ts";

export function methodNotAllowed(exchange: Exchange, allow: readonly string[]): ScimError {
  exchange.noted.op = "none";
  return ScimError.methodNotAllowed(allow, `This endpoint does not take the method. It takes ${allow.join(", ")}.`);
}

export function notOnThisPath(): ScimError {
  return ScimError.notFound(
    "endpoint",
    "There is no such SCIM endpoint. Below the Tenant URL there are /Users, /Groups, /.search, /Bulk, /ServiceProviderConfig, /ResourceTypes and /Schemas.",
  );
}
