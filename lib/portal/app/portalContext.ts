import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { PortalTexts } from "../texts/en.ts";
import type { PageAnswer, PortalApi } from "./api.ts";
import type { PageRoute, RouteParts } from "./pageRoute.ts";
import type { Wording } from "./wording.ts";

export type OwnSession = PageAnswer<"getOwnSession">;

/** What every page and part may use. Two elements on one page of a host have one each. */
export interface PortalContext {
  readonly api: PortalApi;
  readonly texts: PortalTexts;
  readonly wording: Wording;
  readonly route: PageRoute;
  readonly session: OwnSession;
  /** Login name of the org that the page shows. Empty where the page is of no org: the operator console's own. */
  readonly org: string;
  /** Whether anything may be changed: an operator, or a session with access "manage". */
  readonly mayChange: boolean;
  /** The address of a page of this org; of another one with `org`. */
  href(parts: RouteParts): string;
  go(parts: RouteParts): void;
  /** How often the reader went to another page: 0 while the first one is shown. */
  readonly moves: number;
  /** What the browser's tab says; nothing in an embedded element. */
  setTitle(page: string): void;
  /** @throws PortalError where the session goes on */
  signOut(): Promise<void>;
  /**
   * Something is shown that nobody can be shown again: where the session ends meanwhile, the page says so afterwards.
   * @returns what ends that
   */
  holdEnd(): () => void;
  /** Read out by screen readers once, politely. */
  announce(text: string): void;
  /** Milliseconds since 1970, as the server's clock says as far as known. */
  now(): number;
}

export const PortalProvider = createContext<PortalContext | null>(null);

/** @throws Error outside a portal: composed wrongly */
export function usePortal(): PortalContext {
  const portal = useContext(PortalProvider);
  if (portal === null) throw new Error("usePortal outside a portal");
  return portal;
}
