import { type ExecFileException, execFile, execFileSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

export const ROOT = join(import.meta.dirname, "../..");
export const run = promisify(execFile);

/** What runs node and npm where no repository is: without the Node that it brings. */
export const strange = {
  ...process.env,
  PATH: (process.env.PATH ?? "")
    .split(delimiter)
    .filter((path) => !path.includes("node_modules"))
    .join(delimiter),
};

/** What was packed and installed once, for all test files. */
export interface Packed {
  /** All that follows lies in it. */
  readonly folder: string;
  /** A copy of the repository: nothing else is disturbed by what is built there. */
  readonly repository: string;
  /** An empty project with the tarball in it. Tests take copies. */
  readonly installed: string;
  /** As npm says. */
  readonly tarball: {
    readonly filename: string;
    readonly size: number;
    readonly unpackedSize: number;
    readonly files: readonly { readonly path: string }[];
  };
}

export async function pack(): Promise<Packed> {
  const folder = mkdtempSync(join(tmpdir(), "rollcall-package-"));
  const repository = join(folder, "repository");
  const installed = join(folder, "installed");
  const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], { cwd: ROOT, encoding: "utf8" });
  for (const file of files.split("\0").filter((one) => one !== "" && existsSync(join(ROOT, one)))) {
    mkdirSync(dirname(join(repository, file)), { recursive: true });
    copyFileSync(join(ROOT, file), join(repository, file));
  }
  symlinkSync(join(ROOT, "node_modules"), join(repository, "node_modules"));
  const words = ["pack", "--json", "--pack-destination", folder];
  const { stdout } = await run("npm", words, { cwd: repository, env: strange });
  // What prepack says may come first.
  const [tarball] = JSON.parse(stdout.slice(stdout.search(/^\[/m)));
  mkdirSync(installed);
  writeFileSync(join(installed, "package.json"), '{ "private": true, "type": "module" }\n');
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", join(folder, tarball.filename)], {
    cwd: installed,
    env: strange,
  });
  return { folder, repository, installed, tarball };
}

const NAME = "ROLLCALL_PACKED";

/** For the processes of Jest that begin after this. */
export function announcePacked(packed: Packed): void {
  process.env[NAME] = JSON.stringify(packed);
}

export function readPacked(): Packed {
  return JSON.parse(process.env[NAME] ?? "");
}

/** A project of one test file's own. */
export function ownProject(name: string): string {
  const { folder, installed } = readPacked();
  const project = join(folder, name);
  cpSync(installed, project, { recursive: true, verbatimSymlinks: true });
  return project;
}

export const manifestIn = (path: string) => readFileSync(join(path, "package.json"), "utf8");

/** With what a program ended, and what it said. */
export function failureOf(error: unknown): string {
  const { code, stderr } = error as ExecFileException & { readonly stderr: string };
  return `${code} ${stderr}`;
}

/** The system's Node where it is an old one; otherwise ours, which says that it is. */
export function oldNode(): readonly [string, ...string[]] {
  const major = Number(
    execFileSync("node", ["-p", "process.versions.node"], { env: strange, encoding: "utf8" }).split(".")[0],
  );
  if (major >= 20 && major < 24) return ["node"];
  const pretends = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.19.0" } });`;
  return [process.execPath, "--import", `data:text/javascript,${encodeURIComponent(pretends)}`];
}
