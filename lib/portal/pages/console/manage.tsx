import { useState } from "preact/hooks";
import type { OperatorAnswer } from "../../app/api.ts";
import { type Doing, useDoing } from "../../app/doing.ts";
import { useOperator } from "../../app/operator.ts";
import { type Polled, useOnce } from "../../app/polled.ts";
import { usePortal } from "../../app/portalContext.ts";
import { Badge, TimeText } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { Secret } from "../../parts/copyField.tsx";
import { DataTable } from "../../parts/dataTable.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { CheckField, Form, TextField } from "../../parts/fields.tsx";
import { ErrorNotice } from "../../parts/notice.tsx";
import { PageHead } from "../../parts/pageHead.tsx";
import { PolledView } from "../../parts/polledView.tsx";
import { OrgState } from "./orgs.tsx";

type Org = OperatorAnswer<"getOrg">;
type Sessions = OperatorAnswer<"listPortalSessions">;

export function page() {
  const { texts, org } = usePortal();
  const operator = useOperator();
  const found = useOnce((signal) => operator.ask("getOrg", { org }, { signal }), [org]);
  const sessions = useOnce((signal) => operator.ask("listPortalSessions", { org }, { signal }), [org]);
  return (
    <>
      <PageHead title={texts.nav.manage} intro={texts.manage.intro} />
      <PolledView polled={found}>{(one) => <State org={one} askAgain={found.askAgain} />}</PolledView>
      <Links sessions={sessions} />
    </>
  );
}

function State({ org, askAgain }: { readonly org: Org; readonly askAgain: () => void }) {
  const { texts, wording } = usePortal();
  const operator = useOperator();
  const doing = useDoing();
  const [asking, setAsking] = useState<"pause" | "delete" | null>(null);
  const words = texts.manage;
  const since = org.deletion ?? org.paused;
  const undo = (operation: "resumeOrg" | "restoreOrg") =>
    doing.start(async (signal) => {
      await operator.ask(operation, { org: org.org }, { signal }).finally(askAgain);
    });
  return (
    <section class="stack" aria-label={words.state}>
      <h2>{words.state}</h2>
      <p class="row">
        <OrgState org={org} />
        {since !== null && <span>{wording.fill(words.since, { when: wording.dateTime(since.since) })}</span>}
        {since !== null && <bdi>{since.reason}</bdi>}
      </p>
      {org.deletion?.purging === true && <p>{words.purging}</p>}
      <div class="row">
        {org.paused === null ? (
          <Button onClick={() => setAsking("pause")}>{words.pause}</Button>
        ) : (
          <Button busy={doing.busy} onClick={() => undo("resumeOrg")}>
            {words.resume}
          </Button>
        )}
        {org.deletion === null ? (
          <Button look="danger" onClick={() => setAsking("delete")}>
            {words.delete}
          </Button>
        ) : (
          org.deletion.purging !== true && (
            <Button busy={doing.busy} onClick={() => undo("restoreOrg")}>
              {words.restore}
            </Button>
          )
        )}
      </div>
      {doing.error !== null && <ErrorNotice error={doing.error} ofChange />}
      {asking !== null && (
        <Stop
          what={asking}
          org={org.org}
          // Also after a failure: what was asked for may be done, and only its answer lost.
          onClose={() => {
            setAsking(null);
            askAgain();
          }}
        />
      )}
    </section>
  );
}

interface StopProps {
  readonly what: "pause" | "delete";
  readonly org: string;
  readonly onClose: () => void;
}

function Stop({ what, org, onClose }: StopProps) {
  const words = usePortal().texts.manage;
  const operator = useOperator();
  const doing = useDoing();
  const [reason, setReason] = useState("");
  const [confirm, setConfirm] = useState("");
  const deleting = what === "delete";
  const act = () =>
    doing.start(async (signal) => {
      if (deleting) await operator.ask("deleteOrg", { org }, { body: { reason, confirm }, signal });
      else await operator.ask("pauseOrg", { org }, { body: { reason }, signal });
      onClose();
    });
  return (
    <Dialog
      title={deleting ? words.delete : words.pause}
      onClose={onClose}
      action={{
        text: deleting ? words.delete : words.pause,
        look: deleting ? "danger" : "primary",
        busy: doing.busy,
        onClick: act,
      }}
    >
      <p>{deleting ? words.deleteText : words.pauseText}</p>
      <TextField label={words.reason} hint={words.reasonHint} value={reason} onValue={setReason} required />
      {deleting && <TextField label={words.confirm} hint={org} value={confirm} onValue={setConfirm} required />}
      {doing.error !== null && <ErrorNotice error={doing.error} ofChange />}
    </Dialog>
  );
}

function Links({ sessions }: { readonly sessions: Polled<Sessions> }) {
  const { texts, org } = usePortal();
  const operator = useOperator();
  const doing = useDoing();
  const [actor, setActor] = useState("");
  const [readOnly, setReadOnly] = useState(false);
  const [url, setUrl] = useState<string | null>(null);
  const words = texts.manage;
  const make = () =>
    doing.start(async (signal) => {
      const body = { actor: actor.trim(), access: readOnly ? ("read" as const) : ("manage" as const) };
      const made = await operator.ask("createPortalSession", { org }, { body, signal }).finally(sessions.askAgain);
      setUrl(made.url);
    });
  return (
    <section class="stack" aria-label={words.links}>
      <h2>{words.links}</h2>
      <p class="intro">{words.linksText}</p>
      <Form look="stack narrow" onSubmit={make}>
        <TextField label={words.actor} hint={words.actorHint} value={actor} onValue={setActor} required />
        <CheckField label={words.readOnly} checked={readOnly} onChecked={setReadOnly} />
        <div>
          <Button type="submit" busy={doing.busy}>
            {words.makeLink}
          </Button>
        </div>
      </Form>
      {doing.error !== null && <ErrorNotice error={doing.error} ofChange />}
      {url !== null && <Secret label={words.link} value={url} onSaved={() => setUrl(null)} />}
      <PolledView polled={sessions}>
        {(found) => <SessionTable {...found} doing={doing} again={sessions.askAgain} />}
      </PolledView>
    </section>
  );
}

interface SessionTableProps extends Sessions {
  readonly doing: Doing;
  readonly again: () => void;
}

function SessionTable({ sessions, doing, again }: SessionTableProps) {
  const { texts, org } = usePortal();
  const operator = useOperator();
  const words = texts.manage;
  if (sessions.length === 0) return <p class="faint">{words.noLinks}</p>;
  const revoke = (id: string) =>
    doing.start(async (signal) => {
      await operator.ask("revokePortalSession", { org, sessionId: id }, { signal }).finally(again);
    });
  return (
    <DataTable
      caption={words.links}
      columns={[
        { name: "actor", title: words.actor, cell: (one) => <bdi>{one.actor}</bdi> },
        { name: "kind", title: words.kind, cell: (one) => (one.kind === "link" ? words.kindLink : words.kindSession) },
        {
          name: "state",
          title: words.state,
          cell: ({ status }) => <Badge tone={status === "live" ? "good" : "plain"}>{words.status[status]}</Badge>,
        },
        { name: "ends", title: words.ends, cell: (one) => <TimeText at={one.expiresAt} /> },
        {
          name: "revoke",
          title: words.revoke,
          cell: ({ id, status, actor }) =>
            status === "live" || status === "used" ? (
              <Button look="danger" label={`${words.revoke}: ${actor}`} busy={doing.busy} onClick={() => revoke(id)}>
                {words.revoke}
              </Button>
            ) : null,
        },
      ]}
      rows={sessions}
      rowKey={({ id }) => id}
    />
  );
}
