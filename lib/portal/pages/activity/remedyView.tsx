import { idpName } from "../../app/languages.ts";
import { useOnce } from "../../app/polled.ts";
import { usePortal } from "../../app/portalContext.ts";
import { GoTo } from "../../parts/goTo.tsx";

interface RemedyViewProps {
  /** Our name of the reason. */
  readonly code: string;
  /** The identity provider whose console is described. */
  readonly idp: string;
  readonly catalogue: Catalogue | null;
}

/** What happened, what to change where, and the rule involved. The catalogue is in English. */
export function RemedyView({ code, idp, catalogue }: RemedyViewProps) {
  const { texts, wording } = usePortal();
  if (catalogue === null) return null;
  const remedy = catalogue.portalRemedy(code);
  if (remedy === undefined) return <p>{texts.activity.unknownReason}</p>;
  const lang = wording.lang === "en" ? undefined : "en";
  const inConsole = (name: "entra" | "okta") => [
    wording.fill(texts.activity.inIdp, { idp: idpName(texts, name) }),
    remedy[name],
  ];
  const elsewhere = [texts.activity.elsewhere, remedy.elsewhere];
  const advice =
    idp === "entra" || idp === "okta"
      ? [inConsole(idp)]
      : idp === "other"
        ? // Entra sends no User-Agent: who does not say who it is may be Entra, or anybody.
          [inConsole("entra"), inConsole("okta"), [texts.activity.elsewhereToo, remedy.elsewhere]]
        : [elsewhere];
  return (
    <div class="remedy">
      <p lang={lang}>{remedy.happened}</p>
      {advice.map(([where, text]) => (
        <p class="remedy-todo" key={where}>
          <strong>{where}</strong> <span lang={lang}>{text}</span>
        </p>
      ))}
      <p class="faint" lang={lang}>
        {catalogue.againText(remedy)}
      </p>
      {remedy.rule !== undefined && <RuleLink rule={remedy.rule} />}
    </div>
  );
}

/** A link to a rule in Settings, by its title there. */
export function RuleLink({ rule }: { readonly rule: string }) {
  const { texts, wording } = usePortal();
  const known = new Map<string, { readonly title: string }>(Object.entries(texts.settings.rules)).get(rule);
  return (
    <p>
      <GoTo to={{ page: "settings", rest: [rule] }}>
        {wording.fill(texts.activity.ruleAtWork, { rule: known?.title ?? rule })}
      </GoTo>
    </p>
  );
}

/** The texts of refusals, a chunk of their own. Null until loaded; lines are shown without it. */
export type Catalogue = Pick<typeof import("../../app/remedies.ts"), "portalRemedy" | "quirkText" | "againText">;

export function useCatalogue(): Catalogue | null {
  // Without it, reasons are shown by name.
  return useOnce(() => import("../../app/remedies.ts"), []).data;
}

/** Within a list of facts: the attributes that a refusal was about, if any. */
export function AttributesAtFault({ attributes }: { readonly attributes: readonly string[] }) {
  const words = usePortal().texts.activity;
  if (attributes.length === 0) return null;
  return (
    <>
      <dt>{words.attributes}</dt>
      <dd>
        <code>{attributes.join(", ")}</code>
      </dd>
    </>
  );
}
