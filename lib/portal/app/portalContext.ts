import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { PortalTexts } from "../texts/en.ts";
import type { PageAnswer, PortalApi } from "./api.ts";
import type { PageRoute, RouteParts } from "./pageRoute.ts";
import type { Wording } from "./wording.ts";

export type OwnSession = PageAnswer<"getOwnSession">;

/** The context of every page and part. Two elements on a host's page have one each. */
export interface PortalContext {
  readonly api: PortalApi;
  readonly texts: PortalTexts;
  readonly wording: Wording;
  readonly route: PageRoute;
  readonly session: OwnSession;
  /** Login name of the page's org. Empty for pages of the operator console without an org. */
  readonly org: string;
  /** Whether changes are allowed: for an operator, or a session with access "manage". */
  readonly mayChange: boolean;
  /** The address of a page of this org; with `org`, of another. */
  href(parts: RouteParts): string;
  go(parts: RouteParts): void;
  /** How many times the reader changed the page: 0 on the first. */
  readonly moves: number;
  /** Sets the browser tab's title; does nothing in an embedded element. */
  setTitle(page: string): void;
  /** @throws PortalError where the session continues */
  signOut(): Promise<void>;
  /**
   * A secret is shown that can never be shown again: until then the page stays, and the end of the session is reported afterwards.
   * @returns ends that
   */
  holdEnd(): () => void;
  /** Screen readers read it once, politely. */
  announce(text: string): void;
  /** Milliseconds since 1970, by the server's clock as far as known. */
  now(): number;
}

export const PortalProvider = createContext<PortalContext | null>(null);

/** @throws Error outside a portal: a programming error */
export function usePortal(): PortalContext {
  const portal = useContext(PortalProvider);
  if (portal === null) throw new Error("usePortal outside a portal");
  return portal;
}
