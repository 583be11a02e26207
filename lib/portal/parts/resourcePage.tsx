import type { ComponentChildren } from "preact";
import { attributeRows } from "../app/attributeRows.ts";
import type { Polled } from "../app/polled.ts";
import { usePortal } from "../app/portalContext.ts";
import { GivenName } from "./badge.tsx";
import { DataTable } from "./dataTable.tsx";
import { GoTo } from "./goTo.tsx";
import { HistoryList, type HistoryListProps } from "./historyList.tsx";
import { PageHead } from "./pageHead.tsx";
import { PolledView } from "./polledView.tsx";

interface ResourceHead {
  readonly title: string;
  readonly intro: string;
  readonly badge?: ComponentChildren;
}

interface ResourcePageProps<T> {
  readonly page: "people" | "groups";
  readonly id: string;
  readonly polled: Polled<T>;
  readonly head: (detail: T) => ResourceHead;
  /** What people and groups do not have in common. */
  readonly parts: (detail: T) => ComponentChildren;
  readonly history: HistoryListProps["ask"];
}

/** One person or group: what it is, what the identity provider sent, and its history. */
export function ResourcePage<T extends { readonly attributes: Readonly<Record<string, unknown>> }>({
  page,
  id,
  polled,
  head,
  parts,
  history,
}: ResourcePageProps<T>) {
  const { texts } = usePortal();
  const words = texts[page];
  const above = <GoTo to={{ page }}>{words.back}</GoTo>;
  const shown = polled.data === null ? null : head(polled.data);
  // One heading from the start, so that it keeps the focus from a navigation.
  return (
    <>
      {polled.error?.status === 404 ? (
        <PageHead title={words.goneTitle} intro={words.goneText} above={above} />
      ) : (
        <>
          <PageHead title={shown?.title ?? texts.nav[page]} intro={shown?.intro} above={above}>
            {shown?.badge}
          </PageHead>
          <PolledView polled={polled} lines={8}>
            {(detail) => (
              <>
                {parts(detail)}
                <ReceivedAttributes resource={detail.attributes} />
              </>
            )}
          </PolledView>
        </>
      )}
      <p>
        <GoTo to={{ page: "activity", query: { id } }}>{words.activity}</GoTo>
      </p>
      <HistoryList id={id} ask={history} />
    </>
  );
}

/** A resource as the identity provider sent it, value by value. */
function ReceivedAttributes({ resource }: { readonly resource: Readonly<Record<string, unknown>> }) {
  const { texts } = usePortal();
  const rows = attributeRows(resource).map((row, index) => ({ ...row, key: `${index}` }));
  return (
    <section class="stack" aria-label={texts.people.attributesTitle}>
      <h2>{texts.people.attributesTitle}</h2>
      <p class="intro">{texts.people.attributesText}</p>
      <DataTable
        caption={texts.people.attributesTitle}
        columns={[
          { name: "path", title: texts.people.attribute, cell: ({ path }) => <code>{path}</code> },
          { name: "value", title: texts.people.value, cell: ({ value }) => <GivenName>{value}</GivenName> },
        ]}
        rows={rows}
        rowKey={({ key }) => key}
      />
    </section>
  );
}
