import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Metafile } from "esbuild";
import { bundleConstruct, CONSTRUCT } from "./construct.ts";
import { forPackages } from "./standIns.ts";

/** CommonJS, copied as it is: each bin with its check of the Node version. */
const STARTERS = ["rollcall.cjs", "rollcall-server.cjs", "starter.cjs"];

interface Bundled {
  /** The source of each entry, by name. */
  readonly entries: Readonly<Record<string, string>>;
  readonly version: string;
}

/** Writes plain JavaScript to `folder`, with the licences of the bundled packages. */
export async function bundle(root: string, folder: string, { entries, version }: Bundled): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const { client = "", [CONSTRUCT.name]: _apart, ...others } = entries;
  // The client shares no chunk, so that nothing else makes it larger.
  const shared = { ...others, serverMain: "bin/local/main.ts", rollcallMain: "bin/rollcall/main.ts" };
  const built = await Promise.all([
    ...[{ client }, shared].map((each) => bundleTogether(root, folder, { entries: each, version })),
    bundleConstruct(root, join(folder, CONSTRUCT.name), version),
  ]);
  for (const name of STARTERS) copyFileSync(join(root, "bin/package", name), join(folder, name));
  const inputs = built
    .flat()
    .flatMap(({ outputs }) => Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs)));
  writeFileSync(join(folder, "THIRD-PARTY-LICENSES.txt"), licencesOf(root, inputs));
}

async function bundleTogether(root: string, folder: string, { entries, version }: Bundled): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { ...entries },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    // The ES modules of the AWS SDK: CommonJS would call require, which an ES module lacks.
    mainFields: ["module", "main"],
    target: "node20",
    outdir: folder,
    chunkNames: "chunks/[name]-[hash]",
    define: { ROLLCALL_VERSION: JSON.stringify(version) },
    minifySyntax: true,
    minifyWhitespace: true,
    // For an error that nobody caught, Node prints the whole throwing line before the message.
    lineLimit: 1_000,
    metafile: true,
    logLevel: "warning",
    plugins: [forPackages(root)],
  });
  return metafile;
}

/** The text of the MIT licence (spdx.org/licenses/MIT), for a package that names it but has no file of it. */
function mitLicence(holder: string): string {
  return `MIT License

Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
}

/** Each text once, below its packages. @throws Error for a package without a text: it may not be passed on */
function licencesOf(root: string, inputs: readonly string[]): string {
  const folders = new Set(inputs.flatMap((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []));
  const packages = [...folders].sort().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    return { name: `${name} ${version}`, text: licenceOf(root, join(root, folder)) };
  });
  const groups = Map.groupBy(packages, ({ text }) => text.replaceAll(/\s+/g, " "));
  const texts = [...groups.values()].map(
    (group) => `${group.map(({ name }) => name).join("\n")}\n\n${group[0]?.text ?? ""}\n`,
  );
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

/** The text of the package's licence file, or of the licence that it names. @throws Error where it has neither */
function licenceOf(root: string, path: string): string {
  const { author, license, name } = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
  const file = readdirSync(path).find((one) => /^licen[cs]e(?:\.|$)/i.test(one));
  if (file !== undefined) return readFileSync(join(path, file), "utf8").trim();
  if (license === "MIT") return mitLicence(author?.name ?? author);
  // The Apache text is the same for everybody, and ours.
  if (license === "Apache-2.0") return readFileSync(join(root, "LICENSE"), "utf8").trim();
  throw new Error(`${name} has no licence text`);
}
