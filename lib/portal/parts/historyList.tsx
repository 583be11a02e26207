import { useState } from "preact/hooks";
import type { PageAnswer } from "../app/api.ts";
import { changeRows } from "../app/changeRows.ts";
import { useDoing } from "../app/doing.ts";
import { useOnce } from "../app/polled.ts";
import { usePortal } from "../app/portalContext.ts";
import { GivenName, TimeText } from "./badge.tsx";
import { Button } from "./button.tsx";
import { GoTo } from "./goTo.tsx";
import { ErrorNotice } from "./notice.tsx";
import { PolledView } from "./polledView.tsx";

type HistoryPage = PageAnswer<"listPersonHistory">;
type HistoryEvent = HistoryPage["events"][number];

export interface HistoryListProps {
  /** Of the user or group: another id is another history. */
  readonly id: string;
  /** @param before `next` of the page before; undefined: the newest page */
  readonly ask: (before: string | undefined, signal: AbortSignal) => Promise<HistoryPage>;
}

/** The history of one user or group, newest first, with the values before and after. */
export function HistoryList({ id, ask }: HistoryListProps) {
  const { texts } = usePortal();
  const first = useOnce((signal) => ask(undefined, signal), [id]);
  return (
    <section class="stack" aria-label={texts.history.title}>
      <h2>{texts.history.title}</h2>
      <PolledView polled={first}>{(page) => <Pages key={id} first={page} ask={ask} />}</PolledView>
    </section>
  );
}

function Pages({ first, ask }: Pick<HistoryListProps, "ask"> & { readonly first: HistoryPage }) {
  const { texts } = usePortal();
  const [older, setOlder] = useState<readonly HistoryPage[]>([]);
  const { busy, error, start } = useDoing();
  const pages = [first, ...older];
  const next = pages.at(-1)?.next ?? null;
  const events = pages.flatMap((page) => page.events);
  if (events.length === 0) return <p class="faint">{texts.history.none}</p>;

  const more = () =>
    start(async (signal) => {
      const page = await ask(next ?? undefined, signal);
      setOlder([...older, page]);
    });
  return (
    <>
      <ol class="history">
        {events.map((event) => (
          <li key={event.id} class="history-event">
            <Change event={event} />
          </li>
        ))}
      </ol>
      {error !== null && <ErrorNotice error={error} />}
      <div tabIndex={-1}>
        {next !== null && (
          <Button busy={busy} onClick={more}>
            {texts.history.older}
          </Button>
        )}
      </div>
    </>
  );
}

function Change({ event }: { readonly event: HistoryEvent }) {
  const { texts, wording } = usePortal();
  const rows = changeRows(event.before, event.after);
  return (
    <>
      <p class="history-head">
        <strong>{kindOf(event)}</strong>
        {event.time !== "" && <TimeText at={event.time} />}
        {event.reference !== "" && (
          <span class="faint">{wording.fill(texts.history.by, { reference: event.reference })}</span>
        )}
      </p>
      {rows.length > 0 && (
        <dl class="changes">
          {rows.map(({ path, before, after }) => (
            <div key={path} class="change">
              <dt>
                <code>{path}</code>
              </dt>
              <dd>
                {event.before !== undefined && <Side label={texts.history.before} value={before} />}
                {event.before === undefined ? (
                  <GivenName>{after ?? ""}</GivenName>
                ) : (
                  <Side label={texts.history.after} value={after} />
                )}
              </dd>
            </div>
          ))}
        </dl>
      )}
      <Members label={texts.history.joined} ids={event.added} />
      <Members label={texts.history.left} ids={event.removed} />
      {event.valuesOmitted === true && <p class="faint">{omittedWords(event)}</p>}
      {event.from !== undefined && <p class="faint">{texts.history.unknownChange}</p>}
    </>
  );

  function omittedWords({ changed = [] }: HistoryEvent): string {
    const names = changed.filter((name) => name !== "*");
    return names.length === 0 ? texts.history.omitted : `${wording.list(names)}: ${texts.history.omitted}`;
  }

  /** The words of `user.created` are named `userCreated`. */
  function kindOf({ type }: HistoryEvent): string {
    const { kinds } = texts.history;
    if (type.startsWith("membership.")) return kinds.members;
    const name = type.replace(/\.\w/, (letter) => letter.slice(1).toUpperCase());
    return new Map<string, string>(Object.entries(kinds)).get(name) ?? kinds.other;
  }
}

function Side({ label, value }: { readonly label: string; readonly value: string | null }) {
  const { texts } = usePortal();
  return (
    <span>
      <span class="side-label">{label}</span>
      {value === null ? <span class="faint">{texts.history.nothing}</span> : <GivenName>{value}</GivenName>}
    </span>
  );
}

/** Member ids: an event keeps no names, and deleted members have none. */
function Members({ label, ids = [] }: { readonly label: string; readonly ids?: readonly string[] | undefined }) {
  if (ids.length === 0) return null;
  return (
    <p>
      {`${label}: `}
      {ids.map((id, index) => (
        <span key={id}>
          {index > 0 && ", "}
          <GoTo to={{ page: id.startsWith("g") ? "groups" : "people", rest: [id] }}>{id}</GoTo>
        </span>
      ))}
    </p>
  );
}
