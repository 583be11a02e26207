import type { AdminTransport, Api } from "../../bin/rollcall/adminClient.ts";
import type { Command } from "../../bin/rollcall/command.ts";
import { signedSender } from "../../bin/rollcall/localApi.ts";
import { run } from "../../bin/rollcall/run.ts";
import type { AdminEndpoint } from "../../functions/http/signed/admin.ts";

/** What a command printed, and its exit code. */
export interface Printed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/**
 * The command line tool on the handlers of this process.
 * @param between is asked before each request of a command, and may do something else first, or throw
 */
export function rollcallOver(
  endpoint: AdminEndpoint,
  commands: readonly Command[],
  between: (path: string) => void | Promise<void> = () => undefined,
): (...words: readonly string[]) => Promise<Printed> {
  return async (...words) => {
    const printed = { out: "", err: "" };
    const reach = async (_place: unknown, actor: string | undefined, api: Api): Promise<AdminTransport> => {
      const send = signedSender(endpoint, api, actor);
      return {
        send: async (request) => {
          await between(request.path);
          return send(request);
        },
        close: async () => undefined,
      };
    };
    const code = await run(commands, words, {
      env: {},
      terminal: {
        out: (text) => {
          printed.out += `${text}\n`;
        },
        err: (text) => {
          printed.err += `${text}\n`;
        },
      },
      reach,
    });
    return { code, ...printed };
  };
}
