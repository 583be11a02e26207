/**
 * `node test/releases/record.ts FOLDER`: writes to FOLDER what later releases are held against (ADR 62): the templates of this one, its local
 * server, and the items that it writes.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { version } from "../../bin/installation.ts";
import { bundle } from "../../bin/package/bundle.ts";
import { RECORDED_SETTINGS, synthesiseTemplates } from "./templates.ts";

const ROOT = join(import.meta.dirname, "../..");

function recordTemplates(folder: string): void {
  mkdirSync(join(folder, "templates"), { recursive: true });
  for (const [name, settings] of Object.entries(RECORDED_SETTINGS))
    writeFileSync(join(folder, "templates", `${name}.json`), `${JSON.stringify(synthesiseTemplates(settings))}\n`);
}

/** The server of the package and the chunks that it imports: one text of JSON, path by path. */
async function recordServer(folder: string): Promise<void> {
  const bundled = mkdtempSync(join(tmpdir(), "rollcall-release-"));
  try {
    await bundle(ROOT, bundled, { entries: {}, version: version() });
    const paths = readdirSync(bundled, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.c?js$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    const files = paths.map((path) => [relative(bundled, path), readFileSync(path, "utf8")]);
    writeFileSync(join(folder, "server.json.br"), brotliCompressSync(JSON.stringify(Object.fromEntries(files))));
  } finally {
    rmSync(bundled, { recursive: true });
  }
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("node test/releases/record.ts FOLDER");
recordTemplates(folder);
await recordServer(folder);
