import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { ErrorText } from "../parts/notice.tsx";
import { makePortalApi, type PortalApi } from "./api.ts";
import { BarePage, WayBack } from "./frame.tsx";
import { OpenPortal, type PortalAppProps } from "./openPortal.tsx";
import type { OwnSession } from "./portalContext.ts";
import { asPortalError, errorWords, isOfConsole, PortalError } from "./portalError.ts";
import { RedeemPage } from "./redeemPage.tsx";
import { wordingOf } from "./wording.ts";

type Stage =
  | { readonly kind: "link"; readonly link: string }
  | { readonly kind: "asking" }
  | { readonly kind: "failed"; readonly error: PortalError }
  | { readonly kind: "open"; readonly session: OwnSession }
  | { readonly kind: "none" | "ended" | "signedOut" | "console" };

/** State that no stage shows. */
interface Held {
  csrf: string | null;
  returnUrl: string | null;
  /** How many secrets are shown that can never be shown again. */
  shown: number;
  /** Reports the end of the session, which was noticed meanwhile. */
  over: (() => void) | null;
}

/** The whole portal: from a link, or an existing session, to the pages. */
export function PortalApp(props: PortalAppProps) {
  const { base, bearer, link, texts, lang, gone, setTitle, onEnded } = props;
  const wording = useMemo(() => wordingOf(lang), [lang]);
  const [stage, setStage] = useState<Stage>(link === null ? { kind: "asking" } : { kind: "link", link });
  const [clock] = useState({ ahead: 0 });
  const [held] = useState<Held>({ csrf: null, returnUrl: null, shown: 0, over: null });
  const api = useMemo(
    () =>
      makePortalApi({
        base,
        bearer,
        gone,
        fetch: globalThis.fetch.bind(globalThis),
        csrf: () => held.csrf,
        onTime: (now) => {
          clock.ahead = now - Date.now();
        },
        onEnded: (error) => {
          const end = () => {
            setStage((before) => {
              // Several pending requests may each report it.
              if (before.kind !== "open" && before.kind !== "asking") return before;
              return { kind: isOfConsole(error) ? "console" : before.kind === "open" ? "ended" : "none" };
            });
            onEnded();
          };
          if (held.shown === 0) end();
          else held.over = end;
        },
      }),
    [base, bearer, gone],
  );

  useEffect(() => {
    if (stage.kind !== "asking") return;
    const control = new AbortController();
    void askSession(api, control.signal).then((next) => {
      if (control.signal.aborted || next === null) return;
      if (next.kind === "open") {
        held.csrf = next.session.csrf;
        held.returnUrl = next.session.returnUrl;
      }
      setStage(next);
    });
    return () => control.abort();
  }, [api, stage.kind]);
  useEffect(() => {
    if (stage.kind !== "open") setTitle(texts.shell.product);
  }, [stage.kind, texts]);

  const holdEnd = useCallback(() => {
    held.shown += 1;
    return () => {
      held.shown -= 1;
      const { over } = held;
      if (over === null || held.shown > 0) return;
      held.over = null;
      over();
    };
  }, [held]);
  const askAgain = () => setStage({ kind: "asking" });
  const back = <WayBack to={held.returnUrl} texts={texts} wording={wording} />;
  switch (stage.kind) {
    case "link":
      return <RedeemPage api={api} link={stage.link} texts={texts} onOpen={askAgain} />;
    case "asking":
      return (
        <div class="frame" aria-busy="true">
          <p class="asking">{texts.common.loading}</p>
        </div>
      );
    case "failed": {
      const { title, ...text } = errorWords(stage.error, texts, wording);
      return (
        <BarePage title={title} follows>
          <ErrorText {...text} />
          <button type="button" class="button button-primary" onClick={askAgain}>
            {texts.common.tryAgain}
          </button>
        </BarePage>
      );
    }
    case "open":
      return (
        <OpenPortal
          {...props}
          api={api}
          session={stage.session}
          wording={wording}
          now={() => Date.now() + clock.ahead}
          holdEnd={holdEnd}
          isHeld={() => held.shown > 0}
          onSignedOut={() => setStage({ kind: "signedOut" })}
        />
      );
    case "none":
      return (
        <BarePage title={texts.ended.noneTitle}>
          <p>{texts.ended.noneText}</p>
        </BarePage>
      );
    case "ended":
      return (
        <BarePage title={texts.ended.title} follows>
          <p>{texts.ended.text}</p>
          {back}
        </BarePage>
      );
    case "console":
      return (
        <BarePage title={texts.ended.consoleTitle} follows>
          <p>{texts.ended.consoleText}</p>
        </BarePage>
      );
    case "signedOut":
      return (
        <BarePage title={texts.ended.signedOut} follows>
          <p>{texts.ended.signedOutText}</p>
          {back}
        </BarePage>
      );
  }
}

/** @returns null: the page is gone, or the session is over, which the api has reported */
async function askSession(api: PortalApi, signal: AbortSignal): Promise<Stage | null> {
  try {
    return { kind: "open", session: await api.read("getOwnSession", {}, {}, signal) };
  } catch (error) {
    if (signal.aborted || (error instanceof PortalError && error.status === 401)) return null;
    return { kind: "failed", error: asPortalError(error) };
  }
}
