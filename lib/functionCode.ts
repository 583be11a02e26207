import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, parse } from "node:path";
import { fileURLToPath } from "node:url";
import type { Code } from "aws-cdk-lib/aws-lambda";
import { buildSync, type OutputFile } from "esbuild";
import { BUNDLE, bundlingOf, type TableClient } from "./bundling.ts";
import { readableCode } from "./readableCode.ts";

/**
 * The functions' code in the repository: bundled when a stack is synthesised. In the package, bin/package/functionCode.ts
 * replaces this file with finished bundles (ADR 60).
 */

const PROJECT = fileURLToPath(new URL("..", import.meta.url));

/** The sources of the functions' code. */
export const SOURCES = [
  "functions",
  "lib/builtIns",
  "lib/leftOut",
  "lib/nodeHttp.cjs",
  "lib/bundling.ts",
  "package-lock.json",
];

/** What can be in a bundle. Other files in these folders, such as those of a file manager or an editor, are not code. */
const CODE = /^[^.].*\.(?:[cm]?js|json|ts)$/;

let digest: string | undefined;

/** Ten hexadecimal digits for the sources of all functions: the release of their code. */
export function codeDigest(): string {
  digest ??= digestOf(PROJECT);
  return digest;
}

/** @param project the repository's folder, with a slash at its end */
export function digestOf(project: string): string {
  const hash = createHash("sha256");
  for (const file of SOURCES.flatMap((path) => filesOf(project, path))) {
    hash.update(`${file}\0`);
    hash.update(readFileSync(join(project, file)));
  }
  return hash.digest("hex").slice(0, 10);
}

function filesOf(project: string, path: string): string[] {
  if (CODE.test(path)) return [path];
  const found = readdirSync(join(project, path), { recursive: true, withFileTypes: true }).filter(
    (one) => one.isFile() && CODE.test(one.name),
  );
  return found.map(({ name, parentPath }) => join(parentPath, name).slice(project.length)).sort();
}

/** How a function is bundled. */
interface Bundling {
  /** With a source map, for readable stack traces. */
  readonly traced: boolean;
  /** The stack's functions with the same table client. */
  readonly together: readonly string[];
}

/**
 * The code of one function, bundled at synth, without a container.
 * @param name of the file in functions/
 */
export function functionCode(name: string, client: TableClient, { together, traced }: Bundling): Code {
  const words = [name, client, traced ? "traced" : "plain"];
  return readableCode(join(PROJECT, "functions"), words, () =>
    bundleOf(name, client, { together, traced }).map(({ contents, path }) => ({ contents, name: basename(path) })),
  );
}

/** The files of each function bundled in this process. */
const bundled = new Map<string, readonly OutputFile[]>();

/** Bundles all in one call, because they share most sources: this takes half the time and gives the same files. */
function bundleOf(name: string, client: TableClient, { together, traced }: Bundling): readonly OutputFile[] {
  const keyOf = (one: string): string => `${one} ${client} ${traced}`;
  const names = [...new Set([name, ...together])].filter((one) => !bundled.has(keyOf(one))).sort();
  if (names.includes(name)) {
    const { outputFiles } = buildSync({
      ...bundlingOf(client),
      entryPoints: names.map((one) => ({ in: `functions/${one}.ts`, out: join(one, parse(BUNDLE).name) })),
      outExtension: { ".js": parse(BUNDLE).ext },
      // Nothing is written there; source maps are relative to it.
      outdir: "cdk.out",
      write: false,
      sourcemap: traced,
      logLevel: "warning",
    });
    for (const one of names) {
      bundled.set(
        keyOf(one),
        outputFiles.filter(({ path }) => basename(dirname(path)) === one),
      );
    }
  }
  return bundled.get(keyOf(name)) ?? [];
}
