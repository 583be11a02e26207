import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, parse } from "node:path";
import { AssetHashType, DockerImage } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";
import { buildSync, type OutputFile } from "esbuild";
import { BUNDLE, bundlingOf, type TableClient } from "./bundling.ts";

/**
 * The code of functions where Rollcall is its repository: bundled when a stack is synthesised. In the package,
 * bin/package/functionCode.ts stands in the place of this file, with bundles that are made already (ADR 60).
 */

const PROJECT = new URL("..", import.meta.url).pathname;

/** What the code of functions is made of. */
const SOURCES = [
  "functions",
  "lib/builtIns",
  "lib/leftOut",
  "lib/nodeHttp.cjs",
  "lib/bundling.ts",
  "package-lock.json",
];

let digest: string | undefined;

/** Ten hexadecimal digits of the sources of all functions together: their code is of one release, or of another. */
export function codeDigest(): string {
  if (digest !== undefined) return digest;
  const hash = createHash("sha256");
  for (const file of SOURCES.flatMap(filesOf)) {
    hash.update(`${file}\0`);
    hash.update(readFileSync(join(PROJECT, file)));
  }
  digest = hash.digest("hex").slice(0, 10);
  return digest;
}

function filesOf(path: string): string[] {
  if (/\.\w+$/.test(path)) return [path];
  const found = readdirSync(join(PROJECT, path), { recursive: true, withFileTypes: true }).filter((one) =>
    one.isFile(),
  );
  return found.map(({ name, parentPath }) => join(parentPath, name).slice(PROJECT.length)).sort();
}

/** How a function is bundled. */
interface Bundling {
  /** With a source map, which makes stack traces readable. */
  readonly traced: boolean;
  /** The functions of the stack that reach the table by the same client. */
  readonly together: readonly string[];
}

/**
 * The code of one function, bundled when the stack is synthesised; without a container.
 * @param name of the file in functions/
 */
export function functionCode(name: string, client: TableClient, { together, traced }: Bundling): Code {
  return Code.fromAsset(join(PROJECT, "functions"), {
    // By what was made, and not by what it was made of: a comment is no reason to replace a function.
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry("never-used"),
      // By these CDK tells one bundle from another.
      command: [name, client, traced ? "traced" : "plain"],
      local: {
        tryBundle: (folder) => {
          for (const { contents, path } of bundleOf(name, client, { together, traced }))
            writeFileSync(join(folder, basename(path)), contents);
          return true;
        },
      },
    },
  });
}

/** The files of each function that was bundled in this process. */
const bundled = new Map<string, readonly OutputFile[]>();

/** All of them in one go, since most of their sources are the same: it takes half the time, and each is what it would be alone. */
function bundleOf(name: string, client: TableClient, { together, traced }: Bundling): readonly OutputFile[] {
  const keyOf = (one: string): string => `${one} ${client} ${traced}`;
  const names = [...new Set([name, ...together])].filter((one) => !bundled.has(keyOf(one))).sort();
  if (names.includes(name)) {
    const { outputFiles } = buildSync({
      ...bundlingOf(client),
      entryPoints: names.map((one) => ({ in: `functions/${one}.ts`, out: join(one, parse(BUNDLE).name) })),
      outExtension: { ".js": parse(BUNDLE).ext },
      // Nothing is written there: source maps are relative to it.
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
