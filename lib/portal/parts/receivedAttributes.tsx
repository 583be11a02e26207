import { attributeRows } from "../app/attributeRows.ts";
import { usePortal } from "../app/portalContext.ts";
import { GivenName } from "./badge.tsx";
import { DataTable } from "./dataTable.tsx";

/** A resource as the identity provider sent it, value by value. */
export function ReceivedAttributes({ resource }: { readonly resource: Readonly<Record<string, unknown>> }) {
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
