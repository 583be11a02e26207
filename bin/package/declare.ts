import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize, relative } from "node:path";

const IMPORTED = /(\b(?:from|import)\s*\(?\s*")(\.[^"]+)\.ts"/g;

interface Declared {
  /** Folder of the `.d.ts` files. */
  readonly folder: string;
  readonly sources: readonly string[];
}

/** Writes the `.d.ts` of these sources and of everything they name, nothing else. @throws Error; tsc has printed the reason */
export function declare(root: string, declared: readonly Declared[]): void {
  const all = mkdtempSync(join(tmpdir(), "rollcall-types-"));
  try {
    emit(
      root,
      all,
      declared.flatMap(({ sources }) => sources),
    );
    for (const one of declared) pick(all, one);
  } finally {
    rmSync(all, { recursive: true });
  }
}

/** Copies the files from `all` that the sources reach. */
function pick(all: string, { folder, sources }: Declared): void {
  const waiting = sources.map((entry) => entry.replace(/\.ts$/, ".d.ts"));
  const written = new Set<string>();
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (written.has(file)) continue;
    written.add(file);
    const text = readFileSync(join(all, file), "utf8");
    const beside = dirname(file);
    waiting.push(...[...text.matchAll(IMPORTED)].map(([, , path]) => normalize(join(beside, `${path}.d.ts`))));
    const target = join(folder, file);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text.replaceAll(IMPORTED, '$1$2.js"'));
  }
}

function emit(root: string, folder: string, sources: readonly string[]): void {
  const config = join(folder, "tsconfig.json");
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    outDir: folder,
    rootDir: root,
    typeRoots: [join(root, "node_modules/@types")],
  };
  const files = sources.map((entry) => join(root, entry));
  const extended = join(root, "tsconfig.json");
  writeFileSync(config, JSON.stringify({ extends: extended, compilerOptions, include: [], files }));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  if (!existsSync(tsc)) throw new Error(`there is no ${relative(root, tsc)}: npm ci`);
  // `npm run types` finds faults in the sources. More threads would repeat the work on shared files.
  execFileSync(process.execPath, [tsc, "-p", config, "--noCheck", "--singleThreaded"], {
    stdio: ["ignore", "inherit", "inherit"],
  });
}
