import { idpName, loadRemedyTexts } from "../../app/languages.ts";
import { useOnce } from "../../app/polled.ts";
import { usePortal } from "../../app/portalContext.ts";
import type { Catalogue } from "../../app/remedies.ts";
import { GoTo } from "../../parts/goTo.tsx";

interface RemedyViewProps {
  /** Our name of the reason. */
  readonly code: string;
  /** The identity provider whose console is described. */
  readonly idp: string;
  readonly catalogue: Catalogue | null;
}

/** What happened, what to change where, and the rule involved. */
export function RemedyView({ code, idp, catalogue }: RemedyViewProps) {
  const { texts, wording } = usePortal();
  if (catalogue === null) return null;
  const remedy = catalogue.portalRemedy(code);
  if (remedy === undefined) return <p>{texts.activity.unknownReason}</p>;
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
      <p>{remedy.happened}</p>
      {advice.map(([where, text]) => (
        <p class="remedy-todo" key={where}>
          <strong>{where}</strong> {text}
        </p>
      ))}
      <p class="faint">{catalogue.againText(remedy)}</p>
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

/** The texts of refusals, in chunks of their own. Null until loaded: then reasons are shown by name. */
export function useCatalogue(): Catalogue | null {
  const { lang } = usePortal().wording;
  return useOnce(async () => {
    const [{ catalogueOf }, texts] = await Promise.all([import("../../app/remedies.ts"), loadRemedyTexts(lang)]);
    return catalogueOf(texts);
  }, [lang]).data;
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
