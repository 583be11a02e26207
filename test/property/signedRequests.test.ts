import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { SignatureV4 } from "@smithy/signature-v4";
import fc from "fast-check";
import { tableThrough } from "../../functions/store/dynamoCalls.ts";
import { dynamoTable } from "../../functions/store/dynamoTable.ts";
import { Signature, type Signer } from "../../functions/store/signed/signature.ts";
import { codePoint } from "../support/anyText.ts";
import { localClient, signedLocally } from "../support/dynamoTable.ts";
import { amountOf } from "../support/proof.ts";
import { closed, listening } from "../support/serving.ts";
import { called, tableCall } from "../support/tableCalls.ts";

/** SHA-256 as the SDK's signer takes it. */
class Sha256 {
  readonly #secret: string | Uint8Array | undefined;
  #hash: Hash | Hmac;
  constructor(secret?: string | Uint8Array | ArrayBuffer | ArrayBufferView) {
    this.#secret = typeof secret === "string" || secret instanceof Uint8Array ? secret : undefined;
    this.#hash = this.#begin();
  }
  #begin(): Hash | Hmac {
    return this.#secret === undefined ? createHash("sha256") : createHmac("sha256", this.#secret);
  }
  reset(): void {
    this.#hash = this.#begin();
  }
  update(chunk: string | Uint8Array | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(typeof chunk === "string" ? chunk : new Uint8Array(chunk as Uint8Array));
  }
  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest());
  }
}

/** What the SDK's own signer writes into the header for a request with these headers and no others. */
async function authorizationOf(
  signer: Signer,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  at: number,
): Promise<string | undefined> {
  const { accessKeyId, region, secretAccessKey, sessionToken } = signer;
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
  const sdk = new SignatureV4({ service: "dynamodb", region, credentials, sha256: Sha256, applyChecksum: false });
  const { host = "" } = headers;
  const request = { method: "POST", protocol: "https:", hostname: host, path, headers: { ...headers }, body };
  const signed = await sdk.sign(request, { signingDate: new Date(at) });
  return signed.headers.authorization;
}

const word = fc.string({ unit: fc.constantFrom(..."abcXYZ019/+="), minLength: 1, maxLength: 40 });
const signer = fc.record<Signer>({
  region: fc.constantFrom("eu-central-1", "us-gov-west-1", "cn-north-1", "us-east-1"),
  accessKeyId: word.map((text) => `AKIA${text.replaceAll(/\W/g, "")}`),
  secretAccessKey: fc.string({ minLength: 1, maxLength: 40 }),
  sessionToken: fc.option(word, { nil: undefined }),
});
const host = fc.constantFrom("dynamodb.eu-central-1.amazonaws.com", "127.0.0.1:8000", "[::1]:8000", "vpce-1.example");
const path = fc.constantFrom("/", "/table", "/a%20b/%C3%A9", "/a%2Fb/");
const at = fc.integer({ min: Date.parse("2020-01-01"), max: Date.parse("2100-01-01") });
const body = fc.oneof(fc.json(), fc.string({ unit: codePoint, maxLength: 200 }));
const operation = fc.constantFrom("GetItem", "BatchGetItem", "Query", "TransactWriteItems");

test(
  "every signature is the one that the SDK's signer makes",
  async () => {
    // One for all, as in a process: the key of a day is kept.
    const signature = new Signature();
    const property = fc.asyncProperty(
      fc.array(signer, { minLength: 1, maxLength: 2 }),
      fc.array(fc.tuple(fc.nat(1), host, path, operation, body, at), { minLength: 1, maxLength: 4 }),
      async (signers, requests) => {
        for (const [who, name, where, target, text, when] of requests) {
          const by = signers[who] ?? signers[0];
          if (by === undefined) throw new Error("there is one");
          const { authorization, ...headers } = signature.headers(
            by,
            { host: name, path: where, target: `DynamoDB_20120810.${target}`, body: text },
            when,
          );
          expect(authorization).toBe(await authorizationOf(by, where, headers, text, when));
        }
      },
    );
    await fc.assert(property, { numRuns: amountOf("tableSignatures") });
  },
  60_000 + 60 * amountOf("tableSignatures"),
);

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Nothing found, by operation: with status 200, an answer without its list is broken. */
function nothingOf(operation: string, body: string): object {
  if (operation === "TransactGetItems") return { Responses: JSON.parse(body).TransactItems.map(() => ({})) };
  return { Query: { Items: [] }, BatchGetItem: { Responses: { table: [] } } }[operation] ?? {};
}

const received: Received[] = [];
let server: Server;
let endpoint: string;
beforeAll(async () => {
  server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    received.push({ headers: incoming.headers, body });
    const operation = String(incoming.headers["x-amz-target"]).replace(/.*\./, "");
    response
      .writeHead(200, { "Content-Type": "application/x-amz-json-1.0" })
      .end(JSON.stringify(nothingOf(operation, body)));
  });
  endpoint = `http://127.0.0.1:${await listening(server)}`;
});
afterAll(async () => {
  await closed(server);
});

test(
  "every call of a table goes over the wire as the SDK's document client sends it, signed as the SDK signs it",
  async () => {
    const documents = localClient(endpoint);
    const own = signedLocally(endpoint);
    const bySdk = dynamoTable(documents, "table");
    const byHand = tableThrough(own.send, "table");
    const tokens = new Map([
      ["one", "00000000-0000-4000-8000-000000000001"],
      ["other", "00000000-0000-4000-8000-000000000002"],
      ["fresh", "00000000-0000-4000-8000-000000000003"],
    ]);
    const property = fc.asyncProperty(tableCall, async (call) => {
      received.length = 0;
      expect(await called(byHand, call, tokens)).toEqual(await called(bySdk, call, tokens));
      const [ours, theirs] = received;
      if (ours === undefined || theirs === undefined) throw new Error("each sends one request");
      expect(JSON.parse(ours.body)).toEqual(JSON.parse(theirs.body));
      for (const name of ["x-amz-target", "content-type", "content-length", "host", "connection"]) {
        expect({ name, value: ours.headers[name] }).toEqual({ name, value: theirs.headers[name] });
      }
      const { authorization, ...rest } = ours.headers;
      const signed = /SignedHeaders=([^,]*)/.exec(authorization ?? "")?.[1]?.split(";") ?? [];
      expect(signed).toEqual(["content-type", "host", "x-amz-date", "x-amz-target"]);
      const headers = Object.fromEntries(signed.map((name) => [name, String(rest[name])]));
      const local = { region: "us-east-1", accessKeyId: "local", secretAccessKey: "local", sessionToken: undefined };
      const [date, time] = String(rest["x-amz-date"]).replace("Z", "").split("T");
      const sentAt = Date.parse(
        `${date?.replace(/(....)(..)(..)/, "$1-$2-$3")}T${time?.replace(/(..)(..)(..)/, "$1:$2:$3")}Z`,
      );
      expect(authorization).toBe(await authorizationOf(local, "/", headers, ours.body, sentAt));
    });
    await fc.assert(property, { numRuns: amountOf("tableRequests") });
    documents.destroy();
    own.close();
  },
  60_000 + 60 * amountOf("tableRequests"),
);
