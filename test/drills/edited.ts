import { readFileSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { fileURLToPath } from "node:url";

/** One change of a drill: lines behind one that is there, a text in place of another, or a new file. Paths are below the project. */
export type Edit =
  | { readonly file: string; readonly instead: string; readonly by: string }
  | { readonly file: string; readonly behind: string; readonly lines: readonly string[] }
  | { readonly file: string; readonly lines: readonly string[] };

const PROJECT = new URL("../../", import.meta.url);

/** From now on these files load as if somebody had made the changes; nothing is written. */
export function edit(edits: readonly Edit[]): void {
  const texts = editedTexts(edits);
  registerHooks({
    resolve(specifier, context, next) {
      const url = specifier.startsWith(".") ? new URL(specifier, context.parentURL).href : specifier;
      return texts.has(url) ? { url, format: "module-typescript", shortCircuit: true } : next(specifier, context);
    },
    load(url, context, next) {
      const source = texts.get(url);
      return source === undefined ? next(url, context) : { format: "module-typescript", source, shortCircuit: true };
    },
  });
}

/** Files without their types, by URL: other graphs load most of them again. */
const withoutTypes = new Map<string, string>();
let graphs = 0;

/**
 * Loads a module and everything of the project that it imports once more, with the changes; a new process costs three times as
 * much. Types are stripped here, because Node would strip those of each graph again.
 * @param path the module below the project
 * @param use what it does with the module; what is imported until its end has the changes too
 */
export async function withEdited<T>(
  edits: readonly Edit[],
  path: string,
  use: (module: Readonly<Record<string, unknown>>) => Promise<T>,
): Promise<T> {
  const texts = editedTexts(edits);
  graphs += 1;
  const mark = `?graph=${graphs}`;
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context);
      const isOurs = found.url.startsWith(PROJECT.href) && !found.url.includes("/node_modules/");
      return isOurs && context.parentURL?.endsWith(mark) === true ? { ...found, url: found.url + mark } : found;
    },
    load(url, context, next) {
      if (!url.endsWith(`.ts${mark}`)) return next(url, context);
      const file = url.slice(0, -mark.length);
      const changed = texts.get(file);
      if (changed === undefined && !withoutTypes.has(file)) withoutTypes.set(file, stripTypeScriptTypes(textOf(file)));
      const source = changed === undefined ? withoutTypes.get(file) : stripTypeScriptTypes(changed);
      return { format: "module", source, shortCircuit: true };
    },
  });
  try {
    return await use(await import(new URL(path, PROJECT).href + mark));
  } finally {
    hooks.deregister();
  }
}

function editedTexts(edits: readonly Edit[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const one of edits) {
    const url = new URL(one.file, PROJECT).href;
    const text = edited(one, () => texts.get(url) ?? textOf(url));
    texts.set(url, text);
  }
  return texts;
}

function textOf(url: string): string {
  return readFileSync(fileURLToPath(url), "utf8");
}

function edited(one: Edit, text: () => string): string {
  if ("instead" in one) return replaced(text(), one);
  return "behind" in one ? inserted(text(), one) : `${one.lines.join("\n")}\n`;
}

function replaced(text: string, { file, instead, by }: Extract<Edit, { instead: string }>): string {
  const parts = text.split(instead);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times ${instead}`);
  return parts.join(by);
}

function inserted(text: string, { file, behind, lines }: Extract<Edit, { behind: string }>): string {
  const all = text.split("\n");
  const places = all.flatMap((line, index) => (line.includes(behind) ? [index] : []));
  if (places.length !== 1) throw new Error(`${file} has ${places.length} lines with ${behind}`);
  return all.toSpliced((places[0] ?? 0) + 1, 0, ...lines).join("\n");
}
