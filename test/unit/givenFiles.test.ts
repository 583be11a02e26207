import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { readSettings } from "../../bin/readSettings.ts";
import { COMMANDS } from "../../bin/rollcall/commands.ts";
import { runPrinting } from "../support/rollcallOver.ts";

const folder = mkdtempSync(join(tmpdir(), "rollcall-given-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** As editors and shells of Windows write it. */
function marked(name: string, content: object): string {
  const path = join(folder, name);
  writeFileSync(path, `\uFEFF${JSON.stringify(content)}\r\n`);
  return path;
}

async function bodyOf(...words: string[]): Promise<unknown> {
  const bodies: unknown[] = [];
  await runPrinting(COMMANDS, words, async () => ({
    send: async ({ body }) => {
      bodies.push(body);
      return { status: 500, text: "{}" };
    },
    close: async () => undefined,
  }));
  return bodies.at(-1);
}

test("a byte order mark at the beginning of a given file is no content", async () => {
  const mappings = { mode: "union", mappings: [] };
  expect(await bodyOf("mappings", "set", "acme", "--file", marked("mappings.json", mappings))).toEqual(mappings);
  const jwks = marked("jwks.json", { keys: [] });
  expect(await bodyOf("client", "create", "acme", "--jwks", jwks)).toEqual({ keys: { keys: [] } });
  expect(readSettings(marked("rollcall.json", { stage: "dev" }))).toEqual({ stage: "dev" });
});

test.each(["a#b.json", "a?b.json", "100%25.json", "a b.json"])("settings are read from a file called %s", (name) => {
  expect(readSettings(marked(name, { stage: "dev" }))).toEqual({ stage: "dev" });
  expect(() => readSettings(join(folder, `no ${name}`))).toThrow(`no ${name}: `);
});

test("a token file that cannot be read is named, with the reason", async () => {
  const words = ["play", "okta", "--url", "http://127.0.0.1:1/scim/v2/acme", "--token-file", join(folder, "none")];
  const { code, err } = await runPrinting(COMMANDS, words, () => Promise.reject(new Error("nothing is asked")));
  expect([code, err]).toEqual([1, `The token file ${join(folder, "none")} cannot be read (ENOENT).\n`]);
});

test.each([
  ["token", ["token", "generate", "acme"]],
  ["secret", ["client", "create", "acme"]],
  ["secret", ["webhook", "rotate", "w1"]],
  ["key", ["app-key", "create", "--scope", "directory.read"]],
])("a %s whose file cannot be written is named so, and not made: %j", async (called, command) => {
  const sent: unknown[] = [];
  const words = [...command, `--${called}-file`, join(folder, "no", "file")];
  const { code, err } = await runPrinting(COMMANDS, words, async () => ({
    send: async (request) => {
      sent.push(request);
      return { status: 200, text: "{}" };
    },
    close: async () => undefined,
  }));
  expect([code, err, sent]).toEqual([1, `The ${called} file cannot be written (ENOENT); no ${called} was made.\n`, []]);
});
