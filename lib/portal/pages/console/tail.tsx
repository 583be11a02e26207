import { useEffect, useState } from "preact/hooks";
import { useDoing } from "../../app/doing.ts";
import { useOperator } from "../../app/operator.ts";
import { usePortal } from "../../app/portalContext.ts";
import { Badge, type BadgeTone, TimeText } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { DataTable } from "../../parts/dataTable.tsx";
import { CheckField, Form, TextField } from "../../parts/fields.tsx";
import { GoTo } from "../../parts/goTo.tsx";
import { ErrorNotice } from "../../parts/notice.tsx";
import { PageHead } from "../../parts/pageHead.tsx";

/** An item of `tailLines`: the line, and in words who asked for what, and the outcome. */
interface Shown {
  readonly line: Readonly<Record<string, unknown>>;
  readonly who: string;
  readonly asked: string;
  readonly outcome: string;
}

/** Newest first; older ones are dropped. */
const KEPT = 500;

export function page() {
  const { texts, org } = usePortal();
  const operator = useOperator();
  const doing = useDoing();
  const [lines, setLines] = useState<readonly (Shown & { readonly key: number })[]>([]);
  const [status, setStatus] = useState("");
  const [op, setOp] = useState("");
  const [errors, setErrors] = useState(false);
  const words = texts.tail;

  const start = () => {
    setLines([]);
    let number = 0;
    doing.start((signal) =>
      operator.run(
        "tailLines",
        { org },
        { query: { status: said(status), op: said(op), errors: errors ? "true" : undefined }, signal },
        {
          onItem: (item) => {
            const key = number++;
            setLines((before) => [{ ...(item as Shown), key }, ...before].slice(0, KEPT));
          },
        },
      ),
    );
  };
  useEffect(start, []);

  return (
    <>
      <PageHead title={texts.nav.tail} intro={words.intro} />
      <Form look="filters" onSubmit={() => (doing.busy ? doing.stop() : start())}>
        <TextField label={words.status} hint={words.statusHint} value={status} onValue={setStatus} />
        <TextField label={words.op} hint={words.opHint} value={op} onValue={setOp} />
        <CheckField label={words.errors} checked={errors} onChecked={setErrors} />
        <Button type="submit">{doing.busy ? words.stop : words.start}</Button>
      </Form>
      {doing.error !== null && <ErrorNotice error={doing.error} />}
      <p class="faint" role="status">
        {doing.busy ? words.waiting : words.stopped}
      </p>
      {lines.length > 0 && (
        <DataTable
          caption={texts.nav.tail}
          columns={[
            { name: "time", title: words.time, cell: ({ line }) => <TimeText at={textOf(line, "ts")} /> },
            {
              name: "outcome",
              title: words.outcome,
              cell: ({ line, outcome }) => <Badge tone={toneOf(Number(line.status))}>{outcome}</Badge>,
            },
            { name: "who", title: words.who, cell: ({ who }) => <bdi>{who}</bdi> },
            { name: "asked", title: words.asked, cell: ({ asked }) => <bdi>{asked}</bdi> },
            {
              name: "reference",
              title: words.reference,
              cell: ({ line }) => (
                <GoTo to={{ org: null, page: "explain", query: { text: textOf(line, "ref") ?? "" } }}>
                  {textOf(line, "ref") ?? ""}
                </GoTo>
              ),
            },
          ]}
          rows={lines}
          rowKey={({ key }) => `${key}`}
        />
      )}
    </>
  );
}

function said(text: string): string | undefined {
  return text.trim() === "" ? undefined : text.trim();
}

function textOf(line: Shown["line"], name: string): string | null {
  const value = line[name];
  return typeof value === "string" ? value : null;
}

function toneOf(status: number): BadgeTone {
  return status >= 500 ? "bad" : status >= 400 ? "warn" : "good";
}
