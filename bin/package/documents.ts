import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, posix } from "node:path";

/** The folder of the repository's documents while those of the package replace them: complete, or absent. */
const KEPT = "package.documents.kept";

/** As npm packs them with the package's manifest. */
function documentsIn(folder: string): readonly string[] {
  return globSync(["README.md", "lib/docs/**/*.md"], { cwd: folder }).sort();
}

/** Replaces documents by those of the package, and keeps the repository's, with what replaced them. */
export function packDocuments(root: string): void {
  const next = join(root, `${KEPT}.next`);
  rmSync(next, { recursive: true, force: true });
  mkdirSync(next);
  const documents = documentsIn(root);
  const linked: ReadonlySet<string> = new Set([...documents, "LICENSE"]);
  const changed = documents.filter((path) => {
    const text = readFileSync(join(root, path), "utf8");
    const packed = packedText(text, path, linked);
    if (packed === text) return false;
    mkdirSync(join(next, dirname(path)), { recursive: true });
    writeFileSync(join(next, path), text);
    writeFileSync(join(next, `${path}.packed`), packed);
    return true;
  });
  renameSync(next, join(root, KEPT));
  for (const path of changed) replace(root, path, `${path}.packed`);
}

/** Also after an earlier run that was interrupted. A document that is not as it was packed stays: somebody changed it since. */
export function restoreDocuments(root: string): void {
  const kept = join(root, KEPT);
  for (const path of documentsIn(kept)) {
    const packed = readFileSync(join(kept, `${path}.packed`), "utf8");
    const isPacked = existsSync(join(root, path)) && readFileSync(join(root, path), "utf8") === packed;
    if (isPacked) replace(root, path, path);
  }
  rmSync(kept, { recursive: true, force: true });
}

/** Copied and renamed: at any interruption there is the whole old document, or the whole new one. */
function replace(root: string, path: string, by: string): void {
  const next = join(root, KEPT, `${path}.next`);
  copyFileSync(join(root, KEPT, by), next);
  renameSync(next, join(root, path));
}

/** Code comes first, so that no link is looked for in it; the text of a link may contain code. */
const CODE_OR_LINK = /^ *(`{3,})[\s\S]*?^ *\1|`[^`]*`|!?\[((?:[^[\]`]|`[^`]*`)*)\]\(([^()\s]+)\)/gm;

/**
 * The text of a document with the links that lead somewhere in the package, or to the web. Of others the words stay: the
 * repository has no public address.
 * @param path of the document, from the root @param linked paths that links may lead to
 */
function packedText(text: string, path: string, linked: ReadonlySet<string>): string {
  return text.replaceAll(CODE_OR_LINK, (whole, _fence, words?: string, target?: string) => {
    if (words === undefined || target === undefined || /^(?:[a-z]+:|#)/.test(target)) return whole;
    const [file = ""] = target.split("#");
    return linked.has(posix.join(posix.dirname(path), file)) ? whole : words;
  });
}
