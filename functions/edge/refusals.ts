import { ScimError } from "../scim/error.ts";

export function methodNotAllowed(allow: readonly string[]): ScimError {
  return ScimError.methodNotAllowed(allow, `This endpoint does not take the method. It takes ${allow.join(", ")}.`);
}

export function notOnThisPath(): ScimError {
  return ScimError.notFound(
    "endpoint",
    "There is no such SCIM endpoint. Below the Tenant URL there are /Users, /Groups, /.search, /Bulk, /ServiceProviderConfig, /ResourceTypes and /Schemas.",
  );
}
