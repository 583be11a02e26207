import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

/** One change of a drill: lines behind one that is there, a text in place of another, or a new file. Paths are below the project. */
export type Edit =
  | { readonly file: string; readonly instead: string; readonly by: string }
  | { readonly file: string; readonly behind: string; readonly lines: readonly string[] }
  | { readonly file: string; readonly lines: readonly string[] };

const PROJECT = new URL("../../", import.meta.url);

/** From now on these files load as if somebody had made the changes; nothing is written. */
export function edit(edits: readonly Edit[]): void {
  const texts = new Map<string, string>();
  for (const one of edits) {
    const url = new URL(one.file, PROJECT).href;
    texts.set(
      url,
      edited(one, () => texts.get(url) ?? textOf(url)),
    );
  }
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
