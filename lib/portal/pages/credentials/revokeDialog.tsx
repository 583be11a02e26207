import { useDoing } from "../../app/doing.ts";
import { usePortal } from "../../app/portalContext.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { ErrorNotice, Notice } from "../../parts/notice.tsx";
import { type CredentialLine, isUsedLately, nameOfLine } from "./credentialWords.ts";

interface RevokeDialogProps {
  readonly kind: "token" | "secret";
  readonly line: CredentialLine;
  /** Whether it is the last valid one. */
  readonly only: boolean;
  readonly onRevoked: () => void;
  readonly onClose: () => void;
}

export function RevokeDialog({ kind, line, only, onRevoked, onClose }: RevokeDialogProps) {
  const { api, texts, wording, org, now, announce } = usePortal();
  const words = texts.credentials;
  const { busy, error, start } = useDoing();
  const name = nameOfLine(line, words);
  const revoke = () =>
    start(async () => {
      await api.change(kind === "token" ? "revokeToken" : "revokeClientSecret", { org, tokenId: line.id }, undefined);
      announce(wording.fill(words.revoked, { name }));
      onRevoked();
    });
  return (
    <Dialog
      title={words.revokeTitle}
      onClose={onClose}
      action={{ text: words.revoke, look: "danger", busy, onClick: revoke }}
    >
      <p dir="auto">{wording.fill(words.revokeText, { name })}</p>
      {line.lastUsedAt !== null && isUsedLately(line, now()) && (
        <Notice
          tone="warn"
          title={wording.fill(words.revokeUsed, { when: wording.relative(line.lastUsedAt, now()) })}
        />
      )}
      {only && <p>{words.revokeOnly}</p>}
      {error !== null && <ErrorNotice error={error} ofChange />}
    </Dialog>
  );
}
