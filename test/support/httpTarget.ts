import { makeOrg } from "./org.ts";
import type { Target } from "./target.ts";
import { httpTransport } from "./wire.ts";

/**
 * A Rollcall that answers on HTTP.
 * @param base its root with the stage, where there is one: `http://127.0.0.1:3000`
 * @param signed calls of the administration and directory APIs with whatever authorizes them there
 */
export function httpTarget(
  name: string,
  base: string,
  signed: Pick<Target, "admin" | "directory">,
  crowd: number,
): Target & { close(): void } {
  const transport = httpTransport(base);
  const org = makeOrg(base.replace(/\/$/, ""), transport, signed.admin);
  return { name, base: base.replace(/\/$/, ""), transport, ...signed, crowd, org, close: () => transport.close() };
}
