import type { Json } from "../../../functions/scim/json.ts";

/** A request as an identity provider forms it. */
export interface ProviderRequest {
  readonly method: string;
  /** Below the Tenant URL, percent-encoded as that provider does it. */
  readonly path: string;
  readonly body?: Json;
}

/** One attribute with its new value: what a PATCH is made of. */
export interface AttributeChange {
  readonly path: string;
  readonly value: Json;
  /** Nothing was there before. */
  readonly isNew?: boolean;
}

/** A filter that compares one attribute with a text, not yet encoded for a URL. */
export function equalTo(attribute: string, value: string): string {
  return `${attribute} eq ${JSON.stringify(value)}`;
}

/** With `+` for a space, as a form encodes it. */
export function formEncoded(text: string): string {
  return encodeURIComponent(text).replaceAll("%20", "+");
}
