import { useCallback, useRef } from "preact/hooks";
import { usePolled } from "../app/polled.ts";
import { usePortal } from "../app/portalContext.ts";
import { GoTo } from "../parts/goTo.tsx";
import { NotReadyNotice } from "../parts/notice.tsx";
import { PageHead } from "../parts/pageHead.tsx";
import { PolledView } from "../parts/polledView.tsx";
import { LiveStrip } from "./connect/liveStrip.tsx";
import { IDP_CHOICES, type IdpChoice, readIdpChoice } from "./connect/portalGuide.ts";
import { Steps } from "./connect/steps.tsx";

/** Milliseconds between two reads of the latest request. */
const LIVE = 2000;
const SELDOM = 30_000;

/** Connect: choose the identity provider, follow its steps with this org's values, and see the first request arrive. */
export function page() {
  const { api, texts, org, route } = usePortal();
  const overview = usePolled((signal) => api.read("getOverview", { org }, {}, signal), SELDOM, [org]);
  const contact = usePolled((signal) => api.read("getContact", { org }, {}, signal), LIVE, [org]);
  const latest = readIdpChoice(contact.data?.last?.idp);
  const guess = useRef<IdpChoice | null>(null);
  // The first guess stays: a request of a second provider takes the steps away from nobody who follows them.
  guess.current ??= latest === "other" ? null : latest;
  const chosen = readIdpChoice(route.query.get("idp")) ?? guess.current;
  const { askAgain } = overview;
  const onMade = useCallback(() => askAgain(), [askAgain]);
  return (
    <>
      <PageHead title={texts.connect.title} intro={texts.connect.intro} />
      <PolledView polled={overview} lines={8}>
        {(data) => (
          <>
            <NotReadyNotice overview={data} />
            <nav class="idps" aria-label={texts.connect.choose}>
              <h2>{texts.connect.choose}</h2>
              <ul>
                {IDP_CHOICES.map((idp) => (
                  <li key={idp}>
                    <GoTo
                      to={{ page: "connect", query: { idp } }}
                      look="card"
                      current={idp === chosen ? "true" : undefined}
                    >
                      {idp === "other" ? texts.connect.chooseOther : texts.idps[idp]}
                    </GoTo>
                  </li>
                ))}
              </ul>
            </nav>
            {chosen !== null && <Steps key={chosen} idp={chosen} overview={data} onMade={onMade} />}
          </>
        )}
      </PolledView>
      <LiveStrip polled={contact} chosen={chosen} />
    </>
  );
}
