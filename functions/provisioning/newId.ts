import { BASE62 } from "../scim/schema.ts";
import type { OrgId } from "../store/keys.ts";

/** Returns `count` cryptographically random bytes. */
export type RandomBytes = (count: number) => Uint8Array;

/** The largest multiple of 62 up to 256. Bytes from here on are dropped, since they would favour the first characters. */
const FAIR = 248;

/** Bytes that are asked of the system at once: a call costs more than a thousand bytes. */
const SUPPLY_BYTES = 1_024;

/** @returns parts of what `randomBytes` gives in a larger piece, no byte twice */
export function fromSupply(randomBytes: RandomBytes): RandomBytes {
  let supply: Uint8Array = new Uint8Array();
  return (count) => {
    if (count > supply.length) supply = randomBytes(count + SUPPLY_BYTES);
    const taken = supply.subarray(0, count);
    supply = supply.subarray(count);
    return taken;
  };
}

/** `length` base62 characters, each equally likely. */
function randomText(length: number, randomBytes: RandomBytes): string {
  let text = "";
  while (text.length < length) {
    for (const byte of randomBytes(length - text.length)) {
      if (byte < FAIR) text += BASE62.charAt(byte % BASE62.length);
    }
  }
  return text.slice(0, length);
}

/** A resource id in the form of `isIdOf` (store/keys.ts): not guessable, never used twice. @param letter of the type */
export function newResourceId(letter: string, randomBytes: RandomBytes): string {
  return letter + randomText(22, randomBytes);
}

/** Always has a capital letter, and a login name never does: so a path may have either without confusion. */
export function newOrgId(randomBytes: RandomBytes): OrgId {
  const text = randomText(8, randomBytes);
  // One of the two places that may make the branded type (store/keys.ts).
  return (/[A-Z]/.test(text) ? text : `O${text.slice(1)}`) as OrgId;
}

/** Published to prove that a domain is the org's: 160 random bits, in lower case because some DNS consoles change case. */
export function newChallenge(randomBytes: RandomBytes): string {
  return Buffer.from(randomBytes(20)).toString("hex");
}

/** A token's public id, for lists, logs and `revoke`. It grants no access. */
export function newTokenId(randomBytes: RandomBytes): string {
  return randomText(12, randomBytes);
}

/** Event numbers are unique within a generation. A log that begins again gets a new one. */
export function newGeneration(randomBytes: RandomBytes): string {
  return randomText(6, randomBytes);
}
