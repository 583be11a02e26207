import { execFile } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "@jest/globals";
import { newFolder } from "../support/folders.ts";

const LIB = join(import.meta.dirname, "../../lib");
const BLOCK = /```js\n(.*?)```/gs;

test("the code of testkit.md runs as printed, and the process ends by itself", async () => {
  const blocks = [...readFileSync(join(LIB, "docs/testkit.md"), "utf8").matchAll(BLOCK)].map(([, code = ""]) => code);
  expect(blocks.length).toBeGreaterThan(2);
  const folder = newFolder();
  try {
    const files = blocks.map((code, index) => {
      const file = join(folder, `block${index}.test.mjs`);
      // The names of the package are those of its entries here.
      writeFileSync(file, code.replaceAll(/"rollcall\/(client|testkit)"/g, `"${LIB}/$1/index.ts"`));
      return file;
    });
    const options = { timeout: 60_000, env: { PATH: process.env.PATH } };
    const run = promisify(execFile)(
      process.execPath,
      ["--test", "--test-isolation=none", "--no-warnings", ...files],
      options,
    );
    // Of a run that failed, what it printed says why.
    const { stdout } = await run.catch((error: { readonly stdout: string }) => error);
    expect(stdout).toMatch(new RegExp(`pass ${blocks.length}\\n`));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
