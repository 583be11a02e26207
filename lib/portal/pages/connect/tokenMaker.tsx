import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { PageAnswer } from "../../app/api.ts";
import { useDoing } from "../../app/doing.ts";
import { usePortal } from "../../app/portalContext.ts";
import { Button } from "../../parts/button.tsx";
import { CopyField, Secret } from "../../parts/copyField.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { ErrorNotice } from "../../parts/notice.tsx";

export type Overview = PageAnswer<"getOverview">;

interface TokenMakerProps {
  readonly overview: Overview;
  /** The token's name in the list of credentials. */
  readonly description: string;
  /** A new token, until its reader has saved it. */
  readonly held: string | null;
  readonly onHeld: (token: string | null) => void;
  /** The number of live credentials has changed, or may have: the answer was lost. */
  readonly onMade: () => void;
}

type Wish = "generateToken" | "rotateToken" | "regenerateToken";

/** Makes the org token. Where one is live, the new one overlaps or replaces it. */
export function TokenMaker({ overview, description, held, onHeld, onMade }: TokenMakerProps) {
  const { api, texts, wording, org, mayChange } = usePortal();
  const { busy, error, start } = useDoing();
  const [asks, setAsks] = useState(false);
  const { ready, liveClientSecrets, liveTokens, liveTrusts, rules } = overview;

  const make = (wish: Wish) => {
    setAsks(false);
    start(async () => {
      try {
        const { secretToken } = await api.change(wish, { org }, { description });
        onHeld(secretToken);
      } finally {
        onMade();
      }
    });
  };

  if (held !== null) {
    return (
      <div tabIndex={-1}>
        <Secret label={texts.values.token} value={held} onSaved={() => onHeld(null)} />
      </div>
    );
  }
  if (!ready) return null;
  if (!mayChange) return <p class="faint">{texts.values.lookOnly}</p>;
  return (
    <div class="stack" tabIndex={-1}>
      {liveTokens === 0 ? (
        <div class="row">
          <Button look="primary" busy={busy} onClick={() => make("generateToken")}>
            {texts.values.make}
          </Button>
          <span class="hint">{texts.values.noneYet}</span>
        </div>
      ) : rules.liveTokens === "one" ? (
        <>
          <p>{texts.values.one}</p>
          <details class="more">
            <summary>{texts.values.lost}</summary>
            <div class="choices">
              <Choice text={texts.values.rotateText}>
                <Button busy={busy} onClick={() => make("rotateToken")}>
                  {texts.values.rotate}
                </Button>
              </Choice>
              <Choice text={texts.values.regenerateText}>
                <Button look="danger" busy={busy} onClick={() => setAsks(true)}>
                  {texts.values.regenerate}
                </Button>
              </Choice>
            </div>
          </details>
        </>
      ) : (
        <>
          <p>
            {wording.counted(liveTokens, texts.values.many)} {texts.values.manyText}
          </p>
          <div class="row">
            <Button busy={busy} onClick={() => make("generateToken")}>
              {texts.values.makeAnother}
            </Button>
          </div>
        </>
      )}
      {error !== null && error.status !== 401 && <ErrorNotice error={error} ofChange />}
      {asks && (
        <Dialog
          title={texts.values.confirmTitle}
          onClose={() => setAsks(false)}
          action={{ text: texts.values.confirm, look: "danger", onClick: () => make("regenerateToken") }}
        >
          <p>{texts.values.confirmText}</p>
          {liveClientSecrets + liveTrusts > 0 && <p>{texts.values.confirmOthers}</p>}
        </Dialog>
      )}
    </div>
  );
}

function Choice({ text, children }: { readonly text: string; readonly children: ComponentChildren }) {
  return (
    <div class="choice">
      {children}
      <p class="hint">{text}</p>
    </div>
  );
}

/** For providers with OAuth 2.0 client credentials. */
export function ClientSecretMaker({ overview, description, onMade }: Omit<TokenMakerProps, "held" | "onHeld">) {
  const { api, texts, wording, org, mayChange } = usePortal();
  const [secret, setSecret] = useState<string | null>(null);
  const { busy, error, start } = useDoing();
  const { ready, tokenEndpoint, clientId, liveClientSecrets } = overview;

  const make = () =>
    start(async () => {
      try {
        const { clientSecret } = await api.change("createClientSecret", { org }, { description });
        setSecret(clientSecret);
      } finally {
        onMade();
      }
    });

  return (
    <details class="more">
      <summary>{texts.values.oauthTitle}</summary>
      <div class="stack" tabIndex={-1}>
        <p>{texts.values.oauthText}</p>
        <CopyField label={texts.values.tokenEndpoint} value={tokenEndpoint} />
        <CopyField label={texts.values.clientId} value={clientId} />
        {secret !== null && <Secret label={texts.values.clientSecret} value={secret} onSaved={() => setSecret(null)} />}
        {secret === null && ready && mayChange && (
          <div class="row">
            <Button busy={busy} onClick={make}>
              {texts.values.makeSecret}
            </Button>
            {liveClientSecrets > 0 && (
              <span class="hint">{wording.counted(liveClientSecrets, texts.values.secretsExist)}</span>
            )}
          </div>
        )}
        {error !== null && error.status !== 401 && <ErrorNotice error={error} ofChange />}
      </div>
    </details>
  );
}
