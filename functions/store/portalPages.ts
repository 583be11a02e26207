/** In a file that the pages themselves read as well. */
export const PORTAL_PAGES = ["connect", "activity", "people", "groups", "credentials", "health", "settings"] as const;

export type PortalPage = (typeof PORTAL_PAGES)[number];
