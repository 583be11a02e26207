import { isIP } from "node:net";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type AllowedAddresses, isForbiddenAddress } from "../../functions/bus/addresses.ts";
import { readWebhookUrl } from "../../functions/bus/webhookUrl.ts";

const byte = fc.nat(255);
/** One IPv4 address, in every way of writing that some parser takes. */
const writtenIpv4 = fc.tuple(byte, byte, byte, byte).chain(([a, b, c, d]) => {
  const number = ((a * 256 + b) * 256 + c) * 256 + d;
  const parts = [a, b, c, d];
  const radix = (base: 8 | 10 | 16) => (part: number) => ({ 8: "0", 10: "", 16: "0x" })[base] + part.toString(base);
  return fc.constantFrom(
    ...[parts.join("."), `${parts.join(".")}.`, String(number), radix(16)(number), radix(8)(number)],
    ...[parts.map(radix(8)).join("."), parts.map(radix(16)).join("."), `${a}.${(b * 256 + c) * 256 + d}`],
    ...[`${a}.${b}.${c * 256 + d}`, `[::ffff:${parts.join(".")}]`, `[64:ff9b::${parts.join(".")}]`],
    parts.join(".").replace(/[0-9]/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
    parts.join("。"),
  );
});
const host = fc.oneof(
  writtenIpv4,
  fc.ipV6().map((address) => `[${address}]`),
  fc.webAuthority(),
  fc.constantFrom("localhost", "a.localhost.", "LOCALHOST", ".", "..", "a..b", "%6cocalhost"),
  fc.string({ unit: "grapheme" }),
);
/** Not fast-check's own, which makes a table of all characters first: a second for each process. */
const piece = fc.oneof(
  fc.constantFrom(..."azAZ09-._~!$&'()*+,;=:@"),
  fc.constantFrom("é", "€", "漢", "😀", "/", "?", "#", "%", "\\", "\u0000").map(encodeURIComponent),
);
const path = fc
  .array(fc.string({ unit: piece, maxLength: 10 }), { maxLength: 5 })
  .map((segments) => segments.map((segment) => `/${segment}`).join(""));
/** What a parser writes out, near the length that a URL may have. */
const longTail = fc.oneof(
  { weight: 9, arbitrary: fc.constant("") },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom("a", "ü", "€", "😀", "%"), fc.integer({ min: 100, max: 2_100 }))
      .map(([one, n]) => `/${one.repeat(n)}`),
  },
);
const text = fc.oneof(
  fc
    .tuple(fc.constantFrom("https", "http", "HTTPS", "ftp"), host, path, longTail)
    .map(([scheme, at, below, tail]) => `${scheme}://${at}${below}${tail}`),
  fc.string(),
);

describe.each<AllowedAddresses>(["public", "alsoLoopback"])(
  "whatever is written as a URL, of what is allowed: %s",
  (allowed) => {
    test("is refused, or leads to no address that is forbidden, and means the same when it is read again", () => {
      fc.assert(
        fc.property(text, (written) => {
          const read = readWebhookUrl(written, allowed);
          if ("fault" in read) return;
          const { host: to, port, protocol, url } = read;
          expect(isIP(to) > 0 && isForbiddenAddress(to, allowed)).toBe(false);
          expect(to).not.toMatch(
            allowed === "public" ? /^$|^[\d.]+\.$|localhost\.?$|[[\]@%\s]|\.$/i : /^$|[[\]@%\s]|\.$/,
          );
          if (allowed === "public") expect([protocol, port]).toEqual(["https:", 443]);
          expect(readWebhookUrl(url, allowed)).toEqual(read);
        }),
        { numRuns: 1_000 },
      );
    });
  },
);

test("an address of a private network is refused in every way of writing it, also by who may call this machine", () => {
  const inside = fc.constantFrom([10, 1], [172, 16], [192, 168], [169, 254], [0, 0]);
  fc.assert(
    fc.property(inside, byte, byte, ([a = 0, b = 0], c, d) => {
      const number = ((a * 256 + b) * 256 + c) * 256 + d;
      for (const at of [
        `${a}.${b}.${c}.${d}`,
        `${number}`,
        `0x${number.toString(16)}`,
        `[::ffff:${a}.${b}.${c}.${d}]`,
      ]) {
        for (const allowed of ["public", "alsoLoopback"] as const) {
          expect(readWebhookUrl(`https://${at}/`, allowed)).toEqual({ fault: "address" });
        }
      }
    }),
  );
});
