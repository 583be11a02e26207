import { useEffect, useRef, useState } from "preact/hooks";
import { usePortal } from "../app/portalContext.ts";
import { Button } from "./button.tsx";

interface CopyFieldProps {
  readonly label: string;
  readonly value: string;
  /** unlabelled: the surroundings show the label. */
  readonly look?: "labelled" | "unlabelled";
}

/** A value for another console, with a copy button. */
export function CopyField({ label, value, look = "labelled" }: CopyFieldProps) {
  return (
    <div class="copy-field">
      {look === "labelled" && <span class="copy-label">{label}</span>}
      <code class="copy-value" dir="auto" translate={false}>
        {value}
      </code>
      <CopyButton what={label} value={value} />
    </div>
  );
}

export function CopyButton({ what, value }: { readonly what: string; readonly value: string }) {
  const { texts, wording, announce } = usePortal();
  const [copied, setCopied] = useState<boolean | null>(null);
  useEffect(() => {
    if (copied !== true) return;
    const timer = setTimeout(() => setCopied(null), 2500);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
      announce(`${texts.common.copied}: ${what}`);
    } catch {
      setCopied(false);
      announce(texts.common.copyFailed);
    }
  };
  return (
    <>
      <Button label={wording.fill(texts.common.copyOf, { what })} onClick={() => void copy()}>
        {copied === true ? texts.common.copied : texts.common.copy}
      </Button>
      {copied === false && <p class="hint hint-bad">{texts.common.copyFailed}</p>}
    </>
  );
}

interface SecretProps {
  readonly label: string;
  readonly value: string;
  /** The reader has saved it: the caller drops it. */
  readonly onSaved: () => void;
}

/** A new token or client secret: shown until its reader has saved it, whatever happens meanwhile, and then never again. */
export function Secret({ label, value, onSaved }: SecretProps) {
  const { texts, holdEnd } = usePortal();
  const box = useRef<HTMLDivElement>(null);
  const heading = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    box.current?.scrollIntoView({ block: "center" });
    heading.current?.focus({ preventScroll: true });
    const stay = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", stay);
    const release = holdEnd();
    return () => {
      window.removeEventListener("beforeunload", stay);
      release();
    };
  }, []);
  return (
    <div class="secret" ref={box}>
      <p class="secret-once" tabIndex={-1} ref={heading}>
        {texts.secret.once}
      </p>
      <CopyField label={label} value={value} />
      <Button look="primary" onClick={onSaved}>
        {texts.secret.saved}
      </Button>
    </div>
  );
}
