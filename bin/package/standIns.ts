import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Plugin } from "esbuild";

/** Files of the package that replace what it cannot have or do. */
const STAND_INS = [
  [/\/installation\.ts$/, "bin/package/installation.ts"],
  [/\/functionCode\.ts$/, "bin/package/functionCode.ts"],
] as const;

/** Gets `node:sqlite` by name: an older Node would fail to load the import before our message. */
const SQLITE = `export const { DatabaseSync } = process.getBuiltinModule("node:sqlite");`;

export function forPackages(root: string): Plugin {
  return {
    name: "for packages",
    setup({ onResolve, onLoad }) {
      for (const [filter, file] of STAND_INS) {
        onResolve({ filter }, ({ importer }) =>
          importer.startsWith(join(root, "bin/package")) ? undefined : { path: join(root, file) },
        );
      }
      onResolve({ filter: /^node:sqlite$/ }, () => ({ path: "sqlite", namespace: "named" }));
      onLoad({ filter: /^sqlite$/, namespace: "named" }, () => ({ contents: SQLITE, loader: "js" }));
      // Each entry that needs Node 24 checks that first.
      onLoad({ filter: /\/lib\/(?:testkit|server)\/index\.ts$/ }, ({ path }) => ({
        contents: `import ${JSON.stringify(resolve(root, "bin/package/needsNode.ts"))};\n${readFileSync(path, "utf8")}`,
        loader: "ts",
      }));
    },
  };
}
