import { useState } from "preact/hooks";
import type { PageAnswer } from "../app/api.ts";
import { usePolled } from "../app/polled.ts";
import { usePortal } from "../app/portalContext.ts";
import { Button } from "../parts/button.tsx";
import { EmptyState, NotReadyNotice } from "../parts/notice.tsx";
import { PageHead } from "../parts/pageHead.tsx";
import { PolledView } from "../parts/polledView.tsx";
import { CredentialTable } from "./credentials/credentialTable.tsx";
import { type CredentialLine, endingTokens, isLiveLine } from "./credentials/credentialWords.ts";
import { EnterNotice, MadeDialog } from "./credentials/madeDialog.tsx";
import { type MadeCredential, MakeDialog, type MakingKind } from "./credentials/makeDialog.tsx";
import { RevokeDialog } from "./credentials/revokeDialog.tsx";

interface Credentials {
  readonly overview: PageAnswer<"getOverview">;
  readonly tokens: PageAnswer<"listTokens">["tokens"];
  readonly secrets: PageAnswer<"listClientSecrets">["secrets"];
}

type Asked =
  | { readonly what: "make"; readonly kind: MakingKind }
  | { readonly what: "revoke"; readonly kind: "token" | "secret"; readonly line: CredentialLine }
  | { readonly what: "show" | "enter"; readonly made: MadeCredential };

const EVERY = 30_000;

/** Tokens and client secrets: list, make, replace and revoke. */
export function page() {
  const { api, texts, org, session } = usePortal();
  const polled = usePolled<Credentials>(
    async (signal) => {
      const [overview, { tokens }, { secrets }] = await Promise.all([
        api.read("getOverview", { org }, {}, signal),
        api.read("listTokens", { org }, {}, signal),
        api.read("listClientSecrets", { org }, {}, signal),
      ]);
      return { overview, tokens, secrets };
    },
    EVERY,
    [org],
  );
  return (
    <>
      <PageHead title={texts.nav.credentials} intro={texts.credentials.intro} />
      {session.access === "read" && <p class="faint">{texts.credentials.readOnly}</p>}
      <PolledView polled={polled} lines={8}>
        {(data) => <CredentialLists {...data} onChanged={polled.askAgain} />}
      </PolledView>
    </>
  );
}

function CredentialLists({ overview, tokens, secrets, onChanged }: Credentials & { readonly onChanged: () => void }) {
  const { texts, wording, mayChange } = usePortal();
  const words = texts.credentials;
  const { liveTrusts } = overview;
  const [asked, setAsked] = useState<Asked | null>(null);
  const onlyOne = overview.rules.liveTokens !== "many";
  const liveTokens = tokens.filter(isLiveLine);
  const live = [...liveTokens, ...secrets.filter(isLiveLine)];
  // Also after a failure: what was asked for may be done, and only its answer lost.
  const close = () => {
    setAsked(null);
    onChanged();
  };
  const make = (kind: MakingKind, look: "primary" | "plain" | "danger", text: string) => (
    <Button look={look} onClick={() => setAsked({ what: "make", kind })}>
      {text}
    </Button>
  );
  const mayMake = mayChange && overview.ready;
  const revoke = (kind: "token" | "secret") =>
    mayChange ? (line: CredentialLine) => setAsked({ what: "revoke", kind, line }) : undefined;
  return (
    <>
      <NotReadyNotice overview={overview} />
      {asked?.what === "enter" && <EnterNotice made={asked.made} />}
      <section class="stack" aria-labelledby="tokens">
        <h2 id="tokens">{words.tokens}</h2>
        <p class="faint">{words.tokensText}</p>
        {liveTrusts > 0 && <p>{wording.counted(liveTrusts, words.trusts)}</p>}
        {liveTokens.length + liveTrusts === 0 && <EmptyState title={words.noTokens} text={words.noTokensText} />}
        <CredentialTable
          caption={words.tokens}
          lines={tokens}
          ending={endingTokens(tokens, onlyOne)}
          onRevoke={revoke("token")}
        />
        {onlyOne && liveTokens.length > 0 && (
          <p class="faint">{liveTokens.length > 1 ? words.rotating : words.oneOnly}</p>
        )}
        {mayMake && (
          <div class="row">
            {(liveTokens.length === 0 || !onlyOne) && make("generate", "primary", words.generate)}
            {liveTokens.length > 0 && !(onlyOne && liveTokens.length > 1) && make("rotate", "primary", words.rotate)}
            {live.length > 0 && make("regenerate", "danger", words.regenerate)}
          </div>
        )}
      </section>
      <section class="stack" aria-labelledby="secrets">
        <h2 id="secrets">{words.secrets}</h2>
        <p class="faint">{words.secretsText}</p>
        {secrets.filter(isLiveLine).length === 0 && <EmptyState title={words.noSecrets} text={words.noSecretsText} />}
        <CredentialTable caption={words.secrets} lines={secrets} ending={new Set()} onRevoke={revoke("secret")} />
        {mayMake && <div class="row">{make("secret", "plain", words.createSecret)}</div>}
      </section>
      {asked?.what === "make" && (
        <MakeDialog
          kind={asked.kind}
          live={asked.kind === "rotate" ? liveTokens : live}
          trusts={liveTrusts}
          onMade={(made) => {
            setAsked({ what: "show", made });
            onChanged();
          }}
          onClose={close}
        />
      )}
      {asked?.what === "show" && (
        <MadeDialog made={asked.made} onSaved={() => setAsked({ what: "enter", made: asked.made })} />
      )}
      {asked?.what === "revoke" && (
        <RevokeDialog
          kind={asked.kind}
          line={asked.line}
          only={live.length + liveTrusts === 1}
          onRevoked={close}
          onClose={close}
        />
      )}
    </>
  );
}
