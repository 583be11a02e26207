import { useState } from "preact/hooks";
import { usePortal } from "../../app/portalContext.ts";
import { Badge, GivenName, TimeText } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { DataTable, type TableColumn } from "../../parts/dataTable.tsx";
import { type CredentialLine, isLiveLine, isSoon, nameOfLine } from "./credentialWords.ts";

interface CredentialTableProps<T extends CredentialLine> {
  readonly caption: string;
  readonly lines: readonly T[];
  /** Ids of credentials with a successor. */
  readonly ending: ReadonlySet<string>;
  /** Absent: changes are not allowed. */
  readonly onRevoke: ((line: T) => void) | undefined;
}

/** Valid credentials; ended ones on demand. */
export function CredentialTable<T extends CredentialLine>({
  caption,
  lines,
  ending,
  onRevoke,
}: CredentialTableProps<T>) {
  const { texts, wording, now } = usePortal();
  const words = texts.credentials;
  const [all, setAll] = useState(false);
  const live = lines.filter(isLiveLine);
  const over = lines.length - live.length;
  const columns: TableColumn<T>[] = [
    { name: "description", title: words.description, cell: (line) => <GivenName>{nameOfLine(line, words)}</GivenName> },
    { name: "status", title: words.status, cell: (line) => <StateBadge line={line} ending={ending.has(line.id)} /> },
    {
      name: "made",
      title: words.made,
      cell: ({ createdAt, createdBy }) => (
        <span>
          <TimeText at={createdAt} /> <bdi class="faint">{wording.fill(words.madeBy, { actor: createdBy })}</bdi>
        </span>
      ),
    },
    { name: "used", title: words.lastUsed, cell: ({ lastUsedAt }) => <TimeText at={lastUsedAt} /> },
    {
      name: "expires",
      title: words.expires,
      cell: ({ expiresAt }) => {
        if (expiresAt === null) return words.expiresNever;
        return isSoon(expiresAt, now()) ? <TimeText at={expiresAt} /> : wording.date(expiresAt);
      },
    },
  ];
  if (onRevoke !== undefined) {
    columns.push({
      name: "actions",
      title: words.actions,
      cell: (line) =>
        isLiveLine(line) && (
          <Button
            look="danger"
            label={wording.fill(words.revokeOf, { name: nameOfLine(line, words) })}
            onClick={() => onRevoke(line)}
          >
            {words.revoke}
          </Button>
        ),
    });
  }
  const shown = all ? lines : live;
  return (
    <div tabIndex={-1} class="stack">
      {shown.length > 0 && <DataTable caption={caption} columns={columns} rows={shown} rowKey={({ id }) => id} />}
      {over > 0 && (
        <div class="row">
          <Button look="quiet" expanded={all} onClick={() => setAll(!all)}>
            {wording.counted(over, words.over)}
          </Button>
        </div>
      )}
    </div>
  );
}

function StateBadge({ line: { status }, ending }: { readonly line: CredentialLine; readonly ending: boolean }) {
  const { state } = usePortal().texts.credentials;
  if (status !== "live") return <Badge tone="plain">{state[status]}</Badge>;
  return ending ? <Badge tone="info">{state.ending}</Badge> : <Badge tone="good">{state.live}</Badge>;
}
