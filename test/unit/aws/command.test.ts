import { expect, test } from "@jest/globals";
import { runCommand } from "../../deploy/command.ts";
import { eventually, isRunning } from "../../local/processes.ts";

test("a command that is told to end ends with all it started, and settles only then", async () => {
  const stop = new AbortController();
  let said = "";
  const script = "sleep 600 & echo child $!; wait";
  const running = runCommand({
    file: "sh",
    args: ["-c", script],
    signal: stop.signal,
    onOutput: (text) => {
      said += text;
    },
  });
  const child = Number(await eventually(() => /child (\d+)/.exec(said)?.[1]));
  expect(isRunning(child)).toBe(true);
  stop.abort();
  await expect(running).rejects.toThrow(/ended with SIGTERM/);
  await eventually(() => !isRunning(child));
});

test("a command that was ended before it began does not run on", async () => {
  const stopped = runCommand({ file: "sleep", args: ["600"], signal: AbortSignal.abort() });
  await expect(stopped).rejects.toThrow(/ended with SIGTERM/);
});
