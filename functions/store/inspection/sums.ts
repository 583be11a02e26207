import { hash } from "node:crypto";

/**
 * Sums of digests, by the beginning of ids. One walk adds a digest for whatever should be found, another one, in quite another
 * order, takes away that of what it finds. Where nothing is left both found the same, and nothing has to be looked at one by
 * one; where something is left, the ids that begin so are. It is as large for a million users as for a thousand, so
 * that it travels from step to step. Two walks are never at one moment: what changed between them leaves something too.
 */
export class Sums {
  /** Absent: nothing. */
  readonly #sums: Map<string, number>;

  constructor(sums: Iterable<readonly [beginning: string, sum: number]> = []) {
    this.#sums = new Map(sums);
  }

  /** @param id that the text is about @param text what is the same in both walks */
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

  /** Whether the walks differ in something about the id, or about one that begins like it. */
  differsAt(id: string): boolean {
    return this.#sums.has(beginningOf(id));
  }

  /** Beginnings of the ids whose sums differ, without the letter of the type, ascending. @param after the last one seen */
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

/** Twice as much is still a safe integer. */
const MODULUS = 2 ** 48;
/** Of a sum to the base of 36. */
const DIGITS = 10;

function beginningOf(id: string): string {
  return id.slice(1, 3);
}

function digestOf(text: string): number {
  return Number.parseInt(hash("sha256", text).slice(0, 12), 16);
}
