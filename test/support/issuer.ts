import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { createServer, type RequestListener } from "node:http";
import { closed, listening } from "./serving.ts";

/** A signing key of an issuer or of a client. */
export interface SigningKey {
  readonly kid: string;
  readonly alg: "RS256" | "ES256";
  readonly privateKey: KeyObject;
  /** The public part, in a key set's form. */
  readonly jwk: Readonly<Record<string, unknown>>;
}

/** Keys are slow to make and belong to nobody: each is reused under other names. */
const pairs = new Map<string, { readonly publicKey: KeyObject; readonly privateKey: KeyObject }>();

/** @param which pair of several with one algorithm */
export function signingKey(kid: string, alg: SigningKey["alg"] = "RS256", which = 0): SigningKey {
  const known = pairs.get(`${alg}${which}`);
  const pair =
    known ??
    (alg === "RS256"
      ? generateKeyPairSync("rsa", { modulusLength: 2_048 })
      : generateKeyPairSync("ec", { namedCurve: "P-256" }));
  pairs.set(`${alg}${which}`, pair);
  const jwk = { ...pair.publicKey.export({ format: "jwk" }), kid, use: "sig", alg, x5c: ["MIIB"] };
  return { kid, alg, privateKey: pair.privateKey, jwk };
}

type Claims = Readonly<Record<string, unknown>>;

export function part(content: string | object): string {
  return Buffer.from(typeof content === "string" ? content : JSON.stringify(content)).toString("base64url");
}

/** The compact form of RFC 7515. @param header added to the key's; claims are an object or any text */
export function signed(key: SigningKey, claims: Claims | string, header: Claims = {}): string {
  const input = `${part({ alg: key.alg, typ: "JWT", kid: key.kid, ...header })}.${part(claims)}`;
  const dsaEncoding = "ieee-p1363";
  const signature = sign("sha256", Buffer.from(input), { key: key.privateKey, dsaEncoding });
  return `${input}.${signature.toString("base64url")}`;
}

export interface Issuer {
  readonly keysUrl: string;
  /** Requests so far. */
  readonly asked: readonly string[];
  /** Sets the published keys. */
  publish(...keys: readonly SigningKey[]): void;
  /** Sets another answer; undefined: the keys again. */
  answer(listener: RequestListener | undefined): void;
  close(): Promise<void>;
}

/** An issuer of assertions on this machine: a real server with rotating keys. */
export async function startIssuer(headers: Readonly<Record<string, string>> = {}): Promise<Issuer> {
  const asked: string[] = [];
  let published: readonly SigningKey[] = [];
  let other: RequestListener | undefined;
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (other !== undefined) return other(request, response);
    response.writeHead(200, {
      "content-type": "application/json",
      "cache-control": "max-age=86400, private",
      ...headers,
    });
    response.end(JSON.stringify({ keys: published.map(({ jwk }) => jwk) }));
  });
  const port = await listening(server);
  return {
    keysUrl: `http://127.0.0.1:${port}/discovery/v2.0/keys`,
    asked,
    publish: (...keys) => {
      published = keys;
    },
    answer: (listener) => {
      other = listener;
    },
    close: () => closed(server),
  };
}
