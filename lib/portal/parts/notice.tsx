import type { ComponentChildren } from "preact";
import type { PageAnswer } from "../app/api.ts";
import { usePortal } from "../app/portalContext.ts";
import { type ErrorWords, errorWords, mayPass, type PortalError } from "../app/portalError.ts";
import { Button } from "./button.tsx";

interface NoticeProps {
  readonly tone: "info" | "good" | "warn" | "bad";
  readonly title: string;
  readonly children?: ComponentChildren;
  /** Read at once: the reader's own action failed. */
  readonly urgent?: boolean;
}

export function Notice({ tone, title, children, urgent = false }: NoticeProps) {
  return (
    <div class={`notice notice-${tone}`} role={urgent ? "alert" : undefined}>
      <p class="notice-title">
        <span class={`mark mark-${tone}`} aria-hidden="true" />
        {title}
      </p>
      {children}
    </div>
  );
}

interface ErrorNoticeProps {
  readonly error: PortalError;
  readonly onAgain?: () => void;
  /** The request was to change something: without an answer nobody knows whether it did. */
  readonly ofChange?: boolean;
}

/** A failed request's error, its reference, and a button to repeat it. */
export function ErrorNotice({ error, onAgain, ofChange = false }: ErrorNoticeProps) {
  const { texts, wording } = usePortal();
  const { title, ...text } = errorWords(error, texts, wording);
  return (
    <Notice tone={mayPass(error) ? "warn" : "bad"} title={title} urgent>
      <ErrorText {...text} />
      {ofChange && mayPass(error) && error.status !== 429 && <p>{texts.errors.maybeDone}</p>}
      {error.reference !== null && (
        <p class="faint">{wording.fill(texts.common.reference, { reference: error.reference })}</p>
      )}
      {onAgain !== undefined && <Button onClick={onAgain}>{texts.common.tryAgain}</Button>}
    </Notice>
  );
}

export function ErrorText({ text, lang }: Omit<ErrorWords, "title">) {
  return text === "" ? null : (
    <p dir="auto" lang={lang}>
      {text}
    </p>
  );
}

interface EmptyStateProps {
  readonly title: string;
  readonly text?: string;
  /** What to do about it. */
  readonly children?: ComponentChildren;
}

/** Replaces a list without entries. */
export function EmptyState({ title, text, children }: EmptyStateProps) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {text !== undefined && <p>{text}</p>}
      {children}
    </div>
  );
}

/** Obstacles to connecting an identity provider, and who can remove them; nothing where there are none. */
export function NotReadyNotice({ overview }: { readonly overview: PageAnswer<"getOverview"> }) {
  const { texts, wording } = usePortal();
  const { ready, notReady, reason } = overview;
  if (ready) return null;
  const known = new Map(Object.entries(texts.obstacles));
  return (
    <Notice tone="warn" title={texts.obstacles.title}>
      <ul class="plain-list">
        {notReady.map((code) => (
          <li key={code}>{known.get(code) ?? code}</li>
        ))}
      </ul>
      {reason !== null && <p dir="auto">{wording.fill(texts.obstacles.reason, { reason })}</p>}
    </Notice>
  );
}
