import { makePortalApi, type OperatorAnswer } from "./api.ts";

/** As in OPERATOR_PATHS, which only the console's pages load. */
const BEGIN = ["POST", "console/session"] as const;

/**
 * Exchanges the one-time token that `rollcall console` put into the address for the bearer of later requests.
 * @returns an invalid bearer where the token is used up: then the first request is refused, and the page reports it
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
