import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Check } from "../support/target.ts";
import { runCommand } from "./command.ts";

const RUN = fileURLToPath(new URL("../aws/run.ts", import.meta.url));

/**
 * What `npm run test:aws` does to a real account, done to the emulator's: its own stack beside the one that stands there.
 * @param folder where its report goes
 */
export function awsRunLeavesNothing(port: number, env: NodeJS.ProcessEnv, folder: string): Check {
  return {
    name: "npm run test:aws deploys a stack of its own, checks it, writes its report and leaves no stack",
    run: async () => {
      const args = [RUN, "--emulator-port", String(port)];
      const said = await runCommand({ file: process.execPath, args, cwd: folder, env });
      const report = readFileSync(join(folder, "RESULTS-aws.md"), "utf8");
      return [
        ...(/^\*\*\d+ passed, 0 failed, \d+ not shown\*\*$/m.test(report)
          ? []
          : [`the report says otherwise: ${report}`]),
        ...(report.includes("\n* no stack\n") ? [] : ["the report does not say that no stack is left"]),
        ...(said.includes("stack     RollcallTest-") ? [] : [`it told no plan: ${said}`]),
        ...(/rollcall_[0-9A-Za-z_]{8}/.test(said + report) ? ["it told a token"] : []),
      ];
    },
  };
}
