import { makeOrg } from "./org.ts";
import type { Target } from "./target.ts";
import { httpTransport } from "./wire.ts";

/**
 * A Rollcall that answers on HTTP.
 * @param base its root with the stage, where there is one: `http://127.0.0.1:3000`
 * @param admin a call of the administration API with whatever authorizes it there
 */
export function httpTarget(
  name: string,
  base: string,
  admin: Target["admin"],
  crowd: number,
): Target & { close(): void } {
  const transport = httpTransport(base);
  const org = makeOrg(base.replace(/\/$/, ""), transport, admin);
  return { name, base: base.replace(/\/$/, ""), transport, admin, crowd, org, close: () => transport.close() };
}
