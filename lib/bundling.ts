import type { BuildOptions } from "esbuild";

const PROJECT = new URL("..", import.meta.url).pathname;

/**
 * Ways to find credentials on a desk. The SDK imports them only when the environment has none, which on Lambda it always
 * has: leaving them out saves 115 KB to load.
 */
const NEVER_ON_LAMBDA = ["ini", "login", "process", "sso", "web-identity"].map(
  (source) => `@aws-sdk/credential-provider-${source}`,
);

/** What stands for modules where the SDK is, by their names. */
const BESIDE_SDK = { "node:http": `${PROJECT}lib/nodeHttp.cjs` };

/**
 * And where it is not. The document client's package does not say that loading it does nothing, so that esbuild would
 * keep all of it. What a built-in lacks here, esbuild names.
 */
const WITHOUT_SDK = {
  "@aws-sdk/client-dynamodb": `${PROJECT}lib/leftOut/index.js`,
  "@aws-sdk/lib-dynamodb": `${PROJECT}lib/leftOut/index.js`,
  "node:crypto": `${PROJECT}lib/builtIns/crypto.mjs`,
  "node:dns/promises": `${PROJECT}lib/builtIns/dnsPromises.mjs`,
  "node:events": `${PROJECT}lib/builtIns/events.mjs`,
  "node:net": `${PROJECT}lib/builtIns/net.mjs`,
  "node:timers": `${PROJECT}lib/builtIns/timers.mjs`,
  "node:timers/promises": `${PROJECT}lib/builtIns/timersPromises.mjs`,
  "node:tls": `${PROJECT}lib/builtIns/tls.mjs`,
  "node:zlib": `${PROJECT}lib/builtIns/zlib.mjs`,
};

/** By which client a function reaches the table (ADR 49). */
export type TableClient = "signed" | "sdk";

/** Some packages of the SDK are CommonJS inside and call require, which an ES module lacks. */
const REQUIRE = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

/**
 * How esbuild makes a function of a file: one file, the same on each machine. What it loads of AWS is inside, so that
 * Lambda cannot change it under us.
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
    // What functions/runtime.ts asks: the other client is left out.
    define: { "process.env.ROLLCALL_TABLE_CLIENT": JSON.stringify(client) },
    alias: client === "signed" ? WITHOUT_SDK : BESIDE_SDK,
  };
}

/** The file that Lambda loads. */
export const BUNDLE = "index.mjs";
