import { useEffect, useState } from "preact/hooks";
import type { OperatorAnswer } from "../../app/api.ts";
import { useDoing } from "../../app/doing.ts";
import { useOperator } from "../../app/operator.ts";
import { usePortal } from "../../app/portalContext.ts";
import { TimeText } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { DataTable } from "../../parts/dataTable.tsx";
import { GoTo } from "../../parts/goTo.tsx";
import { ErrorNotice, Notice } from "../../parts/notice.tsx";
import { PageHead } from "../../parts/pageHead.tsx";

export function page() {
  const { texts, wording } = usePortal();
  const operator = useOperator();
  const doing = useDoing();
  const [note, setNote] = useState("");
  const [open, setOpen] = useState<OperatorAnswer<"listJobs"> | null>(null);
  const [worked, setWorked] = useState<OperatorAnswer<"retryJobs"> | null>(null);
  const words = texts.jobs;
  const watcher = { onNote: setNote };
  const look = async (signal: AbortSignal) =>
    setOpen((await operator.run("listJobs", {}, { signal }, watcher)) ?? null);
  const retry = async (signal: AbortSignal) => {
    setWorked((await operator.run("retryJobs", {}, { signal }, watcher)) ?? null);
    await look(signal);
  };
  useEffect(() => doing.start(look), []);
  const letters = open?.deadLetters.flatMap(({ queue, shown }) => shown.map((letter) => ({ ...letter, queue }))) ?? [];
  return (
    <>
      <PageHead title={texts.nav.jobs} intro={words.intro}>
        <span class="row">
          <Button busy={doing.busy} onClick={() => doing.start(look)}>
            {words.again}
          </Button>
          <Button look="primary" busy={doing.busy} onClick={() => doing.start(retry)}>
            {words.retry}
          </Button>
        </span>
      </PageHead>
      <p class="faint" role="status">
        {doing.busy && note}
      </p>
      {doing.error !== null && <ErrorNotice error={doing.error} />}
      {worked !== null && <WorkedOff worked={worked} />}
      {open !== null && (
        <section class="stack" aria-label={texts.nav.jobs}>
          <p class="faint">{wording.counted(open.lookedAt, words.lookedAt)}</p>
          {open.orgs.length === 0 ? (
            <p>{words.none}</p>
          ) : (
            <DataTable
              caption={texts.nav.jobs}
              columns={[
                { name: "org", title: words.org, cell: ({ org }) => <GoTo to={{ org, page: "manage" }}>{org}</GoTo> },
                {
                  name: "deletions",
                  title: words.deletions,
                  align: "end",
                  cell: (one) => wording.number(one.deletions),
                },
                { name: "unswept", title: words.unswept, align: "end", cell: (one) => wording.number(one.unswept) },
                { name: "begun", title: words.begun, align: "end", cell: (one) => wording.number(one.begun) },
                { name: "oldest", title: words.oldest, cell: ({ oldest }) => <TimeText at={oldest} /> },
              ]}
              rows={open.orgs}
              rowKey={({ orgId }) => orgId}
            />
          )}
          <h2>{words.letters}</h2>
          {letters.length === 0 ? (
            <p>{words.noLetters}</p>
          ) : (
            <DataTable
              caption={words.letters}
              columns={[
                { name: "says", title: words.says, cell: ({ says }) => says },
                { name: "queue", title: words.queue, cell: ({ queue }) => queue },
              ]}
              rows={letters}
              rowKey={({ id, queue }) => `${queue} ${id}`}
            />
          )}
        </section>
      )}
    </>
  );
}

function WorkedOff({ worked }: { readonly worked: OperatorAnswer<"retryJobs"> }) {
  const { texts, wording } = usePortal();
  const words = texts.jobs;
  return (
    <Notice
      tone={worked.orgs.some(({ problem }) => problem !== null) ? "warn" : "good"}
      title={wording.counted(worked.orgs.length, words.retried)}
    >
      <ul>
        {worked.orgs.map(({ id, org, done, left, problem }) => (
          <li key={id}>
            {`${org}: ${words.done} ${wording.number(done)}, ${words.left} ${wording.number(left.length)}`}
            {problem !== null && ` (${words.problem}: ${problem})`}
          </li>
        ))}
        {worked.letters.map(({ id, says, outcome, because }) => (
          <li key={id}>{`${says}: ${outcome === "removed" ? words.removed : words.stays}. ${because}`}</li>
        ))}
      </ul>
      {worked.more && <p>{words.more}</p>}
    </Notice>
  );
}
