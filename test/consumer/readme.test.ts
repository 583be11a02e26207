import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "@jest/globals";
import { type Batch, type Change, createClient, verifyWebhook } from "rollcall/client";
import { startRollcall } from "rollcall/testkit";
import { Webhook } from "standardwebhooks";
import { endAll, eventually, run } from "../local/processes.ts";
import { newFolder, removeData } from "../support/folders.ts";
import { freePort } from "../support/freePort.ts";

const ROOT = join(import.meta.dirname, "../..");
const chapter = /^## Your application\n([\s\S]*?)^## /m.exec(readFileSync(join(ROOT, "README.md"), "utf8"))?.[1] ?? "";
const blocksOf = (language: string): string[] =>
  [...chapter.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(([, block = ""]) => block);

const folder = newFolder();
afterAll(async () => {
  await endAll();
  removeData(folder);
});

/** Runs lines of the chapter with what they name. @param kept what they make, by name */
async function runLines(block: string, names: Readonly<Record<string, unknown>>, kept: string): Promise<unknown> {
  const lines = block.replace(/^import .*$/gm, "");
  const AsyncFunction = (async () => undefined).constructor as new (
    ...parts: string[]
  ) => (...values: unknown[]) => unknown;
  return await new AsyncFunction(...Object.keys(names), `${lines}; return ${kept};`)(...Object.values(names));
}

test("the lines of README's chapter do what they say", async () => {
  const [clientLines = "", kitLines = ""] = blocksOf("ts");
  await using rollcall = await startRollcall();
  const { name: org, key, ...connection } = await rollcall.org();
  const email = "ada@example.com";
  const { id } = await rollcall.idp.entra(connection).assign(email);
  await rollcall.settled();

  const secrets = [`whsec_${Buffer.alloc(32, "s").toString("base64")}`];
  const at = new Date();
  const body = JSON.stringify({
    type: "events.logged",
    timestamp: at.toISOString(),
    data: { org, orgId: "x", from: 1, to: 1 },
  });
  const signature = new Webhook(secrets.join()).sign("msg", at, body);
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const headers = { "webhook-id": "msg", "webhook-timestamp": timestamp, "webhook-signature": signature };
  const changes: Change[] = [];
  const apply = (batch: Batch): void => void changes.push(...batch.changes);
  const cursorStore = { read: () => undefined };
  const [url, applicationId] = [rollcall.url, "4711"];
  const given = { createClient, verifyWebhook, url, key, org, email, applicationId, secrets, body, cursorStore, apply };
  expect(await runLines(clientLines, { ...given, request: { headers } }, "member")).toBe(true);
  const user = expect.objectContaining({ id, applicationId });
  expect(changes).toContainEqual(expect.objectContaining({ type: "user.put", user }));

  const made = await runLines(kitLines, { startRollcall }, "rollcall");
  await using kit = made as typeof rollcall;
  const client = createClient(kit.clientOptions(await kit.org("acme")));
  expect(await client.gate({ org: "acme", email })).toMatchObject({ member: false, reason: "inactive" });
});

test("from README's commands to the product's first user is at most ten, and they do it as printed", async () => {
  const [start = "", hire = ""] = blocksOf("sh");
  const commands = `npm ci\nnpm start\n${start}${hire}`.replaceAll("\\\n", "").trim().split("\n");
  expect(commands.length).toBeLessThanOrEqual(10);

  const data = join(folder, "rollcall");
  const server = run(["bin/local.ts", "--port", "0", "--data", data, "--quiet"]);
  const [, origin = ""] = await eventually(() => /Tenant URL: (http:\/\/[^/]+)/.exec(server.stdout()));
  const typed = (block: string): string =>
    block
      .replaceAll("/tmp/", `${folder}/`)
      .replaceAll("http://127.0.0.1:3000", origin)
      .replaceAll(/npm run -s rollcall -- ([^)\n]*)/g, `"${process.execPath}" bin/rollcall.ts $1 --data "${data}"`)
      .replaceAll(/npm exec -c 'node ([^']*)'/g, `exec "${process.execPath}" $1`);
  const port = await freePort();
  const typedAt = (block: string): string => typed(block).replaceAll("127.0.0.1:8080", `127.0.0.1:${port}`);
  const product = run(["-euc", typedAt(start)], { PORT: String(port) }, "bash");
  await eventually(() => {
    if (product.child.exitCode !== null) throw new Error(product.stderr());
    return product.stdout().includes("The product listens on");
  });
  const type = async (block: string) => (await promisify(execFile)("bash", ["-euc", block], { cwd: ROOT })).stdout;
  let shown = await type(typedAt(hire));
  // What the page asks for, where the machine is so busy that the product has not heard of the user within its patience.
  const [signIn = ""] = typedAt(hire).trim().split("\n").slice(-1);
  await eventually(async () => {
    if (!shown.includes("Try again")) return true;
    shown = await type(signIn);
    return false;
  });
  expect(shown).toContain("<ul><li>grace@example.com </li></ul>");
});
