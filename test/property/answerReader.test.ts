import { request } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import { AnswerReader } from "../../functions/store/signed/answerReader.ts";
import { CONNECTION_LIMITS, Connections } from "../../functions/store/signed/connections.ts";
import { amountOf, SEED } from "../support/proof.ts";
import { listening } from "../support/serving.ts";

/** What a client read: the same in both. */
interface Read {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** In base64. */
  readonly body: string;
}

const sockets = new Set<Socket>();
let server: Server;
let port: number;
/** What the server writes to each request, piece by piece, and whether it ends the connection then. */
let pieces: readonly Buffer[] = [];
let ends = false;

beforeAll(async () => {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    socket.once("data", async () => {
      for (const piece of pieces) {
        socket.write(piece);
        await new Promise(setImmediate);
      }
      if (ends) socket.end();
    });
  });
  port = await listening(server);
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

async function readByOurs(): Promise<Read> {
  const endpoint = new URL(`http://127.0.0.1:${port}`);
  const connections = new Connections({ endpoint, limits: CONNECTION_LIMITS, now: Date.now, elapsed: Date.now });
  try {
    const { status, headers, body } = await connections.exchange({ host: endpoint.host }, "{}", undefined);
    return { status, headers: Object.fromEntries(headers), body: body.toString("base64") };
  } finally {
    connections.close();
  }
}

function readByNodes(): Promise<Read> {
  return new Promise((resolve, reject) => {
    let isWhole = (): boolean => false;
    const sent = request({ host: "127.0.0.1", port, method: "POST", agent: false }, (response) => {
      isWhole = () => response.complete;
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", reject);
      response.on("end", () => {
        if (!response.complete) return reject(new Error("cut off"));
        const body = Buffer.concat(parts).toString("base64");
        return resolve({ status: response.statusCode ?? 0, headers: joined(response.rawHeaders), body });
      });
    });
    // What comes behind a whole answer is an error too, of nobody's.
    sent.on("error", (error) => isWhole() || reject(error));
    sent.end("{}");
  });
}

/** @param raw names and values in turn */
function joined(raw: readonly string[]): Record<string, string> {
  const headers = new Map<string, string>();
  for (let at = 0; at < raw.length; at += 2) {
    const [name = "", value = ""] = [raw[at]?.toLowerCase(), raw[at + 1]];
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(headers);
}

const visible = [..." \t!\"#$%&'()*+,-./09:;<=>?@AZ[]^_`az{|}~é\u00a0ÿ"];
const value = fc.string({ unit: fc.constantFrom(...visible), maxLength: 12 });
const name = fc.constantFrom(
  "x-amz-note",
  "X-AMZN-RequestId",
  "x-amz-crc32",
  "Date",
  "!#$%&'*+-.^_`|~09AZaz",
  "__proto__",
);
const header = fc.tuple(name, fc.constantFrom("", " ", "\t ", "  "), value, fc.constantFrom("", " ", "\t"));
const lines = (headers: readonly (readonly string[])[]): string =>
  headers.map(([key, before, text, behind]) => `${key}:${before}${text}${behind}\r\n`).join("");
const headers = fc.array(header, { maxLength: 4 }).map(lines);
const interim = fc.tuple(fc.constantFrom("100 Continue", "102", "103 Early Hints"), headers);
const bytes = fc.uint8Array({ maxLength: 60 }).map((some) => Buffer.from(some).toString("latin1"));
const inAnyCase = (text: string) => fc.constantFrom(text, text.toLowerCase(), text.toUpperCase());

const sized = fc.record({ body: bytes, called: inAnyCase("Content-Length"), zeros: fc.constantFrom("", "0", "00") });
const chunked = fc.record({
  chunks: fc.array(
    bytes.filter((chunk) => chunk !== ""),
    { maxLength: 4 },
  ),
  called: inAnyCase("Transfer-Encoding"),
  coding: inAnyCase("chunked"),
  extension: fc.constantFrom("", ";a", ";a=1;b"),
  trailers: fc.constantFrom("", "X-Amz-Trailer: later\r\n", "a:\r\nb: \r\n"),
});
/** The header that says how the body comes, and the body. */
const framed = fc.oneof(
  sized.map(({ body, called, zeros }) => [`${called}: ${zeros}${body.length}\r\n`, body] as const),
  chunked.map(({ chunks, called, coding, extension, trailers }) => {
    const all = [...chunks, ""].map(
      (chunk) => `${chunk.length.toString(16)}${extension}\r\n${chunk && `${chunk}\r\n`}`,
    );
    return [`${called}: ${coding}\r\n`, `${all.join("")}${trailers}\r\n`] as const;
  }),
);

/** One answer, as it goes over the wire. */
const answer = fc
  .record({
    interims: fc.array(interim, { maxLength: 2 }),
    status: fc.constantFrom("200 OK", "200", "200 ", "400 Bad Request", "413 \u00e9", "500 Internal", "503 no  more"),
    before: headers,
    framed,
    behind: headers,
    kept: fc.constantFrom("", "Connection: keep-alive\r\n", "Connection: close\r\n", "Keep-Alive: timeout=5\r\n"),
  })
  .map(({ interims, status, before, framed: [frame, body], behind, kept }) => {
    const first = interims.map(([said, more]) => `HTTP/1.1 ${said}\r\n${more}\r\n`).join("");
    return `${first}HTTP/1.1 ${status}\r\n${before}${frame}${behind}${kept}\r\n${body}`;
  });
/** Places to cut at, as shares of the whole. */
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 });

function cut(text: string, shares: readonly number[]): Buffer[] {
  const whole = Buffer.from(text, "latin1");
  const places = [0, ...shares.map((share) => Math.floor(share * whole.length)), whole.length].sort((a, b) => a - b);
  return places.slice(1).map((end, index) => whole.subarray(places[index], end));
}

const RUNS = { numRuns: amountOf("splitAnswers"), seed: SEED };
const IN_TIME = 60_000 + 60 * amountOf("splitAnswers");

test(
  "an answer, cut into packets anywhere, is read as Node's own client reads it",
  async () => {
    const property = fc.asyncProperty(answer, cuts, async (text, shares) => {
      [pieces, ends] = [cut(text, shares), false];
      const [ours, theirs] = await Promise.all([readByOurs(), readByNodes()]);
      expect(ours).toEqual(theirs);
      const reader = new AnswerReader(CONNECTION_LIMITS.bytes);
      // The last byte, and no other, makes it whole.
      const ended = [...Buffer.from(text, "latin1")].map((byte) => reader.read(Buffer.of(byte)));
      expect(ended.indexOf(true)).toBe(text.length - 1);
      expect(reader.reply().body.toString("base64")).toBe(theirs.body);
      expect(reader.keeps).toBe(!text.includes("Connection: close"));
    });
    await fc.assert(property, RUNS);
  },
  IN_TIME,
);

test(
  "one that ends early is refused, wherever it ends",
  async () => {
    const property = fc.asyncProperty(
      answer,
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      async (text, share) => {
        [pieces, ends] = [[Buffer.from(text.slice(0, Math.floor(share * text.length)), "latin1")], true];
        await expect(readByOurs()).rejects.toMatchObject({ name: "ConnectionError", code: "ECONNRESET", stale: false });
      },
    );
    await fc.assert(property, RUNS);
  },
  IN_TIME,
);

test(
  "a damaged one is refused, or read as Node's own client reads it",
  async () => {
    const place = fc.double({ min: 0, max: 1, noNaN: true });
    const other = fc.oneof(
      fc.constantFrom("\r", "\n", "\r\n", " ", "\t", "0", ":", ",", "\0", "\r\n ", "\r\n\r\n"),
      bytes,
    );
    const damage = fc.record({ place, without: fc.constantFrom(0, 1, 1, 2, 5), other });
    const property = fc.asyncProperty(
      answer,
      damage,
      cuts,
      async (text, { place: share, without, other: more }, shares) => {
        const at = Math.floor(share * text.length);
        [pieces, ends] = [cut(text.slice(0, at) + more + text.slice(at + without), shares), true];
        const [ours, theirs] = await Promise.allSettled([readByOurs(), readByNodes()]);
        if (ours.status === "fulfilled") expect(theirs).toEqual(ours);
        else
          expect(ours.reason).toMatchObject({
            name: expect.stringMatching(/^(?:BrokenAnswer|ConnectionError|OversizedAnswer)$/),
          });
      },
    );
    await fc.assert(property, RUNS);
  },
  IN_TIME,
);

const ok = "HTTP/1.1 200 OK\r\n";

test.each([
  ["of two lengths, both the same", `${ok}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}`],
  ["of a length and chunks", `${ok}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`],
  ["of a length with a sign", `${ok}Content-Length: +2\r\n\r\n{}`],
  ["of no length", `${ok}\r\n{}`],
  ["of another coding", `${ok}Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`],
  ["of a chunk without a size", `${ok}Transfer-Encoding: chunked\r\n\r\n\r\n{}`],
  ["of a chunk whose size has a space", `${ok}Transfer-Encoding: chunked\r\n\r\n2 \r\n{}\r\n0\r\n\r\n`],
  ["of a trailer that is none", `${ok}Transfer-Encoding: chunked\r\n\r\n0\r\nlater\r\n\r\n`],
  ["with a folded header", `${ok}X-Note: a\r\n b\r\nContent-Length: 2\r\n\r\n{}`],
  ["with a space before the colon", `${ok}Content-Length : 2\r\n\r\n{}`],
  ["with a line feed alone", `${ok}X-Note: ab\nContent-Length: 2\r\n\r\n{}`],
  ["that changes the protocol", "HTTP/1.1 101 Switching Protocols\r\nContent-Length: 2\r\n\r\n{}"],
  ["of a chunk that is longer than it says", `${ok}Transfer-Encoding: chunked\r\n\r\n2\r\n{}}\r\n0\r\n\r\n`],
  ["with a zero byte", `${ok}X-Note: \0\r\nContent-Length: 2\r\n\r\n{}`],
  ["of another version", "HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\n{}"],
  ["with a head of more than 16 KB", `${ok}${"X-Note: a\r\n".repeat(1_600)}Content-Length: 2\r\n\r\n{}`],
  ["with trailers of more than 16 KB", `${ok}Transfer-Encoding: chunked\r\n\r\n0\r\n${"a: b\r\n".repeat(3_000)}\r\n`],
])("an answer %s is refused", (_what, text) => {
  expect(() => new AnswerReader(100).read(Buffer.from(text, "latin1"))).toThrow(/cannot be read/);
});

test.each([
  ["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", true],
  ["HTTP/1.1 204 No Content\r\n\r\n", true],
  ["HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n", true],
  ["HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 0\r\n\r\n", false],
  ["HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", false],
  ["HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n", true],
  ["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nmore", false],
])("after %j the connection is kept: %p", (text, keeps) => {
  const reader = new AnswerReader(100);
  expect(reader.read(Buffer.from(text))).toBe(true);
  expect({ keeps: reader.keeps, body: reader.reply().body.length }).toEqual({ keeps, body: 0 });
});

test("a body beyond the limit is refused by its length, and in chunks as soon as one goes beyond it", () => {
  const read = (text: string) => new AnswerReader(4).read(Buffer.from(ok + text));
  expect(read("Content-Length: 4\r\n\r\nabcd")).toBe(true);
  expect(() => read("Content-Length: 5\r\n\r\n")).toThrow(expect.objectContaining({ name: "OversizedAnswer" }));
  const chunks = "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n";
  expect(read(`${chunks}1\r\nd\r\n0\r\n\r\n`)).toBe(true);
  expect(() => read(`${chunks}2\r\n`)).toThrow(expect.objectContaining({ name: "OversizedAnswer" }));
});
