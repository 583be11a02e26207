import { generateKeyPairSync, sign } from "node:crypto";

/** DER, as far as a certificate needs it (X.690, RFC 5280). */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts);
const integer = (...bytes: readonly number[]) => der(0x02, Buffer.from(bytes));
const oid = (...bytes: readonly number[]) => der(0x06, Buffer.from(bytes));
const time = (at: number) => der(0x18, Buffer.from(`${new Date(at).toISOString().replace(/[-:T]|\.\d+/g, "")}`));

const ECDSA_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
const SUBJECT_ALT_NAME = oid(0x55, 0x1d, 0x11);
const COMMON_NAME = oid(0x55, 0x04, 0x03);
const [DNS, ADDRESS] = [0x82, 0x87];

/**
 * A self-signed certificate and its key, PEM.
 * @param host a name, or `127.0.0.1`
 * @param ends milliseconds since the epoch
 */
export function selfSigned(host: string, ends: number): { readonly cert: string; readonly key: string } {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(host)))));
  const numbers = host.split(".").map(Number);
  const isAddress = numbers.length === 4 && numbers.every(Number.isInteger);
  const alternative = isAddress ? der(ADDRESS, Buffer.from(numbers)) : der(DNS, Buffer.from(host));
  const extensions = sequence(sequence(SUBJECT_ALT_NAME, der(0x04, sequence(alternative))));
  const body = sequence(
    der(0xa0, integer(2)),
    integer(1),
    ECDSA_SHA256,
    name,
    sequence(time(ends - 400 * 86_400_000), time(ends)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, extensions),
  );
  const signature = der(0x03, Buffer.from([0]), sign("sha256", body, privateKey));
  const base64 = sequence(body, ECDSA_SHA256, signature)
    .toString("base64")
    .replace(/.{64}(?=.)/g, "$&\n");
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}
