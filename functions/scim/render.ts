import { etagOf } from "./etag.ts";
import type { JsonObject } from "./json.ts";

/** What one answer is joined from. */
export interface Rendering {
  /** Of the resource type. */
  readonly type: string;
  readonly id: string;
  readonly version: number;
  /** ISO 8601. */
  readonly created: string;
  readonly lastModified: string;
  /** JSON text of the canonical attributes, `schemas` first. */
  readonly attributes: string;
  /** Absolute. */
  readonly location: string;
  /** What is not stored with it, such as the groups of a user. */
  readonly lists?: JsonObject | undefined;
  /** Puts names that the client asked for into the attributes: a text joined without parsing them does without. */
  readonly withNames?: ((attributes: JsonObject) => JsonObject) | undefined;
}

/** The resource as JSON text, joined without parsing its attributes: schemas, id, attributes, lists, meta. */
export function resourceText(input: Rendering): string {
  const { attributes } = input;
  // `schemas` comes first, and no schema URN contains a bracket.
  const end = attributes.indexOf("]") + 1;
  const lists = JSON.stringify(input.lists ?? {}).slice(1, -1);
  return `${attributes.slice(0, end)},"id":${JSON.stringify(input.id)}${attributes.slice(end, -1)}${
    lists === "" ? "" : `,${lists}`
  },"meta":${JSON.stringify(metaOf(input))}}`;
}

/** The same resource as an object, for projection and filters. */
export function resourceObject(input: Rendering): JsonObject {
  const { schemas, ...attributes }: JsonObject = JSON.parse(input.attributes);
  return {
    schemas: schemas ?? [],
    id: input.id,
    ...(input.withNames?.(attributes) ?? attributes),
    ...input.lists,
    meta: metaOf(input),
  };
}

function metaOf(input: Rendering): JsonObject {
  return {
    resourceType: input.type,
    created: input.created,
    lastModified: input.lastModified,
    location: input.location,
    version: etagOf(input.version),
  };
}
