/** In its own file, because the pages read it too. */
export const PORTAL_PAGES = ["connect", "activity", "people", "groups", "credentials", "health", "settings"] as const;

export type PortalPage = (typeof PORTAL_PAGES)[number];
