/** One value of a SCIM resource, by its name in identity providers' mappings. */
interface AttributeRow {
  /** `emails[type eq "work"].value` */
  readonly path: string;
  readonly value: string;
}

/** Attributes of every resource, and those with another place on the page. */
const UNSHOWN: readonly string[] = ["schemas", "meta", "id", "groups", "members"];

/** The values of a resource, or of an event's attributes, in order. */
export function attributeRows(resource: Readonly<Record<string, unknown>>): AttributeRow[] {
  return Object.entries(resource).flatMap(([name, value]) =>
    // RFC 7644 section 3.10: a colon ends the URN of an extension.
    UNSHOWN.includes(name) ? [] : rowsOf(name, value, name.startsWith("urn:") ? ":" : "."),
  );
}

function rowsOf(path: string, value: unknown, separator: string): AttributeRow[] {
  if (Array.isArray(value)) {
    return value.flatMap((element, index) => rowsOf(elementPath(path, element, index), element, "."));
  }
  if (isRecord(value)) {
    return Object.entries(value).flatMap(([name, inner]) => rowsOf(`${path}${separator}${name}`, inner, "."));
  }
  return value === null || value === undefined ? [] : [{ path, value: String(value) }];
}

function elementPath(path: string, element: unknown, index: number): string {
  const type = isRecord(element) ? element.type : undefined;
  return typeof type === "string" ? `${path}[type eq "${type}"]` : `${path}[${index + 1}]`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
