/** How one value of the settings is read. What is wrong goes into `problems`, so that all of it is said at once. */
export type Given = Readonly<Record<string, unknown>>;

/** One JSON object. */
export function isRecord(value: unknown): value is Given {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param prefix what stands before the key in messages, such as `domain.` */
export function refuseUnknown(prefix: string, given: Given, known: readonly string[], problems: string[]): void {
  for (const key of Object.keys(given)) {
    if (!known.includes(key)) problems.push(`${prefix}${key}: no such key; the keys are ${known.join(", ")}`);
  }
}

/** @param say what a right value is, in words @returns the fallback where the value is wrong, which `problems` then holds */
export function text(
  given: Given,
  key: string,
  fallback: string,
  form: RegExp,
  say: string,
  problems: string[],
): string {
  const value = given[key] ?? fallback;
  if (typeof value === "string" && form.test(value)) return value;
  problems.push(`${key}: must be ${say}, not ${JSON.stringify(value)}`);
  return fallback;
}

export function flag(given: Given, key: string, problems: string[]): boolean {
  const value = given[key] ?? false;
  if (value === true || value === "true") return true;
  if (value === false || value === "false") return false;
  problems.push(`${key}: must be true or false, not ${JSON.stringify(value)}`);
  return false;
}

export function optionalText(
  given: Given,
  key: string,
  form: RegExp,
  say: string,
  problems: string[],
): string | undefined {
  return given[key] === undefined ? undefined : text(given, key, "", form, say, problems);
}

/** A whole number, given as one or, from the command line, as text. */
export function whole(value: unknown): number | undefined {
  const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) && number > 0 ? number : undefined;
}
