import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useOnce } from "../app/polled.ts";
import { usePortal } from "../app/portalContext.ts";
import type { PluralText } from "../app/wording.ts";
import { Button } from "./button.tsx";
import { DataTable, Pager, type TableColumn } from "./dataTable.tsx";
import { Form, TextField } from "./fields.tsx";
import { PolledView } from "./polledView.tsx";

interface ListPage<T> {
  readonly rows: readonly T[];
  readonly next: string | null;
  /** Null: not counted. */
  readonly total: number | null;
}

interface SearchStep {
  readonly search: string | undefined;
  readonly after: string | undefined;
}

interface SearchListProps<T extends { readonly id: string }> {
  readonly label: string;
  readonly hint: string;
  readonly count: PluralText;
  readonly caption: string;
  readonly columns: readonly TableColumn<T>[];
  readonly ask: (question: SearchStep, signal: AbortSignal) => Promise<ListPage<T>>;
  /** Replaces a list without entries. @param searched whether there is a search text */
  readonly empty: (searched: boolean) => ComponentChildren;
}

/** Milliseconds after the last key until the search starts. */
const TYPED = 350;

/** A paged list of all entries, or of those that match a text. The text is in no address. */
export function SearchList<T extends { readonly id: string }>(props: SearchListProps<T>) {
  const { label, hint, count, caption, columns, ask, empty } = props;
  const { texts, wording, org, announce } = usePortal();
  const [typed, setTyped] = useState("");
  const [{ search, after }, setQuestion] = useState<SearchStep>({ search: undefined, after: undefined });
  const found = useOnce((signal) => ask({ search, after }, signal), [org, search, after]);

  const turn = (to: string | undefined) => setQuestion({ search, after: to });
  const begin = () => setQuestion({ search: typed.trim() === "" ? undefined : typed.trim(), after: undefined });
  useEffect(() => {
    // The text is unchanged: keep the present page.
    if (typed.trim() === (search ?? "")) return;
    const timer = setTimeout(begin, TYPED);
    return () => clearTimeout(timer);
  }, [typed]);
  useEffect(() => {
    const { data, waiting } = found;
    if (data !== null && !waiting && search !== undefined) announce(wording.counted(data.rows.length, count));
  }, [found.data, found.waiting]);

  return (
    <section class="stack" aria-label={caption}>
      <Form look="search" onSubmit={begin}>
        <TextField type="search" label={label} hint={hint} value={typed} onValue={setTyped} />
        <Button type="submit" busy={found.waiting}>
          {texts.common.search}
        </Button>
      </Form>
      <div tabIndex={-1} class="stack">
        <PolledView polled={found} lines={8}>
          {({ rows, next, total }) =>
            rows.length === 0 && after === undefined ? (
              empty(search !== undefined)
            ) : (
              <>
                {total !== null && <p class="faint">{wording.counted(total, count)}</p>}
                {rows.length === 0 ? (
                  <p class="faint">{texts.common.emptyPage}</p>
                ) : (
                  <DataTable caption={caption} columns={columns} rows={rows} rowKey={({ id }) => id} />
                )}
                <Pager
                  busy={found.waiting}
                  onFirst={after === undefined ? undefined : () => turn(undefined)}
                  onNext={next === null ? undefined : () => turn(next)}
                />
              </>
            )
          }
        </PolledView>
      </div>
    </section>
  );
}
