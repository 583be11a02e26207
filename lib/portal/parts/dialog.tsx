import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { usePortal } from "../app/portalContext.ts";
import { Button } from "./button.tsx";

interface DialogProps {
  readonly title: string;
  readonly children: ComponentChildren;
  /** Escape, the button "Cancel", or the caller. Null: only what is in it ends it. */
  readonly onClose: (() => void) | null;
  /** Beside "Cancel": what is done. */
  readonly actions?: ComponentChildren;
}

/** A question above the page. While it is there nothing else can be reached; then focus returns to where it was. */
export function Dialog({ title, children, onClose, actions }: DialogProps) {
  const { texts } = usePortal();
  const dialog = useRef<HTMLDialogElement>(null);
  const name = useId();
  useEffect(() => {
    const shown = dialog.current;
    const root = shown?.getRootNode();
    const before = root instanceof Document || root instanceof ShadowRoot ? root.activeElement : null;
    shown?.showModal();
    return () => {
      shown?.close();
      // The browser gives it back to what is still there when the dialog closes; here the dialog is gone as well.
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby={name}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      // A second Escape closes it whatever the first was answered. One that was taken away says so too, and is heard no more.
      onClose={({ currentTarget }) => {
        if (!currentTarget.isConnected) return;
        if (onClose === null) currentTarget.showModal();
        else onClose();
      }}
    >
      <h2 id={name}>{title}</h2>
      {children}
      {onClose !== null && (
        <div class="dialog-actions">
          {/* First, so that it has the focus: pressing Enter once too often changes nothing. */}
          <Button onClick={onClose}>{actions === undefined ? texts.common.close : texts.common.cancel}</Button>
          {actions}
        </div>
      )}
    </dialog>
  );
}
