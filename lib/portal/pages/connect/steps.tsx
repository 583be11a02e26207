import { useState } from "preact/hooks";
import { isRules, type SetupGuide, type SetupStep } from "../../../guides/guide.ts";
import { idpName, loadGuideWords } from "../../app/languages.ts";
import { useOnce } from "../../app/polled.ts";
import { usePortal } from "../../app/portalContext.ts";
import { CopyField } from "../../parts/copyField.tsx";
import { GoTo, OutLink } from "../../parts/goTo.tsx";
import { ErrorNotice } from "../../parts/notice.tsx";
import { Skeleton } from "../../parts/polledView.tsx";
import { GuideStep, type GuideWords, StepCard } from "./guideStep.tsx";
import { guideTemplate, type IdpChoice, isOwnStep, loadGuide, withoutOurName } from "./portalGuide.ts";
import { ClientSecretMaker, type Overview, TokenMaker } from "./tokenMaker.tsx";

interface StepsProps {
  readonly idp: IdpChoice;
  readonly overview: Overview;
  readonly onMade: () => void;
}

/** All steps for one identity provider: the guide's, between the portal's own first and last. */
export function Steps({ idp, overview, onMade }: StepsProps) {
  const { texts, wording } = usePortal();
  const [held, setHeld] = useState<string | null>(null);
  const loaded = useOnce(
    () => Promise.all([idp === "other" ? null : loadGuide(idp), loadGuideWords(wording.lang)]),
    [idp, wording.lang],
  );
  if (loaded.data === null) {
    return loaded.error === null ? (
      <Skeleton lines={8} />
    ) : (
      <ErrorNotice error={loaded.error} onAgain={loaded.askAgain} />
    );
  }
  const [guide, translated] = loaded.data;
  const steps = stepsOf(guide, overview);
  const tokenStep = steps.indexOf("values") + 1;
  const words: GuideWords = { say: (template) => sayIn(translated, template), held, tokenStep };
  const description = wording.fill(texts.values.madeFor, { idp: idpName(texts, idp) });
  return (
    <>
      <ol class="steps">
        {steps.map((step, index) => {
          const number = index + 1;
          switch (step) {
            case "values":
              return (
                <StepCard key="values" number={number} title={texts.values.title}>
                  <p>{texts.values.text}</p>
                  <p class="note">{texts.values.sso}</p>
                  <CopyField label={texts.values.tenantUrl} value={overview.tenantUrl} />
                  <TokenMaker
                    overview={overview}
                    description={description}
                    held={held}
                    onHeld={setHeld}
                    onMade={onMade}
                  />
                  {(idp === "entra" || idp === "other") && (
                    <ClientSecretMaker overview={overview} description={description} onMade={onMade} />
                  )}
                </StepCard>
              );
            case "enter":
              return <EnterStep key="enter" number={number} />;
            case "map":
              return <MapStep key="map" number={number} />;
            case "arrived":
              return <ArrivedStep key="arrived" number={number} />;
            default:
              return <GuideStep key={step.title} idp={idp} number={number} step={step} words={words} />;
          }
        })}
      </ol>
      {guide !== null && (
        <div class="sources">
          <p class="faint">{texts.connect.vendorPages}</p>
          <ul>
            {guide.sources.map((source) => (
              <li key={source}>
                <OutLink href={source}>{source.replace(/^https:\/\//, "")}</OutLink>
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );

  /** @param translated by English template */
  function sayIn(translated: ReadonlyMap<string, string>, template: string): string {
    const said = translated.get(template) ?? withoutOurName(template, texts.connect.ours);
    const { org, tenantUrl, rules } = overview;
    return wording.fill(said, { org, tenantUrl, limit: String(rules.teamNameMaxLength) });
  }
}

type StepPlan = SetupStep | "values" | "enter" | "map" | "arrived";

function stepsOf(guide: SetupGuide | null, { rules }: Overview): readonly StepPlan[] {
  if (guide === null || !isRules(rules)) return ["values", "enter", "map", "arrived"];
  const steps = guideTemplate(guide, rules);
  const first = steps.find(isOwnStep);
  return steps.map((step) => (!isOwnStep(step) ? step : step === first ? "values" : "arrived"));
}

function EnterStep({ number }: { readonly number: number }) {
  const { texts } = usePortal();
  return (
    <StepCard number={number} title={texts.otherIdp.title}>
      <p>{texts.otherIdp.text}</p>
      <dl class="settings">
        <div class="setting">
          <dt>{texts.values.tenantUrl}</dt>
          <dd>{texts.otherIdp.baseUrl}</dd>
        </div>
        <div class="setting">
          <dt>{texts.values.token}</dt>
          <dd>{texts.otherIdp.bearer}</dd>
        </div>
      </dl>
    </StepCard>
  );
}

const MAPPED = [
  ["userName", "userName"],
  ['emails[type eq "work"].value', "email"],
  ["displayName", "displayName"],
  ["active", "active"],
  ["members", "members"],
] as const;

function MapStep({ number }: { readonly number: number }) {
  const { texts } = usePortal();
  return (
    <StepCard number={number} title={texts.otherIdp.mapTitle}>
      <p>{texts.otherIdp.mapText}</p>
      <dl class="settings">
        {MAPPED.map(([attribute, text]) => (
          <div class="setting" key={attribute}>
            <dt>
              <code translate={false}>{attribute}</code>
            </dt>
            <dd>{texts.otherIdp[text]}</dd>
          </div>
        ))}
      </dl>
    </StepCard>
  );
}

function ArrivedStep({ number }: { readonly number: number }) {
  const { texts } = usePortal();
  return (
    <StepCard number={number} title={texts.arrived.title}>
      <p>{texts.arrived.text}</p>
      <ul class="ways">
        {(["people", "groups", "activity"] as const).map((page) => (
          <li key={page}>
            <GoTo to={{ page }}>{texts.arrived[page]}</GoTo>
          </li>
        ))}
      </ul>
      <p class="note">{texts.arrived.note}</p>
    </StepCard>
  );
}
