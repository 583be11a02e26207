import { readFileSync } from "node:fs";

interface Schema {
  readonly $ref?: string;
  readonly const?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
}

const schema: { readonly oneOf: readonly Schema[]; readonly definitions: Readonly<Record<string, Schema>> } =
  JSON.parse(readFileSync(new URL("../../../lib/docs/logLine.schema.json", import.meta.url), "utf8"));

/**
 * Whether a line of one of these types may have a field, written with dots as in Logs Insights: `cause.name`, `cause.at.0`.
 * @throws Error for an unknown type
 */
export function fieldOfLines(types: readonly string[]): (name: string) => boolean {
  const variants = types.map((type) => {
    const found = schema.oneOf.find(({ properties }) => properties?.type?.const === type);
    if (found === undefined) throw new Error(`no line is of type ${type}`);
    return found;
  });
  return (name) => variants.some((variant) => has(variant, name.split(".")));
}

function has(of: Schema, [first, ...rest]: readonly string[]): boolean {
  if (first === undefined) return true;
  const named = of.properties?.[first] ?? byPattern(of, first) ?? (/^\d+$/u.test(first) ? of.items : undefined);
  if (named === undefined) return false;
  const resolved = named.$ref === undefined ? named : schema.definitions[named.$ref.replace("#/definitions/", "")];
  return resolved !== undefined && has(resolved, rest);
}

function byPattern({ patternProperties = {} }: Schema, name: string): Schema | undefined {
  return Object.entries(patternProperties).find(([pattern]) => new RegExp(pattern, "u").test(name))?.[1];
}
