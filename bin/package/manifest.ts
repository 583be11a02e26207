import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";
import { CONSTRUCT } from "./construct.ts";

/** Members taken from the repository's own manifest. */
const TAKEN = ["name", "version", "description", "license", "repository", "type"];

/**
 * The entries of the package with their sources, `client` for `import "rollcall/client"`. In the repository the same import
 * finds the source itself.
 */
export function entriesOf({ exports = null }: JsonObject): Readonly<Record<string, string>> {
  if (!isObject(exports)) throw new Error("package.json exports nothing");
  return Object.fromEntries(
    Object.entries(exports).flatMap(([path, source]) =>
      typeof source === "string" && source.endsWith(".ts") ? [[path.slice(2), source.slice(2)]] : [],
    ),
  );
}

/** Peers of the construct: the tested version, or later. */
const PEERS = { "aws-cdk-lib": "^2.276.0", constructs: "^10.5.0" };

/**
 * The manifest of the tarball. It has no dependencies: they are bundled, with their licences. The two scripts are the
 * repository's: they restore its manifest if something interrupts `npm pack`.
 */
export function packageManifest(repository: JsonObject): JsonObject {
  const { scripts = null } = repository;
  if (!isObject(scripts) || scripts.prepack === undefined || scripts.postpack === undefined) {
    throw new Error("package.json has no prepack and postpack");
  }
  const taken = TAKEN.flatMap((name) => (repository[name] === undefined ? [] : [[name, repository[name]] as const]));
  const exported = Object.entries(entriesOf(repository)).map(
    ([name, source]): [string, { types: string; default: string }] => {
      const declared = source.replace(/\.ts$/, ".d.ts");
      return [
        `./${name}`,
        name === CONSTRUCT.name
          ? { types: `./dist/${name}/types/${declared}`, default: `./dist/${name}/index.js` }
          : { types: `./dist/types/${declared}`, default: `./dist/${name}.js` },
      ];
    },
  );
  return {
    ...Object.fromEntries<Json>(taken),
    // For the client; the other entries check for Node 24.15 themselves.
    engines: { node: ">=20" },
    exports: { ...Object.fromEntries(exported), "./package.json": "./package.json" },
    // For apps with `moduleResolution: "node"`, which knows no exports (TypeScript Handbook, "Modules - Reference").
    typesVersions: { "*": Object.fromEntries(exported.map(([path, { types }]) => [path.slice(2), [types]])) },
    // A project that deploys has the peers; for others npm installs neither.
    peerDependencies: PEERS,
    peerDependenciesMeta: Object.fromEntries(Object.keys(PEERS).map((name) => [name, { optional: true }])),
    bin: { rollcall: "./dist/rollcall.cjs", "rollcall-server": "./dist/rollcall-server.cjs" },
    // The documents that the command line names and the README links to are there without a network.
    files: ["dist", "lib/docs/**/*.md"],
    scripts: { prepack: scripts.prepack, postpack: scripts.postpack },
  };
}
