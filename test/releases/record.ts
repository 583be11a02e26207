/**
 * `node test/releases/record.ts FOLDER`, after `npm pack`: writes to FOLDER what later releases are held against (ADR 62): the templates of this one, its local
 * server, and the items that it writes.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { readData } from "./dataFile.ts";
import { readAll } from "./readings.ts";
import type { RecordedItems } from "./recorded.ts";
import { startReleaseServer, unpack } from "./servers.ts";
import { tellStory } from "./story.ts";
import { talkTo } from "./talk.ts";
import { RECORDED_SETTINGS, synthesiseTemplates } from "./templates.ts";

const ROOT = join(import.meta.dirname, "../..");

function recordTemplates(folder: string): void {
  mkdirSync(join(folder, "templates"), { recursive: true });
  for (const [name, settings] of Object.entries(RECORDED_SETTINGS))
    writeFileSync(join(folder, "templates", `${name}.json`), `${JSON.stringify(synthesiseTemplates(settings))}\n`);
}

/** The local server of the package as it was packed, and what it imports but for the client of a DynamoDB, by their paths. */
function packedServer(): Readonly<Record<string, string>> {
  const packed = join(ROOT, "dist");
  const files = new Map<string, string>();
  const waiting = ["rollcall-server.cjs"];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (files.has(path) || path.includes("openEndpoint-")) continue;
    const text = readFileSync(join(packed, path), "utf8");
    files.set(path, text);
    const named = [...text.matchAll(/(?<=["'])\.\.?\/[^"'\s]+\.c?js(?=["'])/g)].map(([other]) => other);
    // The pages in it name theirs in the same way.
    waiting.push(
      ...named.map((other) => join(dirname(path), other)).filter((other) => existsSync(join(packed, other))),
    );
  }
  return Object.fromEntries([...files].sort());
}

/** What that server writes when the story is played to it. */
async function recordItems(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "rollcall-release-"));
  try {
    const [program, data] = [join(scratch, "program"), join(scratch, "data")];
    unpack(files, program);
    const server = await startReleaseServer(program, data);
    const talk = talkTo(server);
    const told = await tellStory(talk, server.token ?? "");
    const answers = await readAll(talk, told);
    talk.end();
    await server.stop();
    const { items, webhookKey } = readData(data);
    const head: Omit<RecordedItems, "items"> = { told, answers, webhookKey };
    // One line for each item.
    const lines = items.map((item) => JSON.stringify(item)).join(",\n");
    const text = `${JSON.stringify(head).slice(0, -1)},"items":[\n${lines}\n]}\n`;
    writeFileSync(join(folder, "items.json"), text);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("node test/releases/record.ts FOLDER");
recordTemplates(folder);
const server = packedServer();
writeFileSync(join(folder, "server.json.br"), brotliCompressSync(JSON.stringify(server)));
await recordItems(folder, server);
