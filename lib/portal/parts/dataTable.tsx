import type { ComponentChildren } from "preact";
import { usePortal } from "../app/portalContext.ts";
import { Button } from "./button.tsx";

export interface TableColumn<T> {
  readonly name: string;
  readonly title: string;
  readonly cell: (row: T) => ComponentChildren;
  /** end: for numbers. */
  readonly align?: "start" | "end";
}

interface DataTableProps<T> {
  /** The table's content, for those who cannot see its surroundings. */
  readonly caption: string;
  /** The first column names the row: a link there makes every row reachable by keyboard. */
  readonly columns: readonly TableColumn<T>[];
  readonly rows: readonly T[];
  readonly rowKey: (row: T) => string;
}

/** A table; on narrow screens each row is a card with the columns' names. */
export function DataTable<T>({ caption, columns, rows, rowKey }: DataTableProps<T>) {
  return (
    <table class="table">
      <caption class="unseen">{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ name, title, align }) => (
            <th key={name} scope="col" class={align === "end" ? "end" : undefined}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={rowKey(row)}>
            {columns.map(({ name, title, cell, align }, index) => {
              const look = align === "end" ? "end" : undefined;
              return index === 0 ? (
                <th key={name} scope="row" class={look} data-title={title}>
                  {cell(row)}
                </th>
              ) : (
                <td key={name} class={look} data-title={title}>
                  {cell(row)}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface PagerProps {
  /** Absent: this is the first page. */
  readonly onFirst?: (() => void) | undefined;
  /** Absent: this is the last page. */
  readonly onNext?: (() => void) | undefined;
  readonly busy?: boolean;
}

/** Below a paged list; cursors lead forwards only. */
export function Pager({ onFirst, onNext, busy = false }: PagerProps) {
  const { texts } = usePortal();
  if (onFirst === undefined && onNext === undefined) return null;
  return (
    <nav class="pager" aria-label={texts.common.pages}>
      {onFirst !== undefined && (
        <Button busy={busy} onClick={onFirst}>
          {texts.common.firstPage}
        </Button>
      )}
      {onNext !== undefined && (
        <Button busy={busy} onClick={onNext}>
          {texts.common.next}
        </Button>
      )}
    </nav>
  );
}
