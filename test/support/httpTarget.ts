import { makeOrg } from "./org.ts";
import type { Target } from "./target.ts";
import { httpTransport } from "./wire.ts";

/**
 * A Rollcall over HTTP.
 * @param base its root, including a stage: `http://127.0.0.1:3000`
 * @param signed authorized calls of the administration and directory APIs
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
