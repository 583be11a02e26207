import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Json } from "../../../functions/scim/json.ts";
import { codeOf, Refused } from "../refused.ts";

/** Longer than any line of an export: a resource has 48 KB of attributes, a line of members 1,000 ids. */
const LONGEST_LINE = 256 * 1024;

interface FileLine {
  /** From 1. */
  readonly number: number;
  /** The parsed line, or the reason why it is unreadable. */
  readonly content: { readonly json: Json } | { readonly problem: string };
}

/** The lines of a file of any size, read in pieces. Windows line ends are allowed; empty lines are skipped. */
export class FileLines {
  readonly #path: string;
  readonly #hash = createHash("sha256");

  constructor(path: string) {
    this.#path = path;
  }

  /** SHA-256 of the file, hex; call it once, after the last line. */
  digest(): string {
    return this.#hash.digest("hex");
  }

  /** @throws Refused for an unreadable file */
  async *read(): AsyncIterable<FileLine> {
    let number = 0;
    let pieces: Buffer[] = [];
    let length = 0;
    const take = (): FileLine | undefined => {
      const bytes = Buffer.concat(pieces);
      const tooLong = length > LONGEST_LINE;
      [pieces, length] = [[], 0];
      number += 1;
      return tooLong ? { number, content: { problem: "the line is too long for an export" } } : lineOf(number, bytes);
    };
    for await (const chunk of this.#chunks()) {
      this.#hash.update(chunk);
      let start = 0;
      for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
        pieces.push(chunk.subarray(start, end));
        length += end - start;
        const line = take();
        if (line !== undefined) yield line;
        start = end + 1;
      }
      length += chunk.length - start;
      // Of an overlong line only the length is kept.
      if (length <= LONGEST_LINE) pieces.push(chunk.subarray(start));
      else pieces = [];
    }
    const last = length === 0 ? undefined : take();
    if (last !== undefined) yield last;
  }

  async *#chunks(): AsyncIterable<Buffer> {
    try {
      const found = await stat(this.#path);
      // An import reads the file again after its check. A folder has its own refusal.
      if (!found.isFile() && !found.isDirectory()) {
        throw new Refused(
          `${this.#path} gives its lines only once, and an import reads them twice: name a plain file.`,
        );
      }
      yield* createReadStream(this.#path) as AsyncIterable<Buffer>;
    } catch (error) {
      if (error instanceof Refused) throw error;
      throw new Refused(`${this.#path} cannot be read (${codeOf(error) ?? "unknown reason"}).`);
    }
  }
}

const LINE_FEED = 0x0a;

function lineOf(number: number, bytes: Buffer): FileLine | undefined {
  let text: string;
  try {
    // The decoder removes a byte order mark, which only the first line may have.
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: number > 1 }).decode(bytes);
  } catch {
    return { number, content: { problem: "the line is not UTF-8" } };
  }
  if (text.trim() === "") return undefined;
  try {
    return { number, content: { json: JSON.parse(text) } };
  } catch {
    return { number, content: { problem: "the line is not JSON" } };
  }
}
