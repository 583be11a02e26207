import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Code } from "aws-cdk-lib/aws-lambda";
import type { TableClient } from "../../lib/bundling.ts";
import { readableCode } from "../../lib/readableCode.ts";

/** Replaces lib/functionCode.ts in the package, which contains finished bundles. */

/** construct.ts defines the digest; CommonJS gives the folder of the bundled file. */
declare const ROLLCALL_DIGEST: string;
declare const __dirname: string;

export function codeDigest(): string {
  return ROLLCALL_DIGEST;
}

/** The package has no source maps. */
export function functionCode(name: string, client: TableClient): Code {
  const folder = join(__dirname, "functions", `${name}.${client}`);
  return readableCode(folder, [name, client], () =>
    readdirSync(folder).map((file) => ({ name: file, contents: readFileSync(join(folder, file)) })),
  );
}
