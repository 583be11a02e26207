import type { ComponentChildren, Ref } from "preact";

export interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onClick?: () => void;
  /** primary: the main action. danger: irreversible. quiet: beside text. */
  readonly look?: "primary" | "plain" | "danger" | "quiet";
  readonly type?: "button" | "submit";
  /** A request is pending: pressing again does nothing, and the focus stays. */
  readonly busy?: boolean;
  readonly label?: string;
  readonly describedBy?: string;
  readonly expanded?: boolean;
  readonly pressed?: boolean;
  readonly buttonRef?: Ref<HTMLButtonElement>;
}

export function Button({
  children,
  onClick,
  look = "plain",
  type = "button",
  busy = false,
  label,
  describedBy,
  expanded,
  pressed,
  buttonRef,
}: ButtonProps) {
  return (
    <button
      ref={buttonRef}
      type={type}
      class={`button button-${look}`}
      aria-disabled={busy || undefined}
      aria-label={label}
      aria-describedby={describedBy}
      aria-expanded={expanded}
      aria-pressed={pressed}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.();
      }}
    >
      {busy && <span class="spinner" aria-hidden="true" />}
      <span>{children}</span>
    </button>
  );
}
