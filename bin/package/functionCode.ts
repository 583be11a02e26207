import { join } from "node:path";
import { Code } from "aws-cdk-lib/aws-lambda";
import type { TableClient } from "../../lib/bundling.ts";

/** Replaces lib/functionCode.ts in the package, which contains finished bundles. */

/** construct.ts defines the digest; CommonJS gives the folder of the bundled file. */
declare const ROLLCALL_DIGEST: string;
declare const __dirname: string;

export function codeDigest(): string {
  return ROLLCALL_DIGEST;
}

/** The package has no source maps. */
export function functionCode(name: string, client: TableClient): Code {
  return Code.fromAsset(join(__dirname, "functions", `${name}.${client}`));
}
