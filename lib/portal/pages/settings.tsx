import type { PageAnswer } from "../app/api.ts";
import { useOnce } from "../app/polled.ts";
import { usePortal } from "../app/portalContext.ts";
import { PageHead } from "../parts/pageHead.tsx";
import { PolledView } from "../parts/polledView.tsx";
import { RuleCard } from "./settings/ruleCard.tsx";
import { RULE_KEYS, type RuleKey } from "./settings/ruleWords.ts";

/** Every rule of the organization. `#/settings/teamNameMaxLength` shows that one. */
export function page() {
  const { api, texts, org } = usePortal();
  const overview = useOnce((signal) => api.read("getOverview", { org }, {}, signal), [org]);
  return (
    <>
      <PageHead title={texts.nav.settings} intro={texts.settings.intro} />
      <PolledView polled={overview} lines={12}>
        {(data) => <RuleLists overview={data} onChanged={overview.askAgain} />}
      </PolledView>
    </>
  );
}

interface RuleListsProps {
  readonly overview: PageAnswer<"getOverview">;
  readonly onChanged: () => void;
}

function RuleLists({ overview: { rules, changeable, preset }, onChanged }: RuleListsProps) {
  const { texts, wording, route, session, mayChange } = usePortal();
  // The operator may set every rule.
  const isOperator = session.kind === "console";
  const values = new Map(Object.entries(rules));
  const own = RULE_KEYS.filter((rule) => changeable.includes(rule));
  const others = RULE_KEYS.filter((rule) => !changeable.includes(rule));
  const cards = (of: readonly RuleKey[], mine: boolean) =>
    of.flatMap((rule) => {
      const value = values.get(rule);
      if (value === undefined) return [];
      const props = { rule, value, preset, onChanged, changeable: mine && mayChange, marked: route.rest[0] === rule };
      return [<RuleCard key={rule} {...props} />];
    });
  return (
    <>
      <section class="stack">
        <h2>{mayChange && !isOperator ? texts.settings.yours : texts.settings.left}</h2>
        {own.length === 0 && <p class="faint">{texts.settings.noneYours}</p>}
        {own.length > 0 && session.access === "read" && <p class="faint">{texts.settings.readOnly}</p>}
        {cards(own, true)}
      </section>
      <section class="stack">
        <h2>{texts.settings.providers}</h2>
        <p class="faint">
          {!isOperator && texts.settings.providersText} {wording.fill(texts.settings.preset, { preset })}
        </p>
        {cards(others, isOperator)}
      </section>
    </>
  );
}
