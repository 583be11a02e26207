import { useState } from "preact/hooks";
import type { PageAnswer } from "../../app/api.ts";
import { useDoing } from "../../app/doing.ts";
import { usePortal } from "../../app/portalContext.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { CheckField, SelectField, TextField } from "../../parts/fields.tsx";
import { ErrorNotice } from "../../parts/notice.tsx";
import { type CredentialLine, lifetimeChoices, nameOfLine } from "./credentialWords.ts";

export type MakingKind = "generate" | "rotate" | "regenerate" | "secret";
export type MadeCredential = PageAnswer<"generateToken"> | PageAnswer<"createClientSecret">;

interface MakeDialogProps {
  readonly kind: MakingKind;
  /** Valid credentials, newest first. */
  readonly live: readonly CredentialLine[];
  /** Number of valid trusts: a token that replaces everything ends them too. */
  readonly trusts: number;
  readonly onMade: (made: MadeCredential) => void;
  readonly onClose: () => void;
}

/** Seconds during which the earlier token stays valid; "use" ends it with the new one's first use. */
const OVERLAPS = { hour: 3600, day: 86_400, week: 7 * 86_400, use: 30 * 86_400 } as const;
type Overlap = keyof typeof OVERLAPS;
const TOKEN_LIVES = [90, 180, 365, 730];
const SECRET_LIVES = [365, 730, 1095];

/** The form for a new token or client secret; makes it. */
export function MakeDialog({ kind, live, trusts, onMade, onClose }: MakeDialogProps) {
  const { api, texts, wording, org, announce } = usePortal();
  const words = texts.credentials;
  const [description, setDescription] = useState(kind === "rotate" ? (live[0]?.description ?? "") : "");
  const [days, setDays] = useState(kind === "secret" ? "730" : "");
  const [overlap, setOverlap] = useState<Overlap>("day");
  const [confirmed, setConfirmed] = useState(false);
  const [asked, setAsked] = useState(false);
  const { busy, error, start } = useDoing();
  const mustConfirm = kind === "regenerate" && live.length > 0;

  const make = (): Promise<MadeCredential> => {
    const wishes = { description: description.trim(), ...(days !== "" && { expiresInDays: Number(days) }) };
    switch (kind) {
      case "generate":
        return api.change("generateToken", { org }, wishes);
      case "regenerate":
        return api.change("regenerateToken", { org }, wishes);
      case "rotate":
        return api.change(
          "rotateToken",
          { org },
          { ...wishes, overlapSeconds: OVERLAPS[overlap], onFirstUse: overlap === "use" },
        );
      case "secret":
        return api.change("createClientSecret", { org }, wishes);
    }
  };
  const submit = () => {
    setAsked(true);
    if (mustConfirm && !confirmed) announce(words.regenerateProblem);
    else start(() => make().then(onMade));
  };

  const head = {
    generate: { title: words.generateTitle, text: words.generateText, action: words.generate },
    rotate: { title: words.rotateTitle, text: words.rotateText, action: words.rotate },
    regenerate: { title: words.regenerateTitle, text: words.regenerateText, action: words.regenerate },
    secret: { title: words.secretTitle, text: words.secretText, action: words.createSecret },
  }[kind];
  const never = kind === "secret" ? [] : [{ value: "", text: words.expiresNever }];
  const lives = lifetimeChoices(kind === "secret" ? SECRET_LIVES : TOKEN_LIVES, words, wording);
  return (
    <Dialog
      title={head.title}
      onClose={onClose}
      action={{ text: head.action, look: kind === "regenerate" ? "danger" : "primary", busy, onClick: submit }}
    >
      <p>{head.text}</p>
      {kind === "regenerate" && (
        <ul>
          {live.map((line) => (
            <li key={line.id} dir="auto">
              {nameOfLine(line, words)}
            </li>
          ))}
          {trusts > 0 && <li>{wording.counted(trusts, words.trusts)}</li>}
        </ul>
      )}
      {error !== null && <ErrorNotice error={error} ofChange />}
      <div class="stack">
        <TextField
          label={words.description}
          hint={words.descriptionHint}
          value={description}
          onValue={(text) => setDescription(text.slice(0, 200))}
        />
        <SelectField label={words.expiry} value={days} choices={[...never, ...lives]} onValue={setDays} />
        {kind === "rotate" && (
          <SelectField
            label={words.overlap}
            value={overlap}
            choices={[
              { value: "hour", text: wording.counted(1, words.hours) },
              { value: "day", text: wording.counted(1, words.overlapDays) },
              { value: "week", text: wording.counted(7, words.overlapDays) },
              { value: "use", text: words.untilUse },
            ]}
            onValue={setOverlap}
          />
        )}
        {mustConfirm && (
          <CheckField
            label={words.regenerateConfirm}
            hint={asked && !confirmed ? words.regenerateProblem : ""}
            checked={confirmed}
            onChecked={setConfirmed}
          />
        )}
      </div>
    </Dialog>
  );
}
