import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isObject, type JsonObject } from "../../functions/scim/json.ts";
import { packageManifest } from "../package/manifest.ts";
import { billOfMaterials, lockedPackage, packagesIn, settledBill } from "./billOfMaterials.ts";
import { tagOf } from "./hindrances.ts";

interface Artefacts {
  readonly tarball: string;
  /** Facts about the package for the person who makes the release, one line each. */
  readonly stated: readonly string[];
}

/**
 * Makes everything that is published from the repository: the tarball, two bills of materials, notes and checksums. The same
 * commit gives the same bytes.
 * @param folder below `dist`, which packing empties
 * @param time of the commit, ISO 8601
 */
export function makeArtefacts(
  root: string,
  folder: string,
  { time, notes }: { readonly time: string; readonly notes: string },
): Artefacts {
  const repository = readJson(join(root, "package.json"));
  const { name, version, description, license, engines } = { ...repository, ...packageManifest(repository) };
  const { filename, size, unpackedSize, entryCount } = pack(root, folder);
  const tarball = join(folder, filename);
  const sha512 = createHash("sha512").update(readFileSync(tarball)).digest("hex");
  const lock = readJson(join(root, "package-lock.json"));
  const licences = readFileSync(join(root, "dist/THIRD-PARTY-LICENSES.txt"), "utf8");
  const bundled = packagesIn(licences).map((one) => lockedPackage(lock, one));
  const released = {
    name: String(name),
    version: String(version),
    description: String(description),
    license: String(license),
  };
  const stem = `${name}-${version}`;
  writeJson(join(folder, `${stem}.cdx.json`), billOfMaterials({ ...released, time, sha512 }, bundled));
  const all = runIn(root, "npm", "sbom", "--sbom-format", "cyclonedx", "--package-lock-only");
  writeJson(join(folder, `${stem}.build.cdx.json`), settledBill(JSON.parse(all), { name: released.name, time }));
  const node = isObject(engines) ? String(engines.node) : "";
  const stated = [
    `${filename}: ${kilobytes(size)}, unpacked ${kilobytes(unpackedSize)}, ${entryCount} files`,
    `licence: ${license}; with code of ${bundled.length} packages of others, whose licences are in dist/THIRD-PARTY-LICENSES.txt`,
    `engines: node ${node}; the server, the test kit and the command line need Node 24.15`,
  ];
  writeFileSync(
    join(folder, "NOTES.md"),
    `# ${name} ${version}\n\n${notes}\n\n## Package\n\n${stated.map((line) => `- ${line}`).join("\n")}\n`,
  );
  writeChecksums(folder);
  return { tarball, stated };
}

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly entryCount: number;
}

function pack(root: string, folder: string): Packed {
  const scratch = mkdtempSync(join(tmpdir(), "rollcall-pack-"));
  try {
    const said = runIn(root, "npm", "pack", "--json", "--pack-destination", scratch);
    // Output of prepack may come first.
    const [packed]: readonly Packed[] = JSON.parse(said.slice(said.search(/^\[/m)));
    if (packed === undefined) throw new Error("npm packed nothing");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, packed.filename), readFileSync(join(scratch, packed.filename)));
    return packed;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** In the format of `sha256sum --check`. */
function writeChecksums(folder: string): void {
  const lines = readdirSync(folder)
    .sort()
    .map(
      (name) =>
        `${createHash("sha256")
          .update(readFileSync(join(folder, name)))
          .digest("hex")}  ${name}\n`,
    );
  writeFileSync(join(folder, "SHA256SUMS"), lines.join(""));
}

function kilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1_000)} KB`;
}

function readJson(path: string): JsonObject {
  return JSON.parse(readFileSync(path, "utf8"));
}

function writeJson(path: string, value: JsonObject): void {
  writeFileSync(path, `${JSON.stringify(value, undefined, 2)}\n`);
}

/** Runs a program in a folder; its stderr goes to the terminal. @returns its stdout @throws Error where it fails */
export function runIn(folder: string, program: string, ...words: readonly string[]): string {
  const said = execFileSync(program, words, {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 1 << 26,
    stdio: ["ignore", "pipe", "inherit"],
  });
  return said.trim();
}

interface Publication {
  readonly version: string;
  /** Path of the tarball. */
  readonly tarball: string;
  /** `publishConfig` of package.json: options of npm. */
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * Tags the commit in `root` and publishes its tarball. It first asks npm who publishes; if the registry refuses, it sets no
 * tag.
 * @throws Error; npm or git has printed the reason
 */
export function publish(root: string, { version, tarball, config }: Publication): void {
  // Overrides a silenced npm: its refusals must be readable.
  const options = ["--loglevel=notice", ...Object.entries(config).map(([name, value]) => `--${name}=${value}`)];
  runIn(root, "npm", "whoami", ...options);
  runIn(root, "git", "tag", "--annotate", tagOf(version), "--message", `Rollcall ${version}`);
  try {
    runIn(root, "npm", "publish", tarball, ...options);
  } catch (error) {
    runIn(root, "git", "tag", "--delete", tagOf(version));
    throw error;
  }
}
