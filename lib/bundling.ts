import { fileURLToPath } from "node:url";
import type { BuildOptions } from "esbuild";

const PROJECT = fileURLToPath(new URL("..", import.meta.url));

/**
 * Credential sources for developers' machines. The SDK imports them only when the environment has no credentials; Lambda's
 * always has: leaving them out saves 115 KB to load.
 */
const NEVER_ON_LAMBDA = ["ini", "login", "process", "sso", "web-identity"].map(
  (source) => `@aws-sdk/credential-provider-${source}`,
);

/** Replacements of modules in bundles with the SDK, by name. */
const BESIDE_SDK = { "node:http": `${PROJECT}lib/nodeHttp.cjs` };

/**
 * Replacements in bundles without the SDK. The document client's package does not declare itself free of side effects, so
 * esbuild would keep all of it. If a built-in lacks an export here, esbuild names it.
 */
const WITHOUT_SDK = {
  "@aws-sdk/client-dynamodb": `${PROJECT}lib/leftOut/index.js`,
  "@aws-sdk/lib-dynamodb": `${PROJECT}lib/leftOut/index.js`,
  "node:crypto": `${PROJECT}lib/builtIns/crypto.mjs`,
  "node:events": `${PROJECT}lib/builtIns/events.mjs`,
  "node:net": `${PROJECT}lib/builtIns/net.mjs`,
  "node:timers": `${PROJECT}lib/builtIns/timers.mjs`,
  "node:timers/promises": `${PROJECT}lib/builtIns/timersPromises.mjs`,
  "node:zlib": `${PROJECT}lib/builtIns/zlib.mjs`,
};

/** The client by which a function calls the table (ADR 49). */
export type TableClient = "signed" | "sdk";

/** Some SDK packages are CommonJS inside and call require, which an ES module lacks. */
const REQUIRE = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

/**
 * esbuild's options for a function: one file, the same on each machine. It includes the AWS code, so that Lambda cannot change
 * it.
 */
export function bundlingOf(client: TableClient): BuildOptions & { readonly external: string[] } {
  return {
    absWorkingDir: PROJECT,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    mainFields: ["module", "main"],
    minify: true,
    charset: "utf8",
    sourcesContent: false,
    external: NEVER_ON_LAMBDA,
    banner: client === "signed" ? {} : { js: REQUIRE },
    // Read by functions/runtime.ts; the other client is left out.
    define: { "process.env.ROLLCALL_TABLE_CLIENT": JSON.stringify(client) },
    alias: client === "signed" ? WITHOUT_SDK : BESIDE_SDK,
  };
}

/** The file that Lambda loads. */
export const BUNDLE = "index.mjs";
