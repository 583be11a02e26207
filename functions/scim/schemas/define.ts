import type { Attribute } from "../schema.ts";

/** ATTRNAME (RFC 7643 section 2.1), and `$ref`, which that grammar forgets (erratum 8924). */
const NAME = /^(?:[A-Za-z][\w$-]*|\$ref)$/;

/**
 * An attribute with the defaults of RFC 7643 section 2.2 for every characteristic that is not given.
 * @throws Error for a name that no path could name, and for complex parts of a complex attribute (section 2.3.8)
 */
export function define(name: string, description: string, characteristics: Partial<Attribute> = {}): Attribute {
  if (!NAME.test(name)) throw new Error(`"${name}" is no name of an attribute`);
  if (characteristics.subAttributes?.some(({ type }) => type === "complex")) {
    throw new Error(`a sub-attribute of ${name} is complex itself`);
  }
  return {
    name,
    type: "string",
    multiValued: false,
    description,
    required: false,
    // A reference is compared exactly (RFC 7643 section 2.3.7), a binary too (section 2.3.6).
    caseExact: characteristics.type === "reference" || characteristics.type === "binary",
    mutability: "readWrite",
    returned: "default",
    uniqueness: "none",
    ...characteristics,
  };
}

/** A multi-valued attribute with the sub-attributes of RFC 7643 section 2.4. */
export function defineList(
  name: string,
  description: string,
  value: Attribute,
  canonicalTypes?: readonly string[],
): Attribute {
  return define(name, description, {
    type: "complex",
    multiValued: true,
    subAttributes: [
      value,
      define("display", "A human-readable form of the value, for display only."),
      defineType(canonicalTypes),
      definePrimary(),
    ],
  });
}

export function defineType(canonicalValues?: readonly string[]): Attribute {
  const description = "What the value is used for.";
  return define("type", description, canonicalValues === undefined ? {} : { canonicalValues });
}

export function definePrimary(): Attribute {
  return define("primary", "Whether this is the preferred value; true for one value at most.", { type: "boolean" });
}
