import type { PortalTexts } from "../texts/en.ts";
import type { PageRouter } from "./pageRouter.ts";

export interface PortalAppProps {
  /** Ends with a slash: `https://host/stage/portal/v1/`. */
  readonly base: string;
  /** Of an embedded element; null: by cookie. */
  readonly bearer: string | null;
  /** A link that the address brought, to be redeemed when the reader says so. */
  readonly link: string | null;
  /** Name of the page to open with; null: what the session says. */
  readonly intent: string | null;
  readonly texts: PortalTexts;
  readonly lang: string;
  readonly router: PageRouter;
  readonly gone: AbortSignal;
  /** The browser's tab gets titles; absent: it is a host's. */
  readonly setTitle: (text: string) => void;
  readonly onEnded: () => void;
}
