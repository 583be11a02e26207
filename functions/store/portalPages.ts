/** In its own file, because the pages' types read it too: it may import nothing of Node's. */
export const PORTAL_PAGES = ["connect", "activity", "people", "groups", "credentials", "health", "settings"] as const;

export type PortalPage = (typeof PORTAL_PAGES)[number];
