import { makePortalApi, type OperatorAnswer } from "./api.ts";

/** As OPERATOR_PATHS has it, which only the console's pages load. */
const BEGIN = ["POST", "console/session"] as const;

/**
 * Takes the one-time token that `rollcall console` put into the address for what its requests bring from now on.
 * @returns what says the wrong thing where the token is used up: the first request is refused then, and the page says so
 */
export async function beginConsole(base: string, token: string): Promise<string> {
  const api = makePortalApi({
    base,
    bearer: null,
    fetch: globalThis.fetch.bind(globalThis),
    csrf: () => null,
    onTime: () => undefined,
    onEnded: () => undefined,
    gone: new AbortController().signal,
  });
  try {
    const { bearer } = await api.send<OperatorAnswer<"beginConsole">>(BEGIN, {}, { body: { token } });
    return bearer;
  } catch {
    return "used";
  }
}
