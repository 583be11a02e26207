import { useEffect, useRef } from "preact/hooks";
import { idpName } from "../../app/languages.ts";
import type { Polled } from "../../app/polled.ts";
import { usePortal } from "../../app/portalContext.ts";
import { GoTo } from "../../parts/goTo.tsx";
import { type ContactState, type LiveStage, liveStage, recentRefusal } from "./liveStage.ts";

/** Providers without a User-Agent: the one being set up is the best guess. */
const UNNAMED: readonly (string | null)[] = ["entra", "onelogin"];

interface LiveStripProps {
  readonly polled: Polled<ContactState>;
  /** The open guide's; null: none. */
  readonly chosen: string | null;
}

/** The connection's progress, always visible below the steps. */
export function LiveStrip({ polled: { data, error }, chosen }: LiveStripProps) {
  const { texts, wording } = usePortal();
  const stage = data === null ? null : liveStage(data);
  const refusal = data === null ? null : recentRefusal(data);
  useAnnouncedStage(stage);
  // By the answer's clock: the browser's may be wrong by more than these seconds.
  const ago = (at: string) => wording.relative(at, data === null ? 0 : Date.parse(data.now));
  return (
    <section class={`live live-${stage?.kind ?? "waiting"}`} aria-label={texts.live.title}>
      <span class="live-mark" aria-hidden="true" />
      <div class="live-words">
        {stage !== null && <p class="live-title">{stageText(stage)}</p>}
        {stage?.kind === "waiting" && <p class="hint">{texts.live.waitingText}</p>}
        {stage?.kind === "arrived" && stage.contact !== null && (
          <p class="hint live-last">{from(texts.live.arrivedLast, texts.live.arrivedLastUnnamed, stage.contact)}</p>
        )}
        {refusal !== null && (
          <p>
            {stage?.kind !== "refusedOnly" && `${wording.fill(texts.live.refusal, { ago: ago(refusal.at) })} `}
            <GoTo to={{ page: "activity", query: { outcome: "refused" } }}>{texts.live.seeWhy}</GoTo>
          </p>
        )}
        {error !== null && error.status !== 401 && <p class="hint">{texts.live.noNews}</p>}
      </div>
    </section>
  );

  function stageText(stage: LiveStage): string {
    switch (stage.kind) {
      case "waiting":
        return texts.live.waiting;
      case "used":
        return wording.fill(texts.live.used, { ago: ago(stage.at) });
      case "refusedOnly":
        return from(texts.live.refusedOnly, texts.live.refusedOnlyUnnamed, stage.contact);
      case "passed":
        return from(texts.live.passed, texts.live.passedUnnamed, stage.contact);
      case "arrived":
        return wording.fill(texts.live.arrived, arrivedWords(stage.users, stage.groups));
    }
  }

  /** Other clients without a User-Agent are not named, above all not as a provider that the reader did not set up. */
  function from(named: string, unnamed: string, { at, idp }: { readonly at: string; readonly idp: string }): string {
    const guess = idp === "other" && UNNAMED.includes(chosen) ? chosen : idp;
    const known = guess !== null && guess !== "other";
    return wording.fill(known ? named : unnamed, { ago: ago(at), idp: idpName(texts, guess ?? "other") });
  }

  function arrivedWords(users: number, groups: number) {
    return {
      users: wording.counted(users, texts.live.users),
      groups: wording.counted(groups, texts.live.groups),
    };
  }
}

/** Announces changes to screen readers, without the passing seconds. */
function useAnnouncedStage(stage: LiveStage | null): void {
  const { texts, wording, announce } = usePortal();
  const said = useRef<string | null>(null);
  const words = stage === null ? null : announced(stage);
  useEffect(() => {
    if (words === null) return;
    // The first state is read with the page.
    if (said.current !== null && said.current !== words && words !== "") announce(words);
    said.current = words;
  }, [words]);

  function announced(stage: LiveStage): string {
    switch (stage.kind) {
      case "waiting":
      case "used":
        return "";
      case "passed":
        return texts.live.saidPassed;
      case "refusedOnly":
        return texts.live.saidRefused;
      case "arrived":
        return wording.fill(texts.live.arrived, {
          users: wording.counted(stage.users, texts.live.users),
          groups: wording.counted(stage.groups, texts.live.groups),
        });
    }
  }
}
