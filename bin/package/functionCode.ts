import { join } from "node:path";
import { Code } from "aws-cdk-lib/aws-lambda";
import type { TableClient } from "../../lib/bundling.ts";

/** What stands in the place of lib/functionCode.ts where Rollcall is installed as a package: bundles that came with it. */

/** Put in by construct.ts, and the folder of the file that this ends up in. */
declare const ROLLCALL_DIGEST: string;
declare const __dirname: string;

export function codeDigest(): string {
  return ROLLCALL_DIGEST;
}

/** Without a source map: the package has none. */
export function functionCode(name: string, client: TableClient): Code {
  return Code.fromAsset(join(__dirname, "functions", `${name}.${client}`));
}
