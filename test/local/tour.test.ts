import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { createServer as createHttpServer, type Server } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterAll, expect, test } from "@jest/globals";
import { listen } from "../../bin/local/httpServer.ts";
import { newFolder, removeData } from "../support/folders.ts";
import { freePort } from "../support/freePort.ts";
import { rollcallHere } from "./commandLine.ts";
import { endAll, eventually, run } from "./processes.ts";

const ROOT = join(import.meta.dirname, "../..");
const folder = newFolder();
const servers: Server[] = [];
afterAll(async () => {
  for (const server of servers) server.close();
  await endAll();
  removeData(folder);
});

/** The first block of commands below a title of README. */
function blockBelow(title: string): string {
  const document = readFileSync(join(ROOT, "README.md"), "utf8");
  const block = document.slice(document.indexOf(`## ${title}\n`)).match(/```sh\n([\s\S]*?)```/)?.[1];
  if (block === undefined) throw new Error(`no block of commands below ${title}`);
  return block;
}

/** Defines what a document types as `npm run -s rollcall --`, on the data in a folder. */
type CommandIn = (data: string) => Promise<string>;

/** Each command in a process of its own, as a person types it. */
const inItsProcess: CommandIn = async (data) =>
  `rollcall() { "${process.execPath}" bin/rollcall.ts "$@" --data "${data}"; }`;

/** Each command in this process, which a shell asks by HTTP: a new one costs ten times what most of them do. */
const inThisProcess: CommandIn = async (data) => {
  const server = createHttpServer(async (request, response) => {
    const words = (await text(request)).split("\0").slice(0, -1);
    const { code, out, err } = await rollcallHere([...words, "--data", data]);
    response.writeHead(code === 0 ? 200 : 400).end(code === 0 ? out : err);
  });
  servers.push(server);
  const port = await listen(server, 0);
  return `rollcall() { printf '%s\\0' "$@" | curl -sS --fail-with-body --data-binary @- http://127.0.0.1:${port}/; }`;
};

/** Runs what a document says beside a server of its own, so that nothing else on this machine is touched. @returns what it prints */
async function typed(block: string, command: CommandIn): Promise<string> {
  const data = mkdtempSync(join(folder, "data-"));
  const server = run(["bin/local.ts", "--port", "0", "--data", data, "--quiet"]);
  const [, origin = ""] = await eventually(() => /Tenant URL: (http:\/\/[^/]+)/.exec(server.stdout()));
  const receiver = await freePort();
  const script = block
    .replaceAll("listen(4000,", `listen(${receiver},`)
    .replaceAll("http://127.0.0.1:4000", `http://127.0.0.1:${receiver}`)
    .replaceAll("/tmp/", `${folder}/`)
    .replaceAll("http://127.0.0.1:3000", origin)
    .replaceAll("npm run -s rollcall -- ", "rollcall ");
  const typing = ["-euc", `${await command(data)}\n${script}`];
  const { stdout } = await promisify(execFile)("bash", typing, { cwd: ROOT });
  server.child.kill("SIGTERM");
  await server.ended;
  return stdout;
}

test("README's tour does what it says, typed as it stands", async () => {
  const stdout = await typed(blockBelow("A tour with curl"), inItsProcess);
  expect(stdout).toContain('"totalResults":0');
  expect(stdout).not.toContain("urn:ietf:params:scim:api:messages:2.0:Error");
  expect(stdout).toMatch(/Member: yes\nUser: ada@example\.com .*\nTEAM.*\nEngineering /);
  expect(stdout).toMatch(/^ada@example\.com +u\w{22} .* no /m);
  expect(stdout).toMatch(/Team: Engineering[\s\S]*ada@example\.com +user +no \(left out of the team\)/);
});

test("the chapter of the application does what it says, typed as it stands, and shows what the answers have", async () => {
  const chapter = readFileSync(join(ROOT, "lib/docs/application.md"), "utf8");
  // The first one starts the server.
  const [, ...blocks] = [...chapter.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);
  expect(blocks.length).toBeGreaterThan(8);
  const [client = ""] = [...chapter.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);
  const stdout = await typed(`${blocks.join("")}${runOf(client)}`, inThisProcess);
  expect(stdout).toMatch(/^u\w{22} \[ 'Engineering' \]$[\s\S]*^http:\S+\/scim\/v2\/acme \d+$/m);
  expect(stdout).not.toContain("urn:ietf:params:scim:api:messages:2.0:Error");
  // Signed and by key, the same; then somebody who was adopted.
  const gate = /^\{"member":true,"user":\{"id":"(u\w{22})","managed":true,/gm;
  const [signed, keyed, adopted] = [...stdout.matchAll(gate)].map(([, id]) => id);
  expect(signed).toBe(keyed);
  expect(stdout).toMatch(`"id":"${adopted}","managed":false,`);
  const told = `"resource":"${adopted}","applicationId":"13","version":2,"managed":true`;
  expect(stdout).toMatch(new RegExp(`"type":"user\\.adopted"[^\n]*${told}`));
  expect(stdout).toMatch(/"type":"user\.deactivated"[^\n]*"before":\{"active":true\},"after":\{"active":false\}/);
  expect(stdout).toMatch(/^\{"member":false,"reason":"inactive",.*"applicationId":"4711"/m);
  expect(stdout).toMatch(/^\{"results":\[\{"status":201,.*"applicationId":"12".*"status":201,.*"applicationId":"13"/m);
  const webhook = `\\{"type":"events\\.logged",.*"type":"user\\.updated","resource":"u\\w{22}","version":3`;
  expect(stdout).toMatch(/^\{"type":"webhook\.test",/m);
  expect(stdout).toMatch(new RegExp(`^${webhook}`, "m"));
  // The receiver has it a moment before the sender has written that it does.
  expect(stdout).toMatch(/^\S+Z +(delivered +1 +204|open) .*events\.logged/m);
  // A block of JSON right below commands is what they answer.
  const answers = [...chapter.matchAll(/^```\n\n```json\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);
  const shown = namesIn(answers.join(""));
  const answered = new Set(namesIn(stdout));
  expect(new Set(shown).size).toBeGreaterThan(20);
  expect(shown.filter((name) => !answered.has(name))).toEqual([]);
  // Text right below commands is what they print.
  const texts = [...chapter.matchAll(/^```sh\n[^`]*^```\n\n```\n([\s\S]*?)^```$/gm)].flatMap(([, text = ""]) =>
    text.split("\n"),
  );
  const printed = new Set(stdout.split("\n").map(withoutIds));
  expect(texts.length).toBeGreaterThan(8);
  expect(texts.filter((line) => line !== "…" && !printed.has(withoutIds(line)))).toEqual([]);
});

function withoutIds(line: string): string {
  return line.replace(/\bu[A-Za-z0-9]{22}\b/g, "ID");
}

/** Runs a block of TypeScript, with the keys that its calls need. */
function runOf(block: string): string {
  return `rollcall app-key create --scope directory.read --description client --key-file /tmp/rollcall.read
rollcall app-key create --scope admin --org acme --description client --key-file /tmp/rollcall.admin
export ROLLCALL_KEY="$(cat /tmp/rollcall.read)" ROLLCALL_ADMIN_KEY="$(cat /tmp/rollcall.admin)"
"${process.execPath}" --input-type=module-typescript <<'END'
${block}END
`;
}

/** Names of members of JSON, also of what is cut short. */
function namesIn(text: string): string[] {
  return [...text.matchAll(/"(\w+)":/g)].map(([, name = ""]) => name);
}
