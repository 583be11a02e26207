import Type, { type TSchema } from "typebox";
import { type Attribute, isStored } from "../../../scim/schema.ts";
import { closed, orNull } from "./declaration.ts";

/** A SCIM attribute as the directory API shows it: null, or an empty list, where nothing is stored. */
export function shownAttribute(attribute: Attribute): TSchema {
  const { multiValued, description } = attribute;
  const one = schemaOf(attribute);
  return multiValued ? Type.Array(one, { description }) : orNull(one, description);
}

/** The stored attributes of an extension. */
export function storedAttributes(attributes: readonly Attribute[]): Readonly<Record<string, TSchema>> {
  return Object.fromEntries(
    attributes.filter(isStored).map((one) => [one.name, Type.Optional(schemaOf(one, one.description))]),
  );
}

function schemaOf({ type, subAttributes = [] }: Attribute, description?: string): TSchema {
  const options = description === undefined ? {} : { description };
  switch (type) {
    case "complex":
      return closed(storedAttributes(subAttributes), options);
    case "boolean":
      return Type.Boolean(options);
    case "integer":
      return Type.Integer(options);
    case "decimal":
      return Type.Number(options);
    case "string":
    case "dateTime":
    case "binary":
    case "reference":
      return Type.String(options);
  }
}
