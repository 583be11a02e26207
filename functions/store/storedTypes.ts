import { elementsOf, type JsonObject } from "../scim/json.ts";
import { emailKey, nameKey, userNameKey } from "../scim/paths.ts";
import { isPrimary } from "../scim/readValue.ts";
import { attributesOf, GROUP_LAYOUT, type StoredType, type TypeLayout, USER_LAYOUT } from "./storedType.ts";

export const STORED_USERS = /* @__PURE__ */ stored(USER_LAYOUT, (attributes) => ({
  name: userNameKey(textOf(attributes.userName)),
  externalId: textOrNothing(attributes.externalId),
  values: [...new Set(emailsOf(attributes).map(emailKey))],
}));

export const STORED_GROUPS = /* @__PURE__ */ stored(GROUP_LAYOUT, (attributes) => ({
  name: nameKey(textOf(attributes.displayName)),
  externalId: textOrNothing(attributes.externalId),
  values: [],
}));

/** Calls are marked as pure, so that a function that needs one type does not bundle the others. */
function stored(layout: TypeLayout, keysOf: StoredType["keysOf"]): StoredType {
  return { ...layout, keysOf };
}

/** All types of which an org can hold resources, in the order of an inspection. */
export const LAYOUTS: readonly TypeLayout[] = [USER_LAYOUT, GROUP_LAYOUT];

/** The types of `LAYOUTS` with their keys. */
export const STORED_TYPES: readonly StoredType[] = [STORED_USERS, STORED_GROUPS];

/**
 * The work e-mail (P8): an element of type `work`, or without a type, because some clients send only the address. Where
 * there is none, the primary or only address counts: a common provider types it `other`.
 * @returns `typed` by its type, `counted` otherwise; undefined where there is none
 */
export function workEmailIn(attributes: JsonObject): "typed" | "counted" | undefined {
  const { typed, counted } = workEmails(attributes);
  if (typed.length > 0) return "typed";
  return counted.length > 0 ? "counted" : undefined;
}

/** The addresses that are work e-mails, as stored; several where several are typed so. */
export function workEmailsOf(attributes: JsonObject): readonly string[] {
  const { typed, counted } = workEmails(attributes);
  return (typed.length > 0 ? typed : counted).map(({ value }) => textOf(value));
}

function workEmails(attributes: JsonObject) {
  const emails = elementsOf(attributes.emails).filter(({ value }) => textOf(value).trim() !== "");
  return {
    typed: emails.filter(({ type }) => type === undefined || textOf(type).toLowerCase() === "work"),
    counted: emails.length === 1 ? emails : emails.filter(isPrimary),
  };
}

function emailsOf(attributes: JsonObject): string[] {
  return elementsOf(attributes.emails).flatMap((email) => (typeof email.value === "string" ? [email.value] : []));
}

function textOf(value: JsonObject[string] | undefined): string {
  return typeof value === "string" ? value : "";
}

function textOrNothing(value: JsonObject[string] | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Whether the user is a member of the org. */
export function isActive(user: { readonly attributes: string }): boolean {
  return attributesOf(user).active === true;
}
