import { hash } from "node:crypto";

const BYTES = 1_024;
const MARKS = 4;

/**
 * A Bloom filter of shown ids, of fixed size so that a cursor can carry it. It never denies a shown id. With a thousand shown ids,
 * it takes one in fifty other ids for shown.
 */
export class ShownIds {
  readonly #bits: Uint8Array;

  /** @param bits from the property `bits`; absent: nothing was shown */
  constructor(bits: Uint8Array = new Uint8Array(BYTES)) {
    this.#bits = Uint8Array.from(bits);
  }

  /** Whether the bytes can be those of a filter. */
  static fits(bits: Uint8Array): boolean {
    return bits.length === BYTES;
  }

  get bits(): Uint8Array {
    return this.#bits;
  }

  add(id: string): void {
    for (const mark of marksOf(id)) this.#bits[mark >> 3] = (this.#bits[mark >> 3] ?? 0) | (1 << (mark & 7));
  }

  mayHold(id: string): boolean {
    return marksOf(id).every((mark) => ((this.#bits[mark >> 3] ?? 0) & (1 << (mark & 7))) !== 0);
  }
}

/** Bit numbers of an id. */
function marksOf(id: string): number[] {
  const digest = hash("sha256", id, "buffer");
  return Array.from({ length: MARKS }, (_none, mark) => digest.readUInt16LE(2 * mark) % (8 * BYTES));
}
