/** Numbers, bytes and texts from a seed: the same in every run. Never use it for secrets. */
export class Chance {
  readonly #seed: number;
  #state: number;

  /** @param seed any whole number */
  constructor(seed: number) {
    this.#seed = seed;
    this.#state = seed >>> 0;
  }

  /** An independent sequence: taking from it changes no other. */
  fork(name: string): Chance {
    let hash = 0x811c9dc5 ^ this.#seed;
    for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
    return new Chance(hash);
  }

  /** From 0 (inclusive) to 1 (exclusive), by the generator mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 (inclusive) to `limit` (exclusive). */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.below(256));
  }

  /** @param letters to choose from */
  text(letters: string, length: number): string {
    return Array.from({ length }, () => letters.charAt(this.below(letters.length))).join("");
  }

  /** In the form of version 4 (RFC 9562). */
  uuid(): string {
    const hex = this.text("0123456789abcdef", 30);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-a${hex.slice(15, 18)}-${hex.slice(18)}`;
  }
}
