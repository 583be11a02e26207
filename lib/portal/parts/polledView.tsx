import type { ComponentChildren } from "preact";
import type { Polled } from "../app/polled.ts";
import { usePortal } from "../app/portalContext.ts";
import { ErrorNotice } from "./notice.tsx";

interface PolledViewProps<T> {
  readonly polled: Polled<T>;
  /** Number of grey lines until the first answer. */
  readonly lines?: number;
  readonly children: (data: T) => ComponentChildren;
}

/** The data once loaded; errors appear above it and never replace it. */
export function PolledView<T>({ polled, lines = 4, children }: PolledViewProps<T>) {
  const { data, error, askAgain } = polled;
  return (
    <>
      {error !== null && error.status !== 401 && <ErrorNotice error={error} onAgain={askAgain} />}
      {data !== null ? children(data) : error === null && <Skeleton lines={lines} />}
    </>
  );
}

export function Skeleton({ lines }: { readonly lines: number }) {
  const { texts } = usePortal();
  return (
    <div class="skeleton" role="status">
      <span class="unseen">{texts.common.loading}</span>
      {Array.from({ length: lines }, (_none, line) => (
        <div class="skeleton-line" key={line} aria-hidden="true" />
      ))}
    </div>
  );
}
