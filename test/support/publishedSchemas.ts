import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";
import type { Tenant } from "./wire.ts";

/**
 * An org's own /Schemas and /ResourceTypes, to check resources as a client would: read from the wire, independent of the code
 * that made them.
 */
export class PublishedSchemas {
  readonly #schemas: ReadonlyMap<string, JsonObject>;
  /** Resource type → its schema and its extensions. */
  readonly #types: ReadonlyMap<string, readonly string[]>;

  private constructor(schemas: ReadonlyMap<string, JsonObject>, types: ReadonlyMap<string, readonly string[]>) {
    this.#schemas = schemas;
    this.#types = types;
  }

  static async of(tenant: Tenant): Promise<PublishedSchemas> {
    const listed = async (path: string): Promise<JsonObject[]> => {
      const { json } = await tenant.request({ method: "GET", path });
      return objectsIn(isObject(json ?? null) ? (json as JsonObject).Resources : undefined);
    };
    const schemas = new Map((await listed("/Schemas")).map((schema) => [String(schema.id), schema]));
    const types = new Map(
      (await listed("/ResourceTypes")).map((type) => [
        String(type.name),
        [String(type.schema), ...objectsIn(type.schemaExtensions).map((one) => String(one.schema))],
      ]),
    );
    return new PublishedSchemas(schemas, types);
  }

  /**
   * @param whole false for a requested part: then required attributes may be missing
   * @returns faults of the resource; empty when the schemas describe it
   */
  faults(resource: Json | undefined, whole: boolean): string[] {
    if (!isObject(resource ?? null)) return ["no object"];
    const { schemas, id, externalId, meta, ...attributes } = resource as JsonObject;
    const named = Array.isArray(schemas) ? schemas.map(String) : [];
    const [core] = [...this.#types.values()].filter(([base]) => base !== undefined && named.includes(base));
    if (core === undefined) return [`schemas ${JSON.stringify(schemas)} name no resource type`];
    const [base = "", ...extensions] = core;
    const found: string[] = [];
    if (new Set(named).size !== named.length) found.push("schemas names one twice");
    for (const urn of named) if (!core.includes(urn)) found.push(`schemas names ${urn}, which the type does not have`);
    if (typeof id !== "string" || id === "") found.push("id is missing");
    if (externalId !== undefined && typeof externalId !== "string") found.push("externalId is no string");
    if (whole) found.push(...metaFaults(meta, this.#isWritten(base)));
    const own: JsonObject = {};
    for (const [name, value] of Object.entries(attributes)) {
      if (!name.includes(":")) own[name] = value;
      else if (!extensions.includes(name)) found.push(`${name} is no extension of the type`);
      else if (!named.includes(name)) found.push(`${name} is not in schemas`);
      else found.push(...this.#inContainer(name, value, whole));
    }
    found.push(...this.#inContainer(base, { ...own, ...(externalId === undefined ? {} : { externalId }) }, whole));
    return found;
  }

  /** Resources that nobody writes have no times. */
  #isWritten(urn: string): boolean {
    return objectsIn(this.#schemas.get(urn)?.attributes).some(({ mutability }) => mutability !== "readOnly");
  }

  #inContainer(urn: string, value: Json, whole: boolean): string[] {
    const schema = this.#schemas.get(urn);
    if (schema === undefined) return [`/Schemas does not have ${urn}`];
    return isObject(value) ? partFaults(objectsIn(schema.attributes), value, whole, "") : [`${urn} is no object`];
  }
}

function metaFaults(meta: Json | undefined, isWritten: boolean): string[] {
  if (meta === undefined || !isObject(meta)) return ["meta is missing"];
  const names = ["resourceType", ...(isWritten ? ["created", "lastModified"] : []), "location", "version"];
  const missing = names.filter((name) => typeof meta[name] !== "string").map((name) => `meta.${name} is missing`);
  const strange = Object.keys(meta).filter((name) => !names.includes(name));
  return [...missing, ...strange.map((name) => `meta.${name} is in no RFC`)];
}

function partFaults(attributes: readonly JsonObject[], value: JsonObject, whole: boolean, at: string): string[] {
  const found: string[] = [];
  for (const [name, part] of Object.entries(value)) {
    // The exact published spelling: a client's parser may be case-sensitive.
    const attribute = attributes.find((one) => one.name === name);
    if (attribute === undefined) found.push(`${at}${name} is in no schema`);
    else found.push(...valueFaults(attribute, part, whole, at + name));
  }
  for (const { name, required, returned } of whole ? attributes : []) {
    if (required === true && returned !== "never" && value[String(name)] === undefined) {
      found.push(`${at}${name} is required and missing`);
    }
  }
  return found;
}

function valueFaults(attribute: JsonObject, value: Json, whole: boolean, at: string): string[] {
  if (attribute.returned === "never") return [`${at} is never returned`];
  if (attribute.multiValued !== true) return oneFaults(attribute, value, whole, at);
  if (!Array.isArray(value)) return [`${at} is no list`];
  const found = value.flatMap((one, index) => oneFaults(attribute, one, whole, `${at}[${index}]`));
  const primaries = value.filter((one) => isObject(one) && one.primary === true).length;
  if (primaries > 1) found.push(`${at} has ${primaries} primaries`);
  const pairs = value.flatMap((one) =>
    isObject(one) && one.value !== undefined ? [[one.type, one.value].join("\n")] : [],
  );
  if (new Set(pairs).size !== pairs.length) found.push(`${at} has the same type and value twice`);
  return found;
}

function oneFaults(attribute: JsonObject, value: Json, whole: boolean, at: string): string[] {
  const wrong = [`${at} is ${JSON.stringify(value)?.slice(0, 60)}, not of type ${attribute.type}`];
  switch (attribute.type) {
    case "boolean":
      return typeof value === "boolean" ? [] : wrong;
    case "integer":
      return Number.isInteger(value) ? [] : wrong;
    case "decimal":
      return typeof value === "number" ? [] : wrong;
    case "dateTime":
      return typeof value === "string" && !Number.isNaN(Date.parse(value)) ? [] : wrong;
    case "complex":
      return isObject(value) ? partFaults(objectsIn(attribute.subAttributes), value, whole, `${at}.`) : wrong;
    default:
      return typeof value === "string" && value !== "" ? [] : wrong;
  }
}

function objectsIn(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
