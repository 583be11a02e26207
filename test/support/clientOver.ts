import type { Target } from "./target.ts";

/** A client's address of a server in this process. */
export const IN_PROCESS_URL = "https://rollcall.example";

/** A client's `fetch` for a server in this process. */
export function fetchOver({ transport }: Pick<Target, "transport">): typeof fetch {
  return async (input, init = {}) => {
    const url = String(input);
    if (!url.startsWith(IN_PROCESS_URL)) throw new TypeError(`${url} is elsewhere`);
    const { status, headers, text } = await transport({
      method: init.method ?? "GET",
      target: url.slice(IN_PROCESS_URL.length),
      headers: Object.fromEntries(new Headers(init.headers)),
      body: typeof init.body === "string" ? init.body : undefined,
    });
    return new Response(status === 204 ? null : text, { status, headers });
  };
}
