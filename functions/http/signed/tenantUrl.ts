import type { SignedContext } from "./signedHandler.ts";

/** Absolute, without a slash at its end: what an identity provider is configured with. */
export function tenantUrlOf({ stagePath, baseOfAll }: SignedContext, slug: string): string {
  const { origin, pathname } = new URL(baseOfAll);
  return `${origin}${stagePath}${pathname}${slug}`;
}
