import { usePortal } from "../../app/portalContext.ts";
import { CopyField, Secret } from "../../parts/copyField.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { GoTo } from "../../parts/goTo.tsx";
import { Notice } from "../../parts/notice.tsx";
import type { MadeCredential } from "./makeDialog.tsx";

/** Shows a new credential until its reader has saved it. */
export function MadeDialog({ made, onSaved }: { readonly made: MadeCredential; readonly onSaved: () => void }) {
  const words = usePortal().texts.credentials;
  return (
    <Dialog title={words.newTitle} onClose={null}>
      {"secretToken" in made ? (
        <>
          <CopyField label={words.tenantUrl} value={made.tenantUrl} />
          <Secret label={words.newToken} value={made.secretToken} onSaved={onSaved} />
        </>
      ) : (
        <>
          <CopyField label={words.tokenEndpoint} value={made.tokenEndpoint} />
          <CopyField label={words.clientId} value={made.clientId} />
          <Secret label={words.newSecret} value={made.clientSecret} onSaved={onSaved} />
        </>
      )}
    </Dialog>
  );
}

/** Where to enter the saved credential. */
export function EnterNotice({ made }: { readonly made: MadeCredential }) {
  const { texts, wording, now } = usePortal();
  const words = texts.credentials;
  const end = "retiring" in made ? made.retiring[0]?.expiresAt : null;
  return (
    <Notice tone="info" title={words.enter}>
      <p>{"secretToken" in made ? words.enterToken : words.enterSecret}</p>
      {end != null && <p>{wording.fill(words.enterRetiring, { when: wording.relative(end, now()) })}</p>}
      <GoTo to={{ page: "connect" }}>{words.steps}</GoTo>
    </Notice>
  );
}
