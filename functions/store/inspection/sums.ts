import { hash } from "node:crypto";

/**
 * Sums of digests by id prefix. One walk adds a digest for everything that should exist; another walk, in a different
 * order, subtracts the digests of what it finds. A sum of zero proves that both found the same, so nothing needs a single
 * check; otherwise the ids with this prefix are checked. The size does not grow with the number of users, so the sums
 * travel from step to step. Changes between the two walks also leave a difference.
 */
export class Sums {
  /** Without the sums that are zero. */
  readonly #sums: Map<string, number>;

  constructor(sums: Iterable<readonly [beginning: string, sum: number]> = []) {
    this.#sums = new Map(sums);
  }

  /** @param id that the text is about @param text must be the same in both walks */
  add(id: string, text: string): void {
    this.#change(id, digestOf(text));
  }

  remove(id: string, text: string): void {
    this.#change(id, MODULUS - digestOf(text));
  }

  #change(id: string, by: number): void {
    const beginning = beginningOf(id);
    const sum = ((this.#sums.get(beginning) ?? 0) + by) % MODULUS;
    if (sum === 0) this.#sums.delete(beginning);
    else this.#sums.set(beginning, sum);
  }

  /** Whether the walks differ in something about this id, or about another id with its prefix. */
  differsAt(id: string): boolean {
    return this.#sums.has(beginningOf(id));
  }

  /** Id prefixes with a difference, without the letter of the type, ascending. @param after the last one seen */
  differences(after = ""): string[] {
    return [...this.#sums.keys()].filter((beginning) => beginning > after).sort();
  }

  toString(): string {
    const parts = [...this.#sums].map(([beginning, sum]) => beginning + sum.toString(36).padStart(DIGITS, "0"));
    return parts.join("");
  }

  /** @returns undefined for a text that `toString` did not write */
  static read(text: string): Sums | undefined {
    if (!/^(?:[0-9A-Za-z]{2}[0-9a-z]{10})*$/.test(text)) return undefined;
    const parts = text.match(/.{12}/g) ?? [];
    const sums = parts.map((part) => [part.slice(0, 2), Number.parseInt(part.slice(2), 36)] as const);
    return sums.every(([, sum]) => sum > 0 && sum < MODULUS) ? new Sums(sums) : undefined;
  }
}

/** The sum of two such numbers is still a safe integer. */
const MODULUS = 2 ** 48;
/** Digits of a sum in base 36. */
const DIGITS = 10;

function beginningOf(id: string): string {
  return id.slice(1, 3);
}

function digestOf(text: string): number {
  return Number.parseInt(hash("sha256", text).slice(0, 12), 16);
}
