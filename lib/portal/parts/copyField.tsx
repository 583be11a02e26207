import { useEffect, useRef, useState } from "preact/hooks";
import { usePortal } from "../app/portalContext.ts";
import { Button } from "./button.tsx";

interface CopyFieldProps {
  readonly label: string;
  readonly value: string;
  /** unlabelled: its surroundings say the label already. */
  readonly look?: "labelled" | "unlabelled";
}

/** A value to be taken to another console, with the button that copies it. */
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
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2500);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
      announce(`${texts.common.copied}: ${what}`);
    } catch {
      announce(texts.common.copyFailed);
    }
  };
  return (
    <Button label={wording.fill(texts.common.copyOf, { what })} onClick={() => void copy()}>
      {copied ? texts.common.copied : texts.common.copy}
    </Button>
  );
}

interface SecretProps {
  readonly label: string;
  readonly value: string;
  /** It was saved: the caller forgets it. */
  readonly onSaved: () => void;
}

/** A token or client secret that was just made: shown until its reader says that it is saved, also where the session ends meanwhile, and then never again. */
export function Secret({ label, value, onSaved }: SecretProps) {
  const { texts, holdEnd } = usePortal();
  const box = useRef<HTMLDivElement>(null);
  const heading = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    box.current?.scrollIntoView({ block: "center" });
    heading.current?.focus({ preventScroll: true });
    return holdEnd();
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
