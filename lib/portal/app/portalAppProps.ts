import type { PortalTexts } from "../texts/en.ts";
import type { PageRouter } from "./pageRouter.ts";

export interface PortalAppProps {
  /** Ends with a slash: `https://host/stage/portal/v1/`. */
  readonly base: string;
  /** An embedded element's; null: by cookie. */
  readonly bearer: string | null;
  /** A link from the address; the reader redeems it by a button. */
  readonly link: string | null;
  /** Name of the first page; null: the session decides. */
  readonly intent: string | null;
  readonly texts: PortalTexts;
  readonly lang: string;
  readonly router: PageRouter;
  readonly gone: AbortSignal;
  /** Sets the browser tab's title; does nothing for a host's tab. */
  readonly setTitle: (text: string) => void;
  readonly onEnded: () => void;
}
