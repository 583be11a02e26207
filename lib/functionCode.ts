import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AssetHashType, DockerImage } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";
import { buildSync } from "esbuild";
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

/**
 * The code of one function, bundled when the stack is synthesised; without a container.
 * @param name of the file in functions/ @param traced with a source map, which makes stack traces readable
 */
export function functionCode(name: string, client: TableClient, { traced }: { readonly traced: boolean }): Code {
  return Code.fromAsset(join(PROJECT, "functions"), {
    // By what was made, and not by what it was made of: a comment is no reason to replace a function.
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry("never-used"),
      // By these CDK tells one bundle from another.
      command: [name, client, traced ? "traced" : "plain"],
      local: {
        tryBundle: (folder) => {
          buildSync({
            ...bundlingOf(client),
            entryPoints: [`functions/${name}.ts`],
            outfile: join(folder, BUNDLE),
            sourcemap: traced,
            logLevel: "warning",
          });
          return true;
        },
      },
    },
  });
}
