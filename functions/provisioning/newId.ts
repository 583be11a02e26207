import { BASE62 } from "../scim/schema.ts";
import type { OrgId } from "../store/keys.ts";

/** Gives `count` cryptographically random bytes. */
export type RandomBytes = (count: number) => Uint8Array;

/** The largest multiple of 62 that a byte can hold: bytes from here on are thrown away, or the first letters would come more often. */
const FAIR = 248;

/** `length` base62 characters, each equally likely. */
function randomText(length: number, randomBytes: RandomBytes): string {
  let text = "";
  while (text.length < length) {
    for (const byte of randomBytes(length - text.length)) {
      if (byte < FAIR) text += BASE62.charAt(byte % BASE62.length);
    }
  }
  return text;
}

/** The id of a resource in the form of `isIdOf` (store/storedType.ts); never guessable, never used twice. @param letter of the type */
export function newResourceId(letter: string, randomBytes: RandomBytes): string {
  return letter + randomText(22, randomBytes);
}

/** Always with a capital letter, which no login name has: wherever an org is named, either will do, and neither is the other. */
export function newOrgId(randomBytes: RandomBytes): OrgId {
  const text = randomText(8, randomBytes);
  // Administration is one of the two places that may make the branded type (store/keys.ts).
  return (/[A-Z]/.test(text) ? text : `O${text.slice(1)}`) as OrgId;
}

/** What an org publishes to show that a domain is its own: 160 random bits, in lower case for consoles that change it. */
export function newChallenge(randomBytes: RandomBytes): string {
  return Buffer.from(randomBytes(20)).toString("hex");
}

/** The public name of a token: for lists, logs and `revoke`; it opens nothing. */
export function newTokenId(randomBytes: RandomBytes): string {
  return randomText(12, randomBytes);
}

/** What numbers of an event log count within: another one when the log begins anew. */
export function newGeneration(randomBytes: RandomBytes): string {
  return randomText(6, randomBytes);
}
