import { brokenAnswer, ExchangeFailure } from "./failure.ts";

export interface HttpReply {
  readonly status: number;
  /** By lower-case name; several values of one name are joined by ", ". */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** Bytes of status line and headers together, and of trailers: 16 KB, like Node's limit. */
const HEAD_AT_MOST = 16_384;

const STATUS_LINE = /^HTTP\/1\.([01]) (\d{3})(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const HEADER_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):([\t\x20-\x7e\x80-\xff]*)$/;
/** Chunk extensions are allowed and ignored. */
const CHUNK_LINE = /^([0-9A-Fa-f]{1,12})(?:;\w+(?:=\w+)?)*$/;
const LENGTH = /^\d{1,15}$/;
const LINE_END = 10;

/** What is read next. */
type Place = "status" | "header" | "body" | "chunkSize" | "chunk" | "chunkEnd" | "trailer" | "nothing";

/**
 * Reads one answer (RFC 9112) from its bytes, however they are split into packets, in linear time. It refuses what Node's
 * client refuses, and more: an answer must state its length.
 */
export class AnswerReader {
  readonly #bytesAtMost: number;
  #place: Place = "status";
  /** The beginning of an incomplete line. */
  #line = "";
  /** Bytes of the head or the trailers so far. */
  #head = 0;
  #status = 0;
  #isNewer = true;
  #headers = new Map<string, string>();
  /** Missing bytes of the body or of the current chunk. */
  #left = 0;
  #bytes = 0;
  readonly #parts: Buffer[] = [];
  #isFollowed = false;

  /** @param bytesAtMost limit of a body */
  constructor(bytesAtMost: number) {
    this.#bytesAtMost = bytesAtMost;
  }

  /**
   * @param data the next bytes; they are copied
   * @returns whether the answer is complete
   * @throws ExchangeFailure for invalid HTTP, and for an answer that is too large
   */
  read(data: Buffer): boolean {
    let at = 0;
    while (at < data.length && this.#place !== "nothing") {
      at = this.#left > 0 ? this.#take(data, at) : this.#readLine(data, at);
    }
    this.#isFollowed = at < data.length;
    return this.#place === "nothing";
  }

  /** Call it once the answer is complete. */
  reply(): HttpReply {
    const [first] = this.#parts;
    const body = first !== undefined && this.#parts.length === 1 ? first : Buffer.concat(this.#parts);
    return { status: this.#status, headers: this.#headers, body };
  }

  /** Whether the connection may be used again after the complete answer: it also requires that no data followed. */
  get keeps(): boolean {
    const options = (this.#headers.get("connection") ?? "").toLowerCase().split(/[\t ]*,[\t ]*/);
    return !this.#isFollowed && !options.includes("close") && (this.#isNewer || options.includes("keep-alive"));
  }

  /** @returns where the bytes of the body end */
  #take(data: Buffer, at: number): number {
    const end = Math.min(data.length, at + this.#left);
    this.#parts.push(Buffer.from(data.subarray(at, end)));
    this.#left -= end - at;
    if (this.#left === 0) this.#place = this.#place === "chunk" ? "chunkEnd" : "nothing";
    return end;
  }

  /** @returns the position after the line, or after its available part */
  #readLine(data: Buffer, at: number): number {
    const found = data.indexOf(LINE_END, at);
    const end = found < 0 ? data.length : found + 1;
    this.#head += end - at;
    if (this.#head > HEAD_AT_MOST) throw brokenAnswer("its head is too big");
    // The engine joins the parts only once, when the line is complete.
    this.#line += data.toString("latin1", at, end);
    if (found < 0) return end;
    const line = this.#line;
    this.#line = "";
    if (!line.endsWith("\r\n")) throw brokenAnswer("a line without CRLF");
    this.#takeLine(line.slice(0, -2));
    return end;
  }

  #takeLine(line: string): void {
    if (this.#place === "status") this.#begin(line);
    else if (this.#place === "header") line === "" ? this.#endHead() : this.#takeHeader(line);
    else if (this.#place === "chunkSize") this.#beginChunk(line);
    else if (this.#place === "chunkEnd") this.#endChunk(line);
    // The content of trailers is not needed.
    else if (line === "") this.#place = "nothing";
    else if (!HEADER_LINE.test(line)) throw brokenAnswer("a bad trailer");
  }

  #begin(line: string): void {
    const [, minor, status] = STATUS_LINE.exec(line) ?? [];
    if (status === undefined) throw brokenAnswer("not HTTP");
    this.#isNewer = minor === "1";
    this.#status = Number(status);
    this.#place = "header";
  }

  #takeHeader(line: string): void {
    const [, name, value] = HEADER_LINE.exec(line) ?? [];
    if (name === undefined || value === undefined) throw brokenAnswer("a bad header");
    const key = name.toLowerCase();
    const before = this.#headers.get(key);
    const own = trimmed(value);
    this.#headers.set(key, before === undefined ? own : `${before}, ${own}`);
  }

  #endHead(): void {
    const length = this.#headers.get("content-length");
    const coding = this.#headers.get("transfer-encoding")?.toLowerCase();
    const isUnclear = length !== undefined && (coding !== undefined || !LENGTH.test(length));
    if (isUnclear || this.#status === 101) throw brokenAnswer("its end is unclear");
    this.#head = 0;
    if (this.#status >= 100 && this.#status < 200) {
      // An interim response: the final one follows.
      this.#headers = new Map();
      this.#place = "status";
    } else if (this.#status === 204 || this.#status === 304) {
      this.#place = "nothing";
    } else if (coding === "chunked") {
      this.#place = "chunkSize";
    } else {
      if (length === undefined) throw brokenAnswer("it has no length");
      this.#expect(Number(length));
      this.#place = this.#left === 0 ? "nothing" : "body";
    }
  }

  #beginChunk(line: string): void {
    const [, size] = CHUNK_LINE.exec(line) ?? [];
    if (size === undefined) throw brokenAnswer("a chunk has no size");
    this.#head = 0;
    this.#expect(Number.parseInt(size, 16));
    this.#place = this.#left === 0 ? "trailer" : "chunk";
  }

  #endChunk(line: string): void {
    if (line !== "") throw brokenAnswer("a chunk is too long");
    this.#head = 0;
    this.#place = "chunkSize";
  }

  #expect(bytes: number): void {
    this.#left = bytes;
    this.#bytes += bytes;
    if (this.#bytes <= this.#bytesAtMost) return;
    throw new ExchangeFailure("OversizedAnswer", `DynamoDB's answer has more than ${this.#bytesAtMost} bytes`);
  }
}

/** Without surrounding spaces and tabs; `trim` would remove more characters. */
function trimmed(value: string): string {
  let [start, end] = [0, value.length];
  while (start < end && isSpace(value.charCodeAt(start))) start++;
  while (end > start && isSpace(value.charCodeAt(end - 1))) end--;
  return value.slice(start, end);
}

function isSpace(code: number): boolean {
  return code === 32 || code === 9;
}
