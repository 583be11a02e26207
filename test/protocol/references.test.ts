import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { inProcessTarget } from "../support/inProcess.ts";
import { localStore } from "../support/localStore.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { at } from "../support/wire.ts";

/** Developer Guide, "Variables for access logging": a client that sends it chooses `$context.requestId`. */
const CHOSEN = "11111111-2222-4333-8444-ada-lovelace";

test("a client that chooses the id of its requests gets a reference of its own for each, and its choice is in no line", async () => {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const endpoint = testEndpoint(localStore(), (line) => lines.push(line));
  const target = inProcessTarget("memory", endpoint, 1);
  const tenant = await target.org();
  lines.length = 0;
  const answers = [];
  for (const path of ["Users", "Groups", "Users"]) {
    const headers = { Authorization: `Bearer ${tenant.token}`, "x-amzn-RequestId": CHOSEN };
    const request = { method: "GET", target: `/scim/v2/${tenant.slug}/${path}/nobody`, headers, body: undefined };
    answers.push(await target.transport(request));
  }
  const references = answers.map(({ json }) => /\(ref: (\w{12})\)$/.exec(String(at(json, "detail")))?.[1]);
  expect(new Set(references).size).toBe(3);
  expect(lines.map(({ ref }) => ref)).toEqual(references);
  expect(new Set(lines.map(({ apigwReqId }) => apigwReqId)).size).toBe(3);
  expect(JSON.stringify(lines)).not.toContain(CHOSEN);
});

test("nothing of ours reads the id that a client may choose", () => {
  const read = ["functions", "lib"].flatMap((folder) => {
    const root = fileURLToPath(new URL(`../../${folder}/`, import.meta.url));
    return readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .filter((path) =>
        /requestContext\??\.requestId|\$context\.requestId/.test(code(readFileSync(join(root, path), "utf8"))),
      );
  });
  expect(read).toEqual([]);
});

/** Without comments, which say why. */
function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
}
