import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join, parse } from "node:path";
import { build, type Metafile } from "esbuild";
import { BUNDLE, bundlingOf, type TableClient } from "../../lib/bundling.ts";
import { codeDigest } from "../../lib/functionCode.ts";
import { FUNCTIONS, tableClientOf } from "../../lib/stackFunctions.ts";
import { forPackages } from "./standIns.ts";

/** The construct's source, and its folder in the package, which is CommonJS (ADR 60). */
export const CONSTRUCT = { name: "cdk", source: "lib/rollcall.ts" } as const;

/** Writes the construct and the code of every function that it deploys to `folder`. @returns what is bundled */
export async function bundleConstruct(root: string, folder: string, version: string): Promise<Metafile[]> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "commonjs" }\n');
  copyFileSync(join(root, "bin/package/cdk.cjs"), join(folder, "index.js"));
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [CONSTRUCT.source],
    outfile: join(folder, "rollcall.js"),
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20",
    // The project's own copies: constructs of two copies do not know each other.
    external: ["aws-cdk-lib", "constructs"],
    define: { ROLLCALL_VERSION: JSON.stringify(version), ROLLCALL_DIGEST: JSON.stringify(codeDigest()) },
    // Several lines: for a wrong prop, Node prints the whole throwing line before the message.
    minifySyntax: true,
    metafile: true,
    logLevel: "warning",
    plugins: [forPackages(root)],
  });
  const bundled = await Promise.all(CLIENTS.map((client) => bundleFunctions(folder, client)));
  return [metafile, ...bundled];
}

const CLIENTS: readonly TableClient[] = ["signed", "sdk"];

/** All functions that can use this client; every function can use the SDK's. In one call: shared sources are read once. */
async function bundleFunctions(folder: string, client: TableClient): Promise<Metafile> {
  const names = FUNCTIONS.filter((name) => client === tableClientOf(name, client));
  const { ext, name: stem } = parse(BUNDLE);
  const { metafile } = await build({
    ...bundlingOf(client),
    entryPoints: Object.fromEntries(names.map((name) => [`${name}.${client}/${stem}`, `functions/${name}.ts`])),
    outdir: join(folder, "functions"),
    outExtension: { ".js": ext },
    metafile: true,
    logLevel: "warning",
  });
  return metafile;
}
