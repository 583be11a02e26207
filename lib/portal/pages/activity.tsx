import { useEffect, useRef, useState } from "preact/hooks";
import { usePortal } from "../app/portalContext.ts";
import type { Catalogue } from "../app/remedies.ts";
import { Button } from "../parts/button.tsx";
import { GoTo } from "../parts/goTo.tsx";
import { EmptyState, ErrorNotice } from "../parts/notice.tsx";
import { PageHead } from "../parts/pageHead.tsx";
import { PolledView } from "../parts/polledView.tsx";
import { keyOfLine } from "./activity/activityList.ts";
import { type ActivityFilter, isFiltered, readFilter } from "./activity/activityQuery.ts";
import { Causes } from "./activity/causes.tsx";
import { EntryView } from "./activity/entryView.tsx";
import { FilterForm } from "./activity/filterForm.tsx";
import { useCatalogue } from "./activity/remedyView.tsx";
import { useActivity } from "./activity/useActivity.ts";

/**
 * Requests, and why some were refused. The address has the filter, `#/activity?outcome=refused`, except a name, which belongs
 * in no address and no browser history.
 */
export function page() {
  const { texts, route } = usePortal();
  const catalogue = useCatalogue();
  const [name, setName] = useState<string | undefined>(undefined);
  const [refusal, setRefusal] = useState<string | undefined>(undefined);
  const filter = { ...readFilter(route), ...(name !== undefined && { name }) };
  return (
    <>
      <PageHead title={texts.nav.activity} intro={texts.activity.intro} />
      {(!isFiltered(filter) || filter.code !== undefined) && (
        <Causes catalogue={catalogue} code={filter.code} latest={refusal} />
      )}
      <Requests filter={filter} catalogue={catalogue} onName={setName} onRefusal={setRefusal} />
    </>
  );
}

interface RequestsProps {
  readonly filter: ActivityFilter;
  readonly catalogue: Catalogue | null;
  /** Filters by a person or group; undefined: all. */
  readonly onName: (name: string | undefined) => void;
  /** Reference of the latest unsuccessful request. */
  readonly onRefusal: (reference: string | undefined) => void;
}

/** The matching requests, newest first, live. */
function Requests({ filter, catalogue, onName, onRefusal }: RequestsProps) {
  const { texts, wording } = usePortal();
  const words = texts.activity;
  const [open, setOpen] = useState<string | null>(null);
  const box = useRef<HTMLDivElement>(null);
  // Does not move the list while somebody reads further down or in it.
  const mustHold = () => {
    const list = box.current;
    return list !== null && (open !== null || list.getBoundingClientRect().top < 0 || list.matches(":focus-within"));
  };
  const heading = useRef<HTMLHeadingElement>(null);
  const first = useRef(true);
  useEffect(() => {
    if (first.current) first.current = false;
    else if (hasNoFocus(heading.current)) showTop();
  }, [JSON.stringify(filter)]);
  const showTop = () => {
    heading.current?.scrollIntoView();
    heading.current?.focus({ preventScroll: true });
  };
  const { polled, showHeld, showOlder, older } = useActivity(filter, mustHold);
  const refusal = polled.data?.shown.find(({ outcome }) => outcome !== "done")?.ref;
  useEffect(() => onRefusal(refusal), [refusal]);
  return (
    <section class="stack" aria-labelledby="requests">
      <h2 id="requests" tabIndex={-1} ref={heading}>
        {words.requests}
      </h2>
      <FilterForm filter={filter} catalogue={catalogue} onName={onName} />
      <div class="stack" ref={box}>
        <PolledView polled={polled} lines={8}>
          {({ shown, held, next }) => (
            <>
              {held.length > 0 && (
                <div class="arrived">
                  <Button
                    look="primary"
                    onClick={() => {
                      setOpen(null);
                      showHeld();
                      showTop();
                    }}
                  >
                    {wording.counted(held.length, words.arrived)}
                  </Button>
                </div>
              )}
              {shown.length === 0 && <NoRequests filter={filter} onName={onName} />}
              {shown.length > 0 && (
                <ol class="entries" aria-label={words.list}>
                  {shown.map((line) => {
                    const key = keyOfLine(line);
                    return (
                      <EntryView
                        key={key}
                        line={line}
                        catalogue={catalogue}
                        open={open === key}
                        onToggle={() => setOpen(open === key ? null : key)}
                      />
                    );
                  })}
                </ol>
              )}
              {older.error !== null && <ErrorNotice error={older.error} onAgain={showOlder} />}
              <div class="row" tabIndex={-1}>
                {next !== null && (
                  <Button busy={older.busy} onClick={showOlder}>
                    {words.older}
                  </Button>
                )}
              </div>
            </>
          )}
        </PolledView>
      </div>
    </section>
  );
}

/** The focused element is gone, such as a link to the page now shown. */
function hasNoFocus(element: HTMLElement | null): boolean {
  const root = element?.getRootNode();
  if (!(root instanceof Document || root instanceof ShadowRoot)) return false;
  return root.activeElement === null || root.activeElement === document.body;
}

function NoRequests({ filter, onName }: Pick<RequestsProps, "filter" | "onName">) {
  const { texts, go } = usePortal();
  const words = texts.activity;
  if (isFiltered(filter)) {
    const showAll = () => {
      onName(undefined);
      go({ page: "activity" });
    };
    return (
      <EmptyState title={words.noneFound} text={words.noneFoundText}>
        <Button onClick={showAll}>{words.showAll}</Button>
      </EmptyState>
    );
  }
  return (
    <EmptyState title={words.noneTitle} text={words.noneText}>
      <GoTo to={{ page: "connect" }}>{words.connect}</GoTo>
    </EmptyState>
  );
}
