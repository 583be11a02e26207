import { emailKey, nameKey, userNameKey } from "../scim/comparison.ts";
import { isObject, type JsonObject } from "../scim/json.ts";
import type { GroupKeys, UserKeys } from "./directoryPorts.ts";

/** The keys under which a user is found. @throws ScimError 400 invalidValue for a userName that no key can be made of */
export function userKeysOf(attributes: JsonObject): UserKeys {
  return {
    userName: userNameKey(textOf(attributes.userName)),
    externalId: textOrNothing(attributes.externalId),
    emails: [...new Set(emailsOf(attributes).map(emailKey))],
  };
}

/** @throws ScimError 400 invalidValue for a displayName that no key can be made of */
export function groupKeysOf(attributes: JsonObject): GroupKeys {
  return { displayName: nameKey(textOf(attributes.displayName)), externalId: textOrNothing(attributes.externalId) };
}

/**
 * Whether there is a work e-mail: one of type `work`, or one without any type, since some clients send nothing but the
 * address (idp-wire.md 4 and 11).
 */
export function hasWorkEmail(attributes: JsonObject): boolean {
  return elementsOf(attributes.emails).some(
    (email) =>
      textOf(email.value).trim() !== "" && (email.type === undefined || textOf(email.type).toLowerCase() === "work"),
  );
}

function emailsOf(attributes: JsonObject): string[] {
  return elementsOf(attributes.emails).flatMap((email) => (typeof email.value === "string" ? [email.value] : []));
}

function elementsOf(value: JsonObject[string] | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function textOf(value: JsonObject[string] | undefined): string {
  return typeof value === "string" ? value : "";
}

function textOrNothing(value: JsonObject[string] | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
