import type { ComponentChildren } from "preact";
import type { RouteParts } from "../app/pageRoute.ts";
import { usePortal } from "../app/portalContext.ts";

interface GoToProps {
  readonly to: RouteParts;
  readonly children: ComponentChildren;
  /** button: looks like a button. */
  readonly look?: "link" | "button" | "primary" | "tab" | "card";
  readonly current?: "page" | "true" | undefined;
}

/** A link to another page of the portal. In an embedded element it changes that element alone, not the host's address. */
export function GoTo({ to, children, look = "link", current }: GoToProps) {
  const { href, go } = usePortal();
  const shown = {
    link: "link",
    button: "button button-plain",
    primary: "button button-primary",
    tab: "tab",
    card: "card-link",
  }[look];
  return (
    <a
      class={shown}
      href={href(to)}
      aria-current={current}
      onClick={(event) => {
        if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        go(to);
      }}
    >
      {children}
    </a>
  );
}

/** A link out of the portal, in a new tab. */
export function OutLink({ href, children }: { readonly href: string; readonly children: ComponentChildren }) {
  const { texts } = usePortal();
  return (
    <a class="link" href={href} target="_blank" rel="noreferrer">
      {children}
      <span class="out-mark" aria-hidden="true" />
      <span class="unseen">{` (${texts.common.opensInNewTab})`}</span>
    </a>
  );
}
