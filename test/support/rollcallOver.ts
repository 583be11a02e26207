import { tmpdir } from "node:os";
import type { Command } from "../../bin/rollcall/command.ts";
import { signedSender } from "../../bin/rollcall/localApi.ts";
import { run, type Surroundings } from "../../bin/rollcall/run.ts";
import type { AdminEndpoint } from "../../functions/http/signed/admin.ts";

/** A command's output and exit code. */
export interface Printed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The words of a line. The path of this machine's temporary folder stays whole, with a space in it too. */
export function wordsOf(line: string): string[] {
  const whole = line.replaceAll(tmpdir(), "\0");
  return whole.split(" ").map((word) => word.replaceAll("\0", tmpdir()));
}

/** Runs a command in this process. */
export async function runPrinting(
  commands: readonly Command[],
  words: readonly string[],
  reach: Surroundings["reach"],
  env: NodeJS.ProcessEnv = {},
): Promise<Printed> {
  const printed = { out: "", err: "" };
  const terminal = {
    out: (text: string) => {
      printed.out += `${text}\n`;
    },
    err: (text: string) => {
      printed.err += `${text}\n`;
    },
  };
  const code = await run(commands, words, { env, terminal, reach });
  return { code, ...printed };
}

/**
 * The command line tool on the handlers of this process.
 * @param between runs before each request of a command, and may do something else first, or throw
 */
export function rollcallOver(
  endpoint: AdminEndpoint,
  commands: readonly Command[],
  between: (path: string) => void | Promise<void> = () => undefined,
): (...words: readonly string[]) => Promise<Printed> {
  return async (...words) => {
    const reach: Surroundings["reach"] = async (_place, actor, api) => {
      const send = signedSender(endpoint, api, actor);
      return {
        send: async (request) => {
          await between(request.path);
          return send(request);
        },
        close: async () => undefined,
      };
    };
    return runPrinting(commands, words, reach);
  };
}
