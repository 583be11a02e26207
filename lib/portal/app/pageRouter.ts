import { type PageRoute, type RouteParts, readPageRoute, writePageRoute } from "./pageRoute.ts";

/** Keeps the reader's place: in the page's address, or in memory where the address is a host's. */
export interface PageRouter {
  read(): PageRoute;
  go(parts: RouteParts): void;
  /** Replaces the current page, so that Back skips it. */
  replace(parts: RouteParts): void;
  /** @returns ends listening */
  listen(onMove: () => void): () => void;
}

export function hashRouter(page: Window): PageRouter {
  return {
    read: () => readPageRoute(page.location.hash),
    go: (parts) => {
      page.location.hash = writePageRoute(parts);
    },
    replace: (parts) => {
      page.history.replaceState(null, "", writePageRoute(parts));
      page.dispatchEvent(new HashChangeEvent("hashchange"));
    },
    listen: (onMove) => {
      page.addEventListener("hashchange", onMove);
      return () => page.removeEventListener("hashchange", onMove);
    },
  };
}

export function memoryRouter(): PageRouter {
  let current = "";
  const listeners = new Set<() => void>();
  const go = (parts: RouteParts) => {
    current = writePageRoute(parts);
    for (const listener of listeners) listener();
  };
  return {
    read: () => readPageRoute(current),
    go,
    replace: go,
    listen: (onMove) => {
      listeners.add(onMove);
      return () => listeners.delete(onMove);
    },
  };
}
