import fc from "fast-check";

const FIRST_SURROGATE = 0xd800;
const SURROGATES = 0x800;

/**
 * Any code point, as the unit of `fc.string`. fast-check's own for this, `binary`, lists all 1.1 million of them in each test
 * file: a second and 85 MB.
 */
export const codePoint: fc.Arbitrary<string> = fc.nat(0x10ffff - SURROGATES).map(
  (index) => String.fromCodePoint(index < FIRST_SURROGATE ? index : index + SURROGATES),
  (text) => {
    const point = String(text).codePointAt(0) ?? 0;
    // Where it is part of no such string, fast-check tries the next one.
    if (text !== String.fromCodePoint(point)) throw new Error("not one code point");
    return point < FIRST_SURROGATE ? point : point - SURROGATES;
  },
);
