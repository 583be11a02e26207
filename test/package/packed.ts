import { type ExecFileException, execFile, execFileSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";

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
  /**
   * A copy of the repository, committed as if its version had not been released, and one before it had: nothing else is
   * disturbed by what is built there.
   */
  readonly repository: string;
  /** Of `npm run release -- --dry-run` in it, which packed. */
  readonly dryRun: {
    readonly said: string;
    /** Tags, and what is not committed, behind it. */
    readonly left: string;
  };
  /** An empty project with the tarball in it. Tests take copies. */
  readonly installed: string;
  readonly tarball: {
    readonly path: string;
    readonly filename: string;
    /** Bytes. */
    readonly size: number;
    readonly unpackedSize: number;
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
  const { version } = JSON.parse(manifestIn(repository));
  await beginRepository(repository, version);
  // It is what packs, too: another time for its own sake would take as long again. Should it publish, nobody is there.
  const env = { ...strange, npm_config_registry: "http://127.0.0.1:9/" };
  const { stdout: said } = await run("npm", ["run", "release", "--", "--dry-run"], { cwd: repository, env });
  const left = (await git(repository, "tag", "--list")) + (await git(repository, "status", "--porcelain"));
  const filename = `rollcall-${version}.tgz`;
  const path = join(repository, "dist/release", filename);
  mkdirSync(installed);
  writeFileSync(join(installed, "package.json"), '{ "private": true, "type": "module" }\n');
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", path], { cwd: installed, env: strange });
  const archive = readFileSync(path);
  const unpackedSize = [...entriesOf(archive).values()].reduce((sum, { size }) => sum + size, 0);
  const tarball = { path, filename, size: archive.length, unpackedSize };
  return { folder, repository, installed, dryRun: { said, left }, tarball };
}

async function beginRepository(repository: string, version: string): Promise<void> {
  const records = join(repository, "test/releases");
  rmSync(join(records, version), { recursive: true });
  mkdirSync(join(records, "0.0.1"));
  for (const name of ["items.json", "server.json.br"]) writeFileSync(join(records, "0.0.1", name), "");
  const changelog = join(repository, "lib/docs/CHANGELOG.md");
  const next = `## Unreleased\n\n## ${version} - 2027-01-02\n\n- New.\n\n## 0.0.1`;
  writeFileSync(changelog, readFileSync(changelog, "utf8").replace("## Unreleased", next));
  await git(repository, "init", "--quiet");
  await git(repository, "add", "--all");
  await git(repository, "commit", "--quiet", "--message", "Begin");
}

/** Everything happens at one time, as what one makes of a commit is the same each time. @returns what it said */
export async function git(cwd: string, ...words: string[]): Promise<string> {
  return (await run("git", words, { cwd, env: { ...process.env, ...COMMITTER } })).stdout;
}

export const COMMITTER = {
  ...{ GIT_AUTHOR_NAME: "owner", GIT_AUTHOR_EMAIL: "owner@example.com" },
  ...{ GIT_COMMITTER_NAME: "owner", GIT_COMMITTER_EMAIL: "owner@example.com" },
  GIT_COMMITTER_DATE: "2027-01-02T03:04:05Z",
};

interface Entry {
  /** Bytes of its content. */
  readonly size: number;
  /** Header and content, byte by byte. */
  readonly bytes: Buffer;
}

/** Of a tarball, by name (POSIX ustar). */
export function entriesOf(archive: Buffer): ReadonlyMap<string, Entry> {
  const tar = gunzipSync(archive);
  const entries = new Map<string, Entry>();
  for (let at = 0; tar[at] !== 0; ) {
    const textOf = (from: number, to: number) => tar.toString("latin1", at + from, at + to).split("\0")[0] ?? "";
    const size = Number.parseInt(textOf(124, 136), 8);
    const end = at + 512 + Math.ceil(size / 512) * 512;
    const name = [textOf(345, 500), textOf(0, 100)].filter((part) => part !== "").join("/");
    entries.set(name, { size, bytes: tar.subarray(at, end) });
    at = end;
  }
  return entries;
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
