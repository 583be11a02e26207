/**
 * What was bent so that a real client gets its work done: recorded, never hidden. Holds rule names and counts only.
 * An entry may name an attribute of our schemas; a name or value chosen by the client never gets in here, because the
 * entries end up in the request log.
 */
export class Bent {
  readonly #counts = new Map<string, number>();

  /** @param rule e.g. `stringBoolean`, `unknownAttributes`, `opCase`; @param attribute a name out of our own schema, in schema case */
  note(rule: string, attribute?: string): void {
    const entry = attribute === undefined ? rule : `${rule}:${attribute}`;
    this.#counts.set(entry, (this.#counts.get(entry) ?? 0) + 1);
  }

  /** Takes over what was noted while something was tried that has now succeeded. */
  take(other: Bent): void {
    for (const [entry, count] of other.#counts) this.#counts.set(entry, (this.#counts.get(entry) ?? 0) + count);
  }

  /** Entries such as `stringBoolean:active` with how often each happened. */
  entries(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }
}
