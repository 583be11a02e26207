import { useEffect, useRef } from "preact/hooks";
import { idpName } from "../../app/idpName.ts";
import type { Polled } from "../../app/polled.ts";
import { usePortal } from "../../app/portalContext.ts";
import { GoTo } from "../../parts/goTo.tsx";
import { type ContactState, type LiveStage, liveStage, recentRefusal } from "./liveStage.ts";

/** Those that do not say who they are (no User-Agent): the one that the reader is setting up is the best guess there is. */
const UNNAMED: readonly (string | null)[] = ["entra", "onelogin"];

interface LiveStripProps {
  readonly polled: Polled<ContactState>;
  /** Of whose guide is open; null: of none. */
  readonly chosen: string | null;
}

/** At the bottom of the steps, always in sight: how far the connection has come. */
export function LiveStrip({ polled: { data, error }, chosen }: LiveStripProps) {
  const { texts, wording } = usePortal();
  const stage = data === null ? null : liveStage(data);
  const refusal = data === null ? null : recentRefusal(data);
  useAnnouncedStage(stage);
  // By the clock of the answer: that of the browser may be wrong by more than the seconds that count here.
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

  /** Of other clients that do not say who they are nobody is named, least of all another one than the reader set up. */
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

/** Says to screen readers when something has changed, without the seconds that pass. */
function useAnnouncedStage(stage: LiveStage | null): void {
  const { texts, wording, announce } = usePortal();
  const said = useRef<string | null>(null);
  const words = stage === null ? null : announced(stage);
  useEffect(() => {
    if (words === null) return;
    // What was so from the beginning is read with the page.
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
