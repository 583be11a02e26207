import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { usePortal } from "../app/portalContext.ts";

interface PageHeadProps {
  readonly title: string;
  readonly intro?: string | undefined;
  /** The link back, on a page below another one. */
  readonly above?: ComponentChildren;
  /** Beside the title. */
  readonly children?: ComponentChildren;
}

/** The heading that every page begins with. It takes the focus after a navigation. */
export function PageHead({ title, intro, above, children }: PageHeadProps) {
  const { moves, setTitle } = usePortal();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => setTitle(title), [title]);
  useEffect(() => {
    if (moves > 0) heading.current?.focus();
  }, []);
  return (
    <header class="page-head">
      {above}
      <div class="page-head-row">
        <h1 ref={heading} tabIndex={-1} dir="auto">
          {title}
        </h1>
        {children}
      </div>
      {intro !== undefined && <p class="intro">{intro}</p>}
    </header>
  );
}
