import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { usePortal } from "../app/portalContext.ts";
import { Button, type ButtonProps } from "./button.tsx";
import { Form } from "./fields.tsx";

interface DialogAction extends Pick<ButtonProps, "look" | "busy" | "onClick"> {
  readonly text: string;
}

interface DialogProps {
  readonly title: string;
  readonly children: ComponentChildren;
  /** For Escape, the button "Cancel", or the caller. Null: only the content closes it. */
  readonly onClose: (() => void) | null;
  /** Beside "Cancel". */
  readonly action?: DialogAction;
}

/** A modal question. Nothing else can be reached; afterwards the focus returns. */
export function Dialog({ title, children, onClose, action }: DialogProps) {
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
      // The browser restores the focus when a dialog closes, but here the dialog is removed too.
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
      // A second Escape always closes it. A removed dialog also reports its closing, which is ignored.
      onClose={({ currentTarget }) => {
        if (!currentTarget.isConnected) return;
        if (onClose === null) currentTarget.showModal();
        else onClose();
      }}
    >
      <h2 id={name}>{title}</h2>
      <Form look="stack" onSubmit={() => action?.onClick?.()}>
        {children}
        {onClose !== null && (
          <div class="dialog-actions">
            {/* Without fields it is first, so that it has the focus: pressing Enter once too often changes nothing. */}
            <Button onClick={onClose}>{action === undefined ? texts.common.close : texts.common.cancel}</Button>
            {action !== undefined && (
              <Button type="submit" look={action.look} busy={action.busy}>
                {action.text}
              </Button>
            )}
          </div>
        )}
      </Form>
      <div class="unseen" role="status" />
    </dialog>
  );
}
