import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** Lifetime of an address's token, milliseconds. */
const TOKEN_MS = 120_000;
const BYTES = 32;

/**
 * Admits a browser that opened the address from the terminal. The token works once, within two minutes, and gives a bearer that
 * is valid while the console runs. Only hashes are kept; they are compared in constant time.
 */
export class ConsoleAdmission {
  readonly #now: () => number;
  #token: { readonly hash: Buffer; readonly until: number } | undefined;
  readonly #bearers: Buffer[] = [];

  /** @param now milliseconds since the epoch */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** A new token; it replaces the last one. */
  issue(): string {
    const token = randomBytes(BYTES).toString("base64url");
    this.#token = { hash: hashOf(token), until: this.#now() + TOKEN_MS };
    return token;
  }

  /** @returns a bearer; undefined for an unknown, used or expired token */
  redeem(token: string): string | undefined {
    const known = this.#token;
    if (known === undefined || this.#now() > known.until || !timingSafeEqual(hashOf(token), known.hash))
      return undefined;
    this.#token = undefined;
    const bearer = randomBytes(BYTES).toString("base64url");
    this.#bearers.push(hashOf(bearer));
    return bearer;
  }

  /** @param authorization header */
  admits(authorization: string | undefined): boolean {
    const [, bearer] = /^Bearer ([\w-]+)$/.exec(authorization ?? "") ?? [];
    if (bearer === undefined) return false;
    const hash = hashOf(bearer);
    return this.#bearers.filter((known) => timingSafeEqual(hash, known)).length > 0;
  }
}

function hashOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
