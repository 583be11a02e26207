import type { SavedQuery } from "../../../lib/observability/queries.ts";

/**
 * The query with its parameters filled in.
 * @throws Error for an unknown parameter, one without a value, and one outside a text
 */
export function fillQuery(
  { name, parameters, text }: SavedQuery,
  values: Readonly<Record<string, string>> = {},
): string {
  const asked = new Set(parameters.map((parameter) => parameter.name));
  const used = new Set<string>();
  const filled = text.replace(/(.?)\{\{(\w+)\}\}(.?)/gsu, (_all, before: string, parameter: string, after: string) => {
    const value = values[parameter];
    if (!asked.has(parameter)) throw new Error(`${name} uses ${parameter}, which it does not ask for`);
    if (value === undefined) throw new Error(`${name} needs a value for ${parameter}`);
    if (before !== '"' || after !== '"') throw new Error(`${name}: ${parameter} must stand alone within quotes`);
    used.add(parameter);
    return `"${value}"`;
  });
  for (const parameter of asked)
    if (!used.has(parameter)) throw new Error(`${name} asks for ${parameter} and does not use it`);
  return filled;
}
