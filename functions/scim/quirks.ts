/**
 * What each quirk of one file means: the request was not as the RFC has it, and was understood all the same. The file that
 * applies a rule declares its quirks; `explain` shows the meanings, and bundlers leave them out of the functions.
 */
export type QuirkMeanings = Readonly<Record<string, string>>;

/**
 * The quirks of one request that were taken so that a real client gets its work done: recorded, never hidden. Holds names and
 * counts only. An entry may name an attribute of our schemas; a name or value chosen by the client never gets in here, because
 * the entries end up in the request log, whose field for them keeps its old name, `bent`.
 */
export class Quirks {
  readonly #counts = new Map<string, number>();

  /**
   * `note<typeof VALUE_QUIRKS>("stringBoolean", "active")`: only what a table of meanings declares can be noted.
   * @param attribute a name out of our own schema, in schema case
   */
  note<M extends QuirkMeanings = Record<never, string>>(quirk: keyof NoInfer<M> & string, attribute?: string): void {
    const entry = attribute === undefined ? quirk : `${quirk}:${attribute}`;
    this.#counts.set(entry, (this.#counts.get(entry) ?? 0) + 1);
  }

  /** Takes over what was noted while something was tried that has now succeeded. */
  take(other: Quirks): void {
    for (const [entry, count] of other.#counts) this.#counts.set(entry, (this.#counts.get(entry) ?? 0) + count);
  }

  /** Entries such as `stringBoolean:active` with how often each happened. */
  entries(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }
}
