import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";

interface Entry {
  readonly resolved?: string;
  /** Of the package's archive, as the registry publishes it. */
  readonly integrity?: string;
  /** It arrives inside the archive of another package, whose hash covers it. */
  readonly inBundle?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const text = readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8");
const packages: Readonly<Record<string, Entry>> = JSON.parse(text).packages;

describe("the lock file", () => {
  test("lists the packages of every platform: where a registry lacks one, npm leaves it out, and npm ci refuses the file", () => {
    const listed = new Set(
      Object.keys(packages).map((path) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length)),
    );
    const wanted = Object.values(packages).flatMap(({ optionalDependencies = {} }) =>
      Object.keys(optionalDependencies),
    );
    expect(wanted.filter((name) => !listed.has(name))).toEqual([]);
  });

  test("has a hash for each package, of every platform, so that npm ci refuses an archive that is another than ours", () => {
    const bare = Object.entries(packages).filter(
      ([path, { inBundle, integrity }]) => path !== "" && inBundle !== true && !/^sha512-/.test(integrity ?? ""),
    );
    expect(bare.map(([path]) => path)).toEqual([]);
  });

  test("names no registry, so that everybody's own is asked", () => {
    expect(Object.values(packages).flatMap(({ resolved }) => resolved ?? [])).toEqual([]);
  });
});
