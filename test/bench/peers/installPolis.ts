import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../../local/processes.ts";

export const POLIS = "@boxyhq/saml-jackson";

/** By default npm asks a registry that does not answer for more than a minute. */
const IMPATIENT = ["--fetch-retries=2", "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=2000"];

const root = fileURLToPath(new URL("../../../", import.meta.url));
const own = fileURLToPath(new URL("polis/", import.meta.url));

/**
 * Installs what `polis/package-lock.json` pins, into a folder that git ignores, unless an earlier run did. No script of a
 * package runs, and nothing of it enters Rollcall's own packages.
 * @returns the folder, and the version of Polis @throws Error that says why there is none
 */
export async function installPolis(say: (line: string) => void): Promise<{ folder: string; version: string }> {
  const lock = readFileSync(join(own, "package-lock.json"), "utf8");
  const packages: Readonly<Record<string, { readonly version: string }>> = JSON.parse(lock).packages;
  const version = packages[`node_modules/${POLIS}`]?.version ?? "";
  const name = `rollcall-peers-${createHash("sha256").update(lock).digest("hex").slice(0, 12)}`;
  const folder = join(root, "node_modules", ".cache", name);
  if (existsSync(folder)) return { folder, version };
  const others = Object.keys(packages).length - 2;
  say(`Installing ${POLIS} ${version} and the ${others} packages that it needs, some 250 MB, into\n${folder}:`);
  say(
    "npm ci --ignore-scripts, from test/bench/peers/polis/package-lock.json. Delete the folder when you need it no more.",
  );
  // Under another name until it is whole.
  const begun = `${folder}.begun`;
  rmSync(begun, { recursive: true, force: true });
  mkdirSync(begun, { recursive: true });
  for (const file of ["package.json", "package-lock.json"]) copyFileSync(join(own, file), join(begun, file));
  copyFileSync(join(root, ".npmrc"), join(begun, ".npmrc"));
  const npm = run(["ci", "--ignore-scripts", "--prefix", begun, ...IMPATIENT], {}, "npm");
  const code = await npm.ended;
  if (code !== 0) {
    rmSync(begun, { recursive: true, force: true });
    const reason = /npm error code (\S+)/.exec(npm.stderr())?.[1] ?? `npm ended with ${code}`;
    throw new Error(`npm cannot install it from the registry (${reason})`);
  }
  renameSync(begun, folder);
  return { folder, version };
}
