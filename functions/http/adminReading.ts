import type { ClientSecretWishes } from "../provisioning/clientSecrets.ts";
import { OperatorError } from "../provisioning/operatorError.ts";
import type { OrgWishes } from "../provisioning/orgs.ts";
import type { RotationWishes, TokenWishes } from "../provisioning/tokens.ts";
import type { JsonObject } from "../scim/json.ts";
import type { SingleSignOn } from "../store/records.ts";
import { flagAt, numberAt, objectAt, present, readBody, refuseOthers, textAt, textsAt } from "./jsonReading.ts";
import type { RequestContext } from "./requestContext.ts";

/** The requests of the admin API as the use cases want them. Names and types are checked here, values by the use cases. */

const WISHES = ["displayName", "entitled", "sso", "admins", "preset", "changedRules"];
const TOKEN_WISHES = ["description", "expiresInDays", "boundTo"];

/** @throws ScimError 400 invalidSyntax, invalidValue */
export function readNewOrg(ctx: RequestContext): { readonly slug: string; readonly wishes: OrgWishes } {
  const body = readBody(ctx, ["org", ...WISHES]);
  const slug = textAt(body, "org");
  if (slug === undefined) throw OperatorError.invalidValue("orgMissing");
  return { slug, wishes: wishesIn(body) };
}

/** @throws ScimError 400 invalidSyntax, invalidValue */
export function readOrgChange(ctx: RequestContext): OrgWishes {
  return wishesIn(readBody(ctx, WISHES));
}

/** @throws ScimError 400 invalidSyntax, invalidValue */
export function readNewToken(ctx: RequestContext): TokenWishes {
  return tokenWishesIn(readBody(ctx, TOKEN_WISHES));
}

/** @throws ScimError 400 invalidSyntax, invalidValue */
export function readRotation(ctx: RequestContext): RotationWishes {
  const body = readBody(ctx, [...TOKEN_WISHES, "overlapSeconds", "onFirstUse"]);
  return {
    ...tokenWishesIn(body),
    ...present("overlapSeconds", numberAt(body, "overlapSeconds")),
    ...present("onFirstUse", flagAt(body, "onFirstUse")),
  };
}

/** @throws ScimError 400 invalidSyntax, invalidValue */
export function readNewClientSecret(ctx: RequestContext): ClientSecretWishes {
  const body = readBody(ctx, ["description", "expiresInDays"]);
  return {
    ...present("description", textAt(body, "description")),
    ...present("expiresInDays", numberAt(body, "expiresInDays")),
  };
}

/** Why something is done to an org; "" when the request does not say. @throws ScimError 400 invalidSyntax, invalidValue */
export function readReason(ctx: RequestContext): string {
  return textAt(readBody(ctx, ["reason"]), "reason") ?? "";
}

/** @throws ScimError 400 invalidSyntax, invalidValue */
export function readConfirmation(ctx: RequestContext): string | undefined {
  return textAt(readBody(ctx, ["confirm"]), "confirm");
}

function wishesIn(body: JsonObject): OrgWishes {
  return {
    ...present("displayName", textAt(body, "displayName")),
    ...present("entitled", flagAt(body, "entitled")),
    ...present("sso", body.sso === null ? null : singleSignOnAt(body)),
    ...present("admins", textsAt(body, "admins")),
    ...present("preset", body.preset),
    ...present("changedRules", objectAt(body, "changedRules")),
  };
}

function tokenWishesIn(body: JsonObject): TokenWishes {
  return {
    ...present("description", textAt(body, "description")),
    ...present("expiresInDays", numberAt(body, "expiresInDays")),
    ...present("boundTo", textAt(body, "boundTo")),
  };
}

function singleSignOnAt(body: JsonObject): SingleSignOn | undefined {
  const sso = objectAt(body, "sso");
  if (sso === undefined) return undefined;
  refuseOthers(sso, ["url", "entityId"], "sso");
  return { ...present("url", textAt(sso, "url")), ...present("entityId", textAt(sso, "entityId")) };
}
