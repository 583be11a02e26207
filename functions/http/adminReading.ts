import type { ClientSecretWishes } from "../provisioning/clientSecrets.ts";
import { OperatorError } from "../provisioning/operatorError.ts";
import type { OrgWishes } from "../provisioning/orgs.ts";
import type { RotationWishes, TokenWishes } from "../provisioning/tokens.ts";
import type { JsonObject } from "../scim/json.ts";
import type { SingleSignOn } from "../store/records.ts";
import type { Exchange } from "./exchange.ts";
import { flagAt, numberAt, objectAt, present, readBody, refuseOthers, textAt, textsAt } from "./jsonReading.ts";

/** The requests of the admin API as the use cases want them. Names and types are checked here, values by the use cases. */

const WISHES = ["displayName", "entitled", "sso", "admins", "preset", "changedRules"];
const TOKEN_WISHES = ["description", "expiresInDays", "boundTo"];

/** @throws ScimError 400 invalidSyntax, invalidValue */
export function readNewOrg(exchange: Exchange): { readonly slug: string; readonly wishes: OrgWishes } {
  const body = readBody(exchange, ["org", ...WISHES]);
  const slug = textAt(body, "org");
  if (slug === undefined) throw OperatorError.invalidValue("orgMissing");
  return { slug, wishes: wishesIn(body) };
}

/** @throws ScimError 400 invalidSyntax, invalidValue */
export function readOrgChange(exchange: Exchange): OrgWishes {
  return wishesIn(readBody(exchange, WISHES));
}

/** @throws ScimError 400 invalidSyntax, invalidValue */
export function readNewToken(exchange: Exchange): TokenWishes {
  return tokenWishesIn(readBody(exchange, TOKEN_WISHES));
}

/** @throws ScimError 400 invalidSyntax, invalidValue */
export function readRotation(exchange: Exchange): RotationWishes {
  const body = readBody(exchange, [...TOKEN_WISHES, "overlapSeconds", "onFirstUse"]);
  return {
    ...tokenWishesIn(body),
    ...present("overlapSeconds", numberAt(body, "overlapSeconds")),
    ...present("onFirstUse", flagAt(body, "onFirstUse")),
  };
}

/** @throws ScimError 400 invalidSyntax, invalidValue */
export function readNewClientSecret(exchange: Exchange): ClientSecretWishes {
  const body = readBody(exchange, ["description", "expiresInDays"]);
  return {
    ...present("description", textAt(body, "description")),
    ...present("expiresInDays", numberAt(body, "expiresInDays")),
  };
}

/** Why something is done to an org; "" when the request does not say. @throws ScimError 400 invalidSyntax, invalidValue */
export function readReason(exchange: Exchange): string {
  return textAt(readBody(exchange, ["reason"]), "reason") ?? "";
}

/** @throws ScimError 400 invalidSyntax, invalidValue */
export function readConfirmation(exchange: Exchange): string | undefined {
  return textAt(readBody(exchange, ["confirm"]), "confirm");
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
