import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { fileSink, OutputClosed, streamSink } from "../../bin/rollcall/data/sinks.ts";
import { Refused } from "../../bin/rollcall/refused.ts";
import { newFolder } from "../support/folders.ts";

let folder: string;
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("the file of an export", () => {
  test("is readable by its owner alone and bears its name only once it is complete", async () => {
    const path = join(folder, "acme.jsonl");
    const sink = await fileSink(path);
    await sink.write("{}\n");
    expect(existsSync(path)).toBe(false);
    await sink.done();
    expect([readFileSync(path, "utf8"), statSync(path).mode & 0o777]).toEqual(["{}\n", 0o600]);
  });

  test("is not written into somebody else's .part file, whose mode would stay", async () => {
    const part = join(folder, "acme.jsonl.part");
    writeFileSync(part, "theirs");
    chmodSync(part, 0o644);
    await expect(fileSink(join(folder, "acme.jsonl"))).rejects.toThrow(`${part} exists`);
    expect(readFileSync(part, "utf8")).toBe("theirs");
  });

  test("that cannot be completed is refused in a sentence, and leaves no .part file", async () => {
    const path = join(folder, "acme.jsonl");
    const sink = await fileSink(path);
    await sink.write("{}\n");
    // Meanwhile another program takes the name.
    mkdirSync(path);
    const refusal = await sink.done().catch((error: unknown) => error);
    expect(refusal).toEqual(new Refused(`${path}.part cannot be written (EISDIR).`));
    await sink.abandon();
    expect(readdirSync(folder)).toEqual(["acme.jsonl"]);
  });

  test.each([
    ["that leads to a file", true],
    ["that leads nowhere", false],
  ])("follows no link %s", async (_, there) => {
    const target = join(folder, "target");
    if (there) writeFileSync(target, "theirs");
    symlinkSync(target, join(folder, "acme.jsonl.part"));
    await expect(fileSink(join(folder, "acme.jsonl"))).rejects.toThrow("exists");
    expect(existsSync(target) ? readFileSync(target, "utf8") : undefined).toBe(there ? "theirs" : undefined);
  });
});

test("an export whose reader left ends at its next write, and waits for nothing", async () => {
  const output = new PassThrough({ highWaterMark: 1 });
  const sink = streamSink(output);
  output.resume();
  await sink.write("{}\n");
  output.destroy();
  await expect(sink.write("{}\n")).rejects.toBeInstanceOf(OutputClosed);
  expect(["drain", "close"].map((name) => output.listenerCount(name))).toEqual([0, 0]);
});
