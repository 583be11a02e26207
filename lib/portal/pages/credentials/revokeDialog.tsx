import { useState } from "preact/hooks";
import { usePortal } from "../../app/portalContext.ts";
import type { PortalError } from "../../app/portalError.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { ErrorNotice, Notice } from "../../parts/notice.tsx";
import { type CredentialLine, isUsedLately, nameOfLine, wordedRefusal } from "./credentialWords.ts";

interface RevokeDialogProps {
  readonly kind: "token" | "secret";
  readonly line: CredentialLine;
  /** Whether nothing else works. */
  readonly only: boolean;
  readonly onRevoked: () => void;
  readonly onClose: () => void;
}

export function RevokeDialog({ kind, line, only, onRevoked, onClose }: RevokeDialogProps) {
  const { api, texts, wording, org, now, announce } = usePortal();
  const words = texts.credentials;
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<PortalError | null>(null);
  const name = nameOfLine(line, words);
  const revoke = () => {
    setBusy(true);
    const parameters = { org, tokenId: line.id };
    const asked =
      kind === "token"
        ? api.change("revokeToken", parameters, undefined)
        : api.change("revokeClientSecret", parameters, undefined);
    asked.then(
      () => {
        announce(wording.fill(words.revoked, { name }));
        onRevoked();
      },
      (failed: PortalError) => {
        setBusy(false);
        setError(wordedRefusal(failed, words.reasons));
      },
    );
  };
  return (
    <Dialog
      title={words.revokeTitle}
      onClose={onClose}
      actions={
        <Button look="danger" busy={busy} onClick={revoke}>
          {words.revoke}
        </Button>
      }
    >
      <p dir="auto">{wording.fill(words.revokeText, { name })}</p>
      {line.lastUsedAt !== null && isUsedLately(line, now()) && (
        <Notice
          tone="warn"
          title={wording.fill(words.revokeUsed, { when: wording.relative(line.lastUsedAt, now()) })}
        />
      )}
      {only && <p>{words.revokeOnly}</p>}
      {error !== null && <ErrorNotice error={error} />}
    </Dialog>
  );
}
