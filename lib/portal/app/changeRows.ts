import { attributeRows } from "./attributeRows.ts";

/** What one change did to one value; null: there was, or is, none. */
interface ChangeRow {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

type Values = Readonly<Record<string, unknown>> | undefined;

/** The values that differ between the two sides of an event, in the order of the later one. */
export function changeRows(before: Values, after: Values): ChangeRow[] {
  const [earlier, later] = [before, after].map((values) => grouped(values));
  const paths = new Set([...(later?.keys() ?? []), ...(earlier?.keys() ?? [])]);
  return [...paths].flatMap((path) => {
    const row = { path, before: earlier?.get(path) ?? null, after: later?.get(path) ?? null };
    return row.before === row.after ? [] : [row];
  });
}

/** Several elements may have one path, as two work addresses do. */
function grouped(values: Values): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { path, value } of attributeRows(values ?? {})) {
    const known = found.get(path);
    found.set(path, known === undefined ? value : `${known}, ${value}`);
  }
  return found;
}
