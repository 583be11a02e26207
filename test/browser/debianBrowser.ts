import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../deploy/command.ts";

export interface UnpackedBrowser {
  readonly executable: string;
  /** Folders. */
  readonly libraries: readonly string[];
}

/**
 * Debian's headless Chromium with the libraries that this machine lacks, unpacked and not installed: apt works in a folder of its
 * own, so that no root is needed. apt verifies what it fetches by Debian's signatures.
 * @throws Error where there is no apt
 */
export async function unpackDebianBrowser(folder: string): Promise<UnpackedBrowser> {
  const lists = join(folder, "lists");
  const cache = join(folder, "cache");
  for (const needed of [join(lists, "partial"), join(cache, "archives", "partial")])
    mkdirSync(needed, { recursive: true });
  const settings = [`Dir::State::lists=${lists}`, `Dir::Cache=${cache}`, "Debug::NoLocking=1", "APT::Sandbox::User="];
  const apt = (...args: readonly string[]): Promise<string> =>
    runCommand({ file: "apt-get", args: ["-qq", ...settings.flatMap((one) => ["-o", one]), ...args] });
  await apt("update");
  await apt("install", "--yes", "--no-install-recommends", "--download-only", "chromium-headless-shell");
  const archives = join(cache, "archives");
  const root = join(folder, "root");
  for (const file of readdirSync(archives).filter((name) => name.endsWith(".deb")))
    await runCommand({ file: "dpkg-deb", args: ["--extract", join(archives, file), root] });
  for (const done of [lists, cache]) rmSync(done, { recursive: true });
  const files = readdirSync(root, { recursive: true, withFileTypes: true });
  // Some libraries have a folder of their own, which the installed programs know by a path that is not this one.
  const libraries = new Set(files.filter(({ name }) => /\.so(\.|$)/.test(name)).map(({ parentPath }) => parentPath));
  return { executable: join(root, "usr/lib/chromium/chromium-headless-shell"), libraries: [...libraries] };
}
