import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { buildSync, transformSync } from "esbuild";

const HEADING = "// Made by `npm run generate` from lib/portal.\n";
const SOURCES = "lib/portal";
const TARGET = "functions/http/generated/portalAssets";
/** What browsers had by the spring of 2024: light-dark(), import.meta, private members. */
const BROWSERS = ["chrome123", "edge123", "firefox124", "safari17.5"];
const SCRIPT = "text/javascript; charset=utf-8";

/** What is bundled may be passed on with its licence: the file stands beside the scripts, and the first one names it. */
const LICENCES = "licences.txt";

const DECLARED = `${HEADING}
/**
 * What the browser loads from below /portal/. A name with a hash never changes its text; \`embed.js\` alone has none, for other
 * sites name it: it may be kept for minutes, and every origin may load it.
 */
export declare const ASSETS: Readonly<Record<string, { readonly type: string; readonly text: string }>>;

/** What the page names: its script begins in the element with the id rollcall-portal. */
export declare const ENTRY: {
  readonly script: string;
  /** What the script imports before it runs: asked for beside it, they come without another round trip. */
  readonly parts: readonly string[];
  readonly style: string;
  readonly embed: string;
};
`;

export interface PortalAsset {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

export interface PortalAssets {
  readonly assets: readonly PortalAsset[];
  readonly entry: {
    readonly script: string;
    readonly parts: readonly string[];
    readonly style: string;
    readonly embed: string;
  };
}

/** The bundle of lib/portal, the same from the same sources on every machine. */
export function bundlePortal(root: string): PortalAssets {
  const style = transformSync(readFileSync(join(root, SOURCES, "style.css"), "utf8"), {
    loader: "css",
    minify: true,
    target: BROWSERS,
  }).code.trim();
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: { main: `${SOURCES}/main.tsx` },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    target: BROWSERS,
    outdir: "portal",
    entryNames: "[name]",
    chunkNames: "[name]-[hash]",
    jsx: "automatic",
    jsxImportSource: "preact",
    minify: true,
    legalComments: "none",
    banner: { js: `/*! With Preact: ./${LICENCES} */` },
    charset: "utf8",
    // The element brings its style along: a sheet that is adopted needs no permission of the site that embeds it.
    define: { PORTAL_STYLE: JSON.stringify(style) },
    metafile: true,
    write: false,
    logLevel: "warning",
  });
  const written = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
  const outputs = Object.entries(metafile.outputs);
  const importsOf = (kinds: readonly string[]) =>
    new Map(
      outputs.map(([path, { imports }]) => [
        basename(path),
        imports.filter(({ kind }) => kinds.includes(kind)).map((one) => basename(one.path)),
      ]),
    );
  const imports = importsOf(["import-statement", "dynamic-import"]);
  const scripts = nameByText(written, imports);
  const script = scripts.get("main.js")?.name;
  if (script === undefined) throw new Error("lib/portal/main.tsx was not bundled");
  const parts = reachedFrom("main.js", importsOf(["import-statement"])).flatMap(
    (file) => scripts.get(file)?.name ?? [],
  );
  const sheet = { name: `style-${hashOf(style)}.css`, type: "text/css; charset=utf-8", text: style };
  const embed = { name: "embed.js", type: SCRIPT, text: embedText(script, parts) };
  const licence = { name: LICENCES, type: "text/plain; charset=utf-8", text: licenceOf("preact") };
  const assets = [...[...scripts.values()].map((one) => ({ ...one, type: SCRIPT })), sheet, embed, licence];
  return {
    assets: assets.sort((left, right) => (left.name < right.name ? -1 : 1)),
    entry: { script, parts: parts.sort(), style: sheet.name, embed: embed.name },
  };
}

/** The parts stand first, so that the browser asks for all of them at once. */
function embedText(script: string, parts: readonly string[]): string {
  return `${parts.map((part) => `import"./${part}";`).join("")}import{defineElement as d}from"./${script}";d()`;
}

function licenceOf(name: string): string {
  const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
  const { version } = JSON.parse(readFileSync(manifest, "utf8"));
  return `${name} ${version}\n\n${readFileSync(join(dirname(manifest), "LICENSE"), "utf8").trim()}\n`;
}

/** What the function `portal` serves: loaded by that one alone. */
export function portalAssets(root: string): ReadonlyMap<string, string> {
  const { assets, entry } = bundlePortal(root);
  const members = assets.map(
    ({ name, type, text }) =>
      `  ${JSON.stringify(name)}: { type: ${JSON.stringify(type)}, text: ${JSON.stringify(text)} },\n`,
  );
  const script = `${HEADING}\nexport const ASSETS = {\n${members.join("")}};\n\nexport const ENTRY = ${JSON.stringify(entry)};\n`;
  return new Map([
    [`${TARGET}.js`, script],
    [`${TARGET}.d.ts`, DECLARED],
  ]);
}

/**
 * The bundler's own hashes are of paths too, and packages lie in different places: here a name is of the text alone, and of the
 * texts of everything that it imports in the end, for files import each other in circles.
 */
function nameByText(
  written: ReadonlyMap<string, string>,
  imports: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, { readonly name: string; readonly text: string }> {
  const plain = new Map([...written].map(([file, text]) => [file, renamed(text, written.keys(), stemOf)]));
  const names = new Map(
    [...written.keys()].map((file) => {
      const others = reachedFrom(file, imports).map((other) => plain.get(other) ?? "");
      return [file, `${stemOf(file)}-${hashOf([plain.get(file), ...others.sort()].join("\n"))}.js`];
    }),
  );
  const nameOf = (file: string) => names.get(file) ?? file;
  return new Map(
    [...written].map(([file, text]) => [
      file,
      { name: nameOf(file), text: renamed(text, written.keys(), nameOf).trim() },
    ]),
  );
}

function renamed(text: string, files: Iterable<string>, name: (file: string) => string): string {
  return [...files].reduce((so, file) => so.replaceAll(`"./${file}"`, `"./${name(file)}"`), text);
}

function stemOf(file: string): string {
  return file.replace(/-[0-9A-Z]{8}(?=\.js$)/, "").replace(/\.js$/, "");
}

/** Every other file that it imports, and those that they import. */
function reachedFrom(file: string, imports: ReadonlyMap<string, readonly string[]>): string[] {
  const reached = new Set<string>();
  const waiting = [...(imports.get(file) ?? [])];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (reached.has(next) || next === file) continue;
    reached.add(next);
    waiting.push(...(imports.get(next) ?? []));
  }
  return [...reached];
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
