import { attributeRows } from "./attributeRows.ts";

/** The change of one value; null: absent before or after. */
interface ChangeRow {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

type Values = Readonly<Record<string, unknown>> | undefined;

/** The values that differ between the two sides of an event, in the order of the later side. */
export function changeRows(before: Values, after: Values): ChangeRow[] {
  const [earlier, later] = [before, after].map((values) => grouped(values));
  const paths = new Set([...(later?.keys() ?? []), ...(earlier?.keys() ?? [])]);
  return [...paths].flatMap((path) => {
    const row = { path, before: earlier?.get(path) ?? null, after: later?.get(path) ?? null };
    return row.before === row.after ? [] : [row];
  });
}

/** Several elements may share a path, such as two work addresses. */
function grouped(values: Values): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { path, value } of attributeRows(values ?? {})) {
    const known = found.get(path);
    found.set(path, known === undefined ? value : `${known}, ${value}`);
  }
  return found;
}
