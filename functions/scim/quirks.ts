/**
 * The meanings of one file's quirks: the request deviated from the RFC but was understood. The file that applies a rule
 * declares its quirks; `explain` shows the meanings, and bundlers leave them out of the functions.
 */
export type QuirkMeanings = Readonly<Record<string, string>>;

/**
 * The quirks accepted in one request, always recorded. Contains only names and counts: an entry may name an attribute of
 * our schemas, never a name or value chosen by the client, because entries appear in the request log. Their log field has
 * its old name, `bent`.
 */
export class Quirks {
  /**
   * By entry, such as `stringBoolean:active`. A plain object, as the log line shows it: no client chooses an entry, so none
   * names an inherited member.
   */
  readonly counts: Record<string, number> = {};

  /**
   * `note<typeof VALUE_QUIRKS>("stringBoolean", "active")`: accepts only quirks that a table of meanings declares.
   * @param attribute a name from our own schema, in schema case
   */
  note<M extends QuirkMeanings = Record<never, string>>(quirk: keyof NoInfer<M> & string, attribute?: string): void {
    const entry = attribute === undefined ? quirk : `${quirk}:${attribute}`;
    this.counts[entry] = (this.counts[entry] ?? 0) + 1;
  }

  /** Adds the quirks of a part that has now succeeded. */
  take(other: Quirks): void {
    for (const [entry, count] of Object.entries(other.counts)) this.counts[entry] = (this.counts[entry] ?? 0) + count;
  }
}
