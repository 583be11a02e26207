import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { buildSync, transformSync } from "esbuild";
import { numberedRemedies } from "./portalRemedies.ts";

const HEADING = "// Made by `npm run generate` from lib/portal.\n";
const SOURCES = "lib/portal";
const TARGET = "functions/http/generated/portalAssets";
/** Features of browsers by the spring of 2024: light-dark(), import.meta, private members. */
const BROWSERS = ["chrome123", "edge123", "firefox124", "safari17.5"];
const SCRIPT = "text/javascript; charset=utf-8";

/**
 * Bundled packages may be passed on only with their licences: this file stands beside the scripts, and the first one names it.
 */
const LICENCES = "licences.txt";

const DECLARED = `${HEADING}
/**
 * The browser loads these from below /portal/. A name with a hash never changes its text. \`embed.js\` has no hash, because
 * other sites name it: it may be kept for minutes, and every origin may load it.
 */
export declare const ASSETS: Readonly<Record<string, { readonly type: string; readonly text: string }>>;

/** The page names these; the script renders into the element with the id rollcall-portal. */
export declare const ENTRY: {
  readonly script: string;
  /** The script imports these first; the page requests them beside it, which saves a round trip. */
  readonly parts: readonly string[];
  readonly style: string;
  readonly embed: string;
};
`;

interface PortalAsset {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

interface PortalAssets {
  readonly assets: readonly PortalAsset[];
  readonly entry: {
    readonly script: string;
    readonly parts: readonly string[];
    readonly style: string;
    readonly embed: string;
  };
}

/** The bundle of lib/portal. The same sources give the same bundle on every machine. */
function bundlePortal(root: string): PortalAssets {
  const style = transformSync(readFileSync(join(root, SOURCES, "style.css"), "utf8"), {
    loader: "css",
    minify: true,
    target: BROWSERS,
  }).code.trim();
  const { numbered, en, de } = numberedRemedies();
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
    define: {
      // The element carries its style: an adopted sheet needs no permission of the embedding site.
      PORTAL_STYLE: JSON.stringify(style),
      // As text, not as an object: esbuild would put an object into a script that every page loads.
      PORTAL_REMEDIES: JSON.stringify(numbered),
      PORTAL_REMEDIES_EN: JSON.stringify(JSON.stringify(en)),
      PORTAL_REMEDIES_DE: JSON.stringify(JSON.stringify(de)),
    },
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

/** The parts come first, so that the browser requests all of them at once. */
function embedText(script: string, parts: readonly string[]): string {
  return `${parts.map((part) => `import"./${part}";`).join("")}import{defineElement as d}from"./${script}";d()`;
}

function licenceOf(name: string): string {
  const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
  const { version } = JSON.parse(readFileSync(manifest, "utf8"));
  return `${name} ${version}\n\n${readFileSync(join(dirname(manifest), "LICENSE"), "utf8").trim()}\n`;
}

/** The files of the function `portal`; no other function loads them. */
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
 * The bundler's own hashes cover paths too, and packages lie in different places. Here a name depends only on the text and on
 * the texts of all direct and indirect imports; files may import each other in circles.
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

/** All direct and indirect imports, without the file itself. */
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
