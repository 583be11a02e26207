import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runCommand } from "./command.ts";

const PREFLIGHT = fileURLToPath(new URL("../../bin/preflight.ts", import.meta.url));

/** @throws Error unless the preflight ends with success or failure as expected */
export async function preflight(env: NodeJS.ProcessEnv, expected: "ready" | "not bootstrapped"): Promise<void> {
  const run = runCommand({ file: process.execPath, args: [PREFLIGHT], cwd: join(PREFLIGHT, "../.."), env });
  if (expected === "ready") {
    await run;
    return;
  }
  const said = await run.then(
    () => "Ready",
    (failure: Error) => failure.message,
  );
  if (!said.includes("npx cdk bootstrap aws://000000000000/us-east-1"))
    throw new Error(`it did not name the bootstrap command:\n${said}`);
}
