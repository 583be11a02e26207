import { brokenAnswer, ExchangeFailure } from "./failure.ts";

export interface HttpReply {
  readonly status: number;
  /** By name, in small letters; values of one name that came several times are joined by ", ". */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** Bytes of the status line and the headers together, and of the trailers: 16 KB, as many as Node takes. */
const HEAD_AT_MOST = 16_384;

const STATUS_LINE = /^HTTP\/1\.([01]) (\d{3})(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const HEADER_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):([\t\x20-\x7e\x80-\xff]*)$/;
/** With what may stand behind a chunk's size and means nothing here. */
const CHUNK_LINE = /^([0-9A-Fa-f]{1,12})(?:;\w+(?:=\w+)?)*$/;
const LENGTH = /^\d{1,15}$/;
const LINE_END = 10;

/** What is read next. */
type Place = "status" | "header" | "body" | "chunkSize" | "chunk" | "chunkEnd" | "trailer" | "nothing";

/**
 * Reads one answer (RFC 9112) from its bytes, wherever they are cut into packets, in linear time. It refuses what Node's own client
 * refuses, and more: an answer has to say where it ends.
 */
export class AnswerReader {
  readonly #bytesAtMost: number;
  #place: Place = "status";
  /** The beginning of a line whose end has not come. */
  #line = "";
  /** Bytes of the head or the trailers so far. */
  #head = 0;
  #status = 0;
  #isNewer = true;
  #headers = new Map<string, string>();
  /** Bytes of the body, or of its chunk, that are still to come. */
  #left = 0;
  #bytes = 0;
  readonly #parts: Buffer[] = [];
  #isFollowed = false;

  /** @param bytesAtMost of a body */
  constructor(bytesAtMost: number) {
    this.#bytesAtMost = bytesAtMost;
  }

  /**
   * @param data what came next: it is copied
   * @returns whether the answer is whole
   * @throws ExchangeFailure for what is no HTTP, and for an answer that is too large
   */
  read(data: Buffer): boolean {
    let at = 0;
    while (at < data.length && this.#place !== "nothing") {
      at = this.#left > 0 ? this.#take(data, at) : this.#readLine(data, at);
    }
    this.#isFollowed = at < data.length;
    return this.#place === "nothing";
  }

  /** Once it is whole. */
  reply(): HttpReply {
    const [first] = this.#parts;
    const body = first !== undefined && this.#parts.length === 1 ? first : Buffer.concat(this.#parts);
    return { status: this.#status, headers: this.#headers, body };
  }

  /** Whether the connection may be used again, once the answer is whole: also that nothing came behind it. */
  get keeps(): boolean {
    const said = (this.#headers.get("connection") ?? "").toLowerCase().split(/[\t ]*,[\t ]*/);
    return !this.#isFollowed && !said.includes("close") && (this.#isNewer || said.includes("keep-alive"));
  }

  /** @returns where the bytes of the body end */
  #take(data: Buffer, at: number): number {
    const end = Math.min(data.length, at + this.#left);
    this.#parts.push(Buffer.from(data.subarray(at, end)));
    this.#left -= end - at;
    if (this.#left === 0) this.#place = this.#place === "chunk" ? "chunkEnd" : "nothing";
    return end;
  }

  /** @returns where the line ends, or what came of it */
  #readLine(data: Buffer, at: number): number {
    const found = data.indexOf(LINE_END, at);
    const end = found < 0 ? data.length : found + 1;
    this.#head += end - at;
    if (this.#head > HEAD_AT_MOST) throw brokenAnswer("its head has no end");
    // Joined once, when it is whole: until then the engine keeps the parts.
    this.#line += data.toString("latin1", at, end);
    if (found < 0) return end;
    const line = this.#line;
    this.#line = "";
    if (!line.endsWith("\r\n")) throw brokenAnswer("a line ends in another way");
    this.#takeLine(line.slice(0, -2));
    return end;
  }

  #takeLine(line: string): void {
    if (this.#place === "status") this.#begin(line);
    else if (this.#place === "header") line === "" ? this.#endHead() : this.#takeHeader(line);
    else if (this.#place === "chunkSize") this.#beginChunk(line);
    else if (this.#place === "chunkEnd") this.#endChunk(line);
    // A trailer says nothing that is asked for.
    else if (line === "") this.#place = "nothing";
    else if (!HEADER_LINE.test(line)) throw brokenAnswer("a trailer is none");
  }

  #begin(line: string): void {
    const [, minor, status] = STATUS_LINE.exec(line) ?? [];
    if (status === undefined) throw brokenAnswer("it is no HTTP");
    this.#isNewer = minor === "1";
    this.#status = Number(status);
    this.#place = "header";
  }

  #takeHeader(line: string): void {
    const [, name, value] = HEADER_LINE.exec(line) ?? [];
    if (name === undefined || value === undefined) throw brokenAnswer("a header is none");
    const key = name.toLowerCase();
    const before = this.#headers.get(key);
    const own = trimmed(value);
    this.#headers.set(key, before === undefined ? own : `${before}, ${own}`);
  }

  #endHead(): void {
    const length = this.#headers.get("content-length");
    const coding = this.#headers.get("transfer-encoding")?.toLowerCase();
    const isMuddled = length !== undefined && (coding !== undefined || !LENGTH.test(length));
    if (isMuddled || this.#status === 101) throw brokenAnswer("it ends at no one place");
    this.#head = 0;
    if (this.#status >= 100 && this.#status < 200) {
      // It says that the answer is still to come.
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

/** Without spaces and tabs around it: `trim` takes more than these. */
function trimmed(value: string): string {
  let [start, end] = [0, value.length];
  while (start < end && isSpace(value.charCodeAt(start))) start++;
  while (end > start && isSpace(value.charCodeAt(end - 1))) end--;
  return value.slice(start, end);
}

function isSpace(code: number): boolean {
  return code === 32 || code === 9;
}
