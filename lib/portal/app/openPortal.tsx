import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { PortalTexts } from "../texts/en.ts";
import type { PortalApi } from "./api.ts";
import { Frame } from "./frame.tsx";
import { type PageRoute, type RouteParts, writePageRoute } from "./pageRoute.ts";
import type { PageRouter } from "./pageRouter.ts";
import { type OwnSession, type PortalContext, PortalProvider } from "./portalContext.ts";
import { PortalError } from "./portalError.ts";
import type { Wording } from "./wording.ts";

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

interface OpenPortalProps extends Pick<PortalAppProps, "texts" | "router" | "link" | "intent" | "setTitle"> {
  readonly api: PortalApi;
  readonly session: OwnSession;
  readonly wording: Wording;
  readonly now: () => number;
  readonly onSignedOut: () => void;
  readonly holdEnd: () => () => void;
  /** Whether a secret is shown that can never be shown again. */
  readonly isHeld: () => boolean;
}

/** The pages of an open session. */
export function OpenPortal(props: OpenPortalProps) {
  const { api, session, texts, wording, router, link, intent, now, setTitle, onSignedOut, holdEnd, isHeld } = props;
  const [route, setRoute] = useState(() => router.read());
  // After a link its button is gone: the first page takes the focus, as after a move.
  const [moves, setMoves] = useState(link === null ? 0 : 1);
  const live = useRef<HTMLDivElement>(null);
  const shown = useRef(route);
  const start = useMemo<RouteParts>(
    () => ({ page: session.kind === "console" ? "orgs" : (intent ?? session.intent) }),
    [session, intent],
  );

  useEffect(() => {
    const move = () => {
      const next = router.read();
      if (isHeld()) {
        const here = partsOf(shown.current);
        // The way back by the browser has already changed the address.
        if (writePageRoute(partsOf(next)) !== writePageRoute(here)) router.replace(here);
        showHeld();
        return;
      }
      shown.current = next;
      setRoute(next);
      setMoves((before) => before + 1);
    };
    const end = router.listen(move);
    return end;
  }, [router]);
  useEffect(() => {
    if (route.page === "") router.replace({ ...start, org: route.org });
  }, [route.page]);

  /** The reader goes on from what would be lost. */
  const showHeld = () => {
    const secret = live.current?.parentElement?.querySelector<HTMLElement>(".secret-once");
    const folded = secret?.closest("details");
    if (folded != null) folded.open = true;
    secret?.focus();
  };

  const org = session.org ?? route.org ?? "";
  const context = useMemo<PortalContext>(() => {
    const full = (parts: RouteParts): RouteParts => ({
      ...parts,
      org: session.kind !== "console" ? null : parts.org === undefined ? route.org : parts.org,
    });
    return {
      api,
      texts,
      wording,
      route,
      session,
      org,
      moves,
      now,
      mayChange: session.access === "manage",
      href: (parts) => writePageRoute(full(parts)),
      go: (parts) => (isHeld() ? showHeld() : router.go(full(parts))),
      setTitle: (page) => setTitle(org === "" ? page : wording.fill(texts.shell.title, { page, org })),
      holdEnd,
      signOut: async () => {
        if (isHeld()) {
          showHeld();
          return;
        }
        try {
          await api.change("endOwnSession", {}, undefined);
        } catch (error) {
          // The session is already over.
          if (!(error instanceof PortalError) || error.status !== 401) throw error;
        }
        onSignedOut();
      },
      announce: (text) => {
        const say = (words: string) => {
          // A modal dialog hides the page from screen readers.
          const region = live.current?.parentElement?.querySelector(":modal > [role=status]") ?? live.current;
          if (region !== null) region.textContent = words;
        };
        // Screen readers repeat the same words only if the region was empty between.
        say("");
        setTimeout(() => say(text), 50);
      },
    };
  }, [api, texts, wording, route, session, org, moves, router]);

  return (
    <PortalProvider.Provider value={context}>
      {route.page !== "" && <Frame />}
      <div ref={live} class="unseen" role="status" aria-live="polite" />
    </PortalProvider.Provider>
  );
}

function partsOf({ query, ...place }: PageRoute): RouteParts {
  return { ...place, query: Object.fromEntries(query) };
}
