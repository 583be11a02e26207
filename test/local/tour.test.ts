import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "@jest/globals";
import { removeData } from "../support/logLines.ts";
import { endAll, eventually, run } from "./processes.ts";

const ROOT = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "rollcall-tour-"));
afterAll(async () => {
  await endAll();
  removeData(folder);
});

/** The first block of commands below a title. */
function blockBelow(title: string, path = "README.md"): string {
  const document = readFileSync(join(ROOT, path), "utf8");
  const block = document.slice(document.indexOf(`## ${title}\n`)).match(/```sh\n([\s\S]*?)```/)?.[1];
  if (block === undefined) throw new Error(`no block of commands below ${title}`);
  return block;
}

/** Runs what a document says beside a server of its own, so that nothing else on this machine is touched. @returns what it prints */
async function typed(block: string): Promise<string> {
  const data = mkdtempSync(join(folder, "data-"));
  const server = run(["bin/local.ts", "--port", "0", "--data", data, "--quiet"]);
  const [, origin = ""] = await eventually(() => /Tenant URL: (http:\/\/[^/]+)/.exec(server.stdout()));
  const script = block
    .replaceAll("/tmp/", `${folder}/`)
    .replaceAll("http://127.0.0.1:3000", origin)
    .replaceAll(/npm run -s rollcall -- ([^)\n]*)/g, `"${process.execPath}" bin/rollcall.ts $1 --data "${data}"`);
  const { stdout } = await promisify(execFile)("bash", ["-euc", script], { cwd: ROOT });
  server.child.kill("SIGTERM");
  await server.ended;
  return stdout;
}

test("README's tour does what it says, typed as it stands", async () => {
  const stdout = await typed(blockBelow("A tour with curl"));
  expect(stdout).toContain('"totalResults":0');
  expect(stdout).not.toContain("urn:ietf:params:scim:api:messages:2.0:Error");
  expect(stdout).toMatch(/Member: yes\nUser: ada@example\.com .*\nTEAM.*\nEngineering /);
  expect(stdout).toMatch(/^ada@example\.com +u\w{22} .* no /m);
  expect(stdout).toMatch(/Team: Engineering[\s\S]*ada@example\.com +user +no \(left out of the team\)/);
});

test("calls of the application do what they say, signed and by key, typed as they stand", async () => {
  const path = "lib/docs/application.md";
  const stdout = await typed(blockBelow("On your machine", path) + blockBelow("Application keys", path));
  expect(stdout).toMatch(/^\{"orgs":\[\{"org":"acme",/);
  // Once signed, once by key.
  expect(stdout.match(/\{"member":false,"reason":"noSuchUser"/g)).toHaveLength(2);
});
