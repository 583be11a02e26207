import type { SignedContext } from "./signedHandler.ts";

/** Absolute, without a slash at its end: what an identity provider is configured with. */
export function tenantUrlOf({ stagePath, baseOfAll }: SignedContext, slug: string): string {
  const { origin, pathname } = new URL(baseOfAll);
  return `${origin}${stagePath}${pathname}${slug}`;
}

/** Of the first page of the portal, absolute: beside `/scim/v2/`, behind whatever precedes it. */
export function portalUrlOf({ stagePath, baseOfAll }: SignedContext): string {
  const { origin, pathname } = new URL(baseOfAll);
  return `${origin}${stagePath}${pathname.slice(0, -"scim/v2/".length)}portal`;
}
