import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";
import { CONSTRUCT } from "./construct.ts";

/** What the package takes over of the repository's own manifest. */
const TAKEN = ["name", "version", "description", "license", "repository", "type"];

/**
 * The entries of the package, `client` for `import "rollcall/client"`, with their sources: in the repository the same import finds
 * the source itself.
 */
export function entriesOf({ exports = null }: JsonObject): Readonly<Record<string, string>> {
  if (!isObject(exports)) throw new Error("package.json exports nothing");
  return Object.fromEntries(
    Object.entries(exports).flatMap(([path, source]) =>
      typeof source === "string" && source.endsWith(".ts") ? [[path.slice(2), source.slice(2)]] : [],
    ),
  );
}

/** Of the construct: what it is tried with, or later. */
const PEERS = { "aws-cdk-lib": "^2.276.0", constructs: "^10.5.0" };

/**
 * The manifest of the tarball. It has no dependencies: what is needed of others is bundled, with their licences. The two scripts
 * are the repository's: they put its manifest back, should something end `npm pack` in between.
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
    // Of the client; the others say themselves that they need Node 24.15.
    engines: { node: ">=20" },
    exports: { ...Object.fromEntries(exported), "./package.json": "./package.json" },
    // For `moduleResolution: "node"`, which apps have whose tsconfig.json is older: it knows no exports (TypeScript Handbook, "Modules - Reference").
    typesVersions: { "*": Object.fromEntries(exported.map(([path, { types }]) => [path.slice(2), [types]])) },
    // A project that deploys has them; npm installs neither for a project that does not.
    peerDependencies: PEERS,
    peerDependenciesMeta: Object.fromEntries(Object.keys(PEERS).map((name) => [name, { optional: true }])),
    bin: { rollcall: "./dist/rollcall.cjs", "rollcall-server": "./dist/rollcall-server.cjs" },
    // What the command line names of the documents, and the README links to, is there without a network.
    files: ["dist", "lib/docs/**/*.md"],
    scripts: { prepack: scripts.prepack, postpack: scripts.postpack },
  };
}
