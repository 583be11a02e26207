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

/** The first block of commands below a title of README. */
function blockBelow(title: string): string {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const block = readme.slice(readme.indexOf(`## ${title}\n`)).match(/```sh\n([\s\S]*?)```/)?.[1];
  if (block === undefined) throw new Error(`no block of commands below ${title}`);
  return block;
}

test("README's tour does what it says, typed as it stands", async () => {
  const server = run(["bin/local.ts", "--port", "0", "--data", folder, "--quiet"]);
  const [, origin = ""] = await eventually(() => /Tenant URL: (http:\/\/[^/]+)/.exec(server.stdout()));
  // Its own port, folder and files, so that nothing else on this machine is touched.
  const script = blockBelow("A tour with curl")
    .replaceAll("/tmp/", `${folder}/`)
    .replaceAll("http://127.0.0.1:3000", origin)
    .replaceAll(/npm run -s rollcall -- (.*)/g, `"${process.execPath}" bin/rollcall.ts $1 --data "${folder}"`);

  const { stdout } = await promisify(execFile)("bash", ["-euc", script], { cwd: ROOT });
  server.child.kill("SIGTERM");
  await server.ended;
  expect(stdout).toContain('"totalResults":0');
  expect(stdout).not.toContain("urn:ietf:params:scim:api:messages:2.0:Error");
  expect(stdout).toMatch(/Member: yes\nUser: ada@example\.com .*\nTEAM.*\nEngineering /);
  expect(stdout).toMatch(/^ada@example\.com +u\w{22} .* no /m);
  expect(stdout).toMatch(/Team: Engineering[\s\S]*ada@example\.com +user +no \(left out of the team\)/);
});
