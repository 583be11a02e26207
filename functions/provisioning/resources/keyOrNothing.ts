import { ScimError } from "../../scim/error.ts";

/** A value no key can be made of is nobody's value. */
export function keyOrNothing<K>(keyOf: (text: string) => K, value: string): K | undefined {
  try {
    return keyOf(value);
  } catch (error) {
    if (error instanceof ScimError) return undefined;
    throw error;
  }
}
