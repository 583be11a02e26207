import { idpName } from "../app/languages.ts";
import { usePolled } from "../app/polled.ts";
import { usePortal } from "../app/portalContext.ts";
import { GoTo } from "../parts/goTo.tsx";
import { EmptyState, Notice, NotReadyNotice } from "../parts/notice.tsx";
import { PageHead } from "../parts/pageHead.tsx";
import { PolledView } from "../parts/polledView.tsx";
import { replacedTokens } from "./credentials/credentialWords.ts";
import { findingsOf, type HealthFacts, shareWords } from "./health/findings.ts";
import { RequestChart } from "./health/requestChart.tsx";

const EVERY = 30_000;

/** The state of provisioning, and what to do about problems. */
export function page() {
  const { api, texts, org } = usePortal();
  const polled = usePolled(
    async (signal) => {
      const [overview, health, { problems }, { tokens }] = await Promise.all([
        api.read("getOverview", { org }, {}, signal),
        api.read("getHealth", { org }, {}, signal),
        api.read("listProblems", { org }, {}, signal),
        api.read("listTokens", { org }, {}, signal),
      ]);
      const unsolved = problems.filter(({ solved, status }) => !solved && status >= 400).length;
      const replaced = replacedTokens(tokens);
      return { overview, facts: { health, unsolved, replaced, idp: idpName(texts, health.contact?.idp ?? "other") } };
    },
    EVERY,
    [org],
  );
  return (
    <>
      <PageHead title={texts.nav.health} intro={texts.health.intro} />
      <PolledView polled={polled} lines={8}>
        {({ overview, facts }) => (
          <>
            <NotReadyNotice overview={overview} />
            <HealthView facts={facts} ready={overview.ready} />
          </>
        )}
      </PolledView>
    </>
  );
}

function HealthView({ facts, ready }: { readonly facts: HealthFacts; readonly ready: boolean }) {
  const { texts, wording } = usePortal();
  const words = texts.health;
  const { contact, hours, now } = facts.health;
  if (contact === null) {
    return (
      <EmptyState title={words.contactNone} text={words.contactNoneText}>
        <GoTo to={{ page: "connect" }} look="primary">
          {words.toConnect}
        </GoTo>
      </EmptyState>
    );
  }
  const found = findingsOf(facts, words, wording);
  const share = shareWords(facts, words, wording);
  const when = wording.relative(contact.at, Date.parse(now));
  return (
    <>
      {found.length === 0 && ready && (
        <Notice tone="good" title={words.well}>
          <p>{words.wellText}</p>
        </Notice>
      )}
      {found.length > 0 && (
        <section class="stack" aria-labelledby="findings">
          <h2 id="findings">{wording.counted(found.length, words.look)}</h2>
          {found.map(({ name, tone, title, text, to }) => (
            <Notice key={name} tone={tone} title={title}>
              <p>{text}</p>
              {to !== undefined && <GoTo to={to.page}>{to.text}</GoTo>}
            </Notice>
          ))}
        </section>
      )}
      <section class="panel" aria-labelledby="contact">
        <h2 id="contact">{words.contact}</h2>
        <p>{wording.fill(words.came, { idp: facts.idp, when })}</p>
      </section>
      <section class="panel" aria-labelledby="requests">
        <h2 id="requests">{words.requests}</h2>
        {share !== "" && <p>{share}</p>}
        <RequestChart hours={hours} />
      </section>
    </>
  );
}
