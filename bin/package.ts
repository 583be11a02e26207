import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./package/bundle.ts";
import { CONSTRUCT } from "./package/construct.ts";
import { declare } from "./package/declare.ts";
import { packDocuments, restoreDocuments } from "./package/documents.ts";
import { entriesOf, packageManifest } from "./package/manifest.ts";

/**
 * `npm pack` runs this before and after: the tarball holds `dist/`, its own manifest, and documents without links to what it
 * lacks. Manifest and documents replace the repository's only while npm packs. ADR 45.
 */
const root = join(import.meta.dirname, "..");
const folder = join(root, "dist");
const manifest = join(root, "package.json");
/** The repository's manifest while the package's one replaces it. */
const kept = join(root, "package.json.kept");

/** Also after an earlier run that was interrupted. A manifest that somebody restored since then stays. */
function restore(): void {
  restoreDocuments(root);
  if (!existsSync(kept)) return;
  const isRepository = "devDependencies" in JSON.parse(readFileSync(manifest, "utf8"));
  if (isRepository) rmSync(kept);
  else renameSync(kept, manifest);
}

async function prepare(): Promise<void> {
  restore();
  const repository = JSON.parse(readFileSync(manifest, "utf8"));
  const entries = entriesOf(repository);
  await bundle(root, folder, { entries, version: repository.version });
  const { [CONSTRUCT.name]: _apart, ...modules } = entries;
  declare(root, [
    { folder: join(folder, "types"), sources: Object.values(modules) },
    { folder: join(folder, CONSTRUCT.name, "types"), sources: [CONSTRUCT.source] },
  ]);
  packDocuments(root);
  // Written aside and renamed: at any interruption there is one whole manifest, and the repository's is never lost.
  const next = `${kept}.next`;
  writeFileSync(next, `${JSON.stringify(packageManifest(repository), undefined, 2)}\n`);
  writeFileSync(kept, readFileSync(manifest));
  renameSync(next, manifest);
}

if (process.argv[2] === "restore") restore();
else await prepare();
