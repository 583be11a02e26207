import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Metafile } from "esbuild";
import { BUNDLE, bundlingOf, type TableClient } from "../../lib/bundling.ts";
import { codeDigest } from "../../lib/functionCode.ts";
import { tableClientOf } from "../../lib/scimFunction.ts";
import { FUNCTIONS } from "../../lib/settings.ts";
import { declare } from "./declare.ts";
import { forPackages } from "./standIns.ts";

/** The construct's source, and its folder in the package, which is CommonJS (ADR 60). */
export const CONSTRUCT = { name: "cdk", source: "lib/rollcall.ts" } as const;

/** Writes the construct to `folder`, its types, and the code of every function that it deploys. @returns what is bundled in it */
export async function bundleConstruct(root: string, folder: string, version: string): Promise<Metafile[]> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "commonjs" }\n');
  copyFileSync(join(root, "bin/package/cdk.cjs"), join(folder, "index.js"));
  declare(root, join(folder, "types"), [CONSTRUCT.source]);
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [CONSTRUCT.source],
    outfile: join(folder, "rollcall.js"),
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20",
    // The project's own: two copies of them do not know each other's constructs.
    external: ["aws-cdk-lib", "constructs"],
    define: { ROLLCALL_VERSION: JSON.stringify(version), ROLLCALL_DIGEST: JSON.stringify(codeDigest()) },
    // Not in one line: where a prop is wrong, Node prints the whole line that refuses it before what it says.
    minifySyntax: true,
    metafile: true,
    logLevel: "warning",
    plugins: [forPackages(root)],
  });
  const all = FUNCTIONS.flatMap((name) => clientsOf(name).map((client) => ({ client, name })));
  const bundled = await Promise.all(all.map((one) => bundleFunction(folder, one)));
  return [metafile, ...bundled];
}

/** Those that a deployment may choose, and the one that all have. */
function clientsOf(name: string): readonly TableClient[] {
  return tableClientOf(name, "signed") === "signed" ? ["signed", "sdk"] : ["sdk"];
}

interface Bundled {
  readonly name: string;
  readonly client: TableClient;
}

async function bundleFunction(folder: string, { client, name }: Bundled): Promise<Metafile> {
  const { metafile } = await build({
    ...bundlingOf(client),
    entryPoints: [`functions/${name}.ts`],
    outfile: join(folder, "functions", `${name}.${client}`, BUNDLE),
    metafile: true,
    logLevel: "warning",
  });
  return metafile;
}
