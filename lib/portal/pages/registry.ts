import type { ComponentType } from "preact";
import type { PortalTexts } from "../texts/en.ts";

export type PageName = keyof PortalTexts["nav"];

export interface PageEntry {
  readonly name: PageName;
  /** org: pages of an org. operator: of an org, only in the operator console. console: of no org, only there. */
  readonly scope: "org" | "operator" | "console";
  /** A chunk of its own, loaded on the first visit. The page reads the rest of the path from `route.rest`. */
  readonly load: () => Promise<{ readonly page: ComponentType }>;
}

/** In the order of the navigation. */
export const PAGES: readonly PageEntry[] = [
  { name: "connect", scope: "org", load: () => import("./connect.tsx") },
  { name: "activity", scope: "org", load: () => import("./activity.tsx") },
  { name: "people", scope: "org", load: () => import("./people.tsx") },
  { name: "groups", scope: "org", load: () => import("./groups.tsx") },
  { name: "credentials", scope: "org", load: () => import("./credentials.tsx") },
  { name: "health", scope: "org", load: () => import("./health.tsx") },
  { name: "settings", scope: "org", load: () => import("./settings.tsx") },
  { name: "manage", scope: "operator", load: () => import("./console/manage.tsx") },
  { name: "tail", scope: "operator", load: () => import("./console/tail.tsx") },
  { name: "fsck", scope: "operator", load: () => import("./console/fsck.tsx") },
  { name: "orgs", scope: "console", load: () => import("./console/orgs.tsx") },
  { name: "explain", scope: "console", load: () => import("./console/explain.tsx") },
  { name: "jobs", scope: "console", load: () => import("./console/jobs.tsx") },
];

/** @param name from the address; empty: the page that most links open */
export function loadPage(name: string): ReturnType<PageEntry["load"]> | undefined {
  return PAGES.find((one) => one.name === (name === "" ? "connect" : name))?.load();
}
