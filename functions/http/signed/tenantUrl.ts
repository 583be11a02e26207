import type { SignedContext } from "./signedHandler.ts";

/** Absolute, without a trailing slash: the address that an identity provider is configured with. */
export function tenantUrlOf({ stagePath, baseOfAll }: SignedContext, slug: string): string {
  const { origin, pathname } = new URL(baseOfAll);
  return `${origin}${stagePath}${pathname}${slug}`;
}

/** The absolute address of the portal's first page. It replaces `scim/v2/` and keeps the prefix. */
export function portalUrlOf({ stagePath, baseOfAll }: SignedContext): string {
  const { origin, pathname } = new URL(baseOfAll);
  return `${origin}${stagePath}${pathname.slice(0, -"scim/v2/".length)}portal`;
}
