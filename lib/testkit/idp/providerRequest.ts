import type { Json } from "../../../functions/scim/json.ts";

/** An identity provider's request. */
export interface ProviderRequest {
  readonly method: string;
  /** Below the Tenant URL, percent-encoded as by that provider. */
  readonly path: string;
  readonly body?: Json;
}

/** One attribute with its new value, for a PATCH. */
export interface AttributeChange {
  readonly path: string;
  readonly value: Json;
  /** The attribute had no value. */
  readonly isNew?: boolean;
}

/** A filter that compares one attribute with a text, not yet URL-encoded. */
export function equalTo(attribute: string, value: string): string {
  return `${attribute} eq ${JSON.stringify(value)}`;
}

/** Form encoding: `+` for a space. */
export function formEncoded(text: string): string {
  return encodeURIComponent(text).replaceAll("%20", "+");
}
