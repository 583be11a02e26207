import { useState } from "preact/hooks";
import type { OperatorAnswer } from "../../app/api.ts";
import { useDoing } from "../../app/doing.ts";
import { useOperator } from "../../app/operator.ts";
import { usePortal } from "../../app/portalContext.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { CheckField, TextField } from "../../parts/fields.tsx";
import { ErrorNotice, Notice } from "../../parts/notice.tsx";
import { PageHead } from "../../parts/pageHead.tsx";

type Report = OperatorAnswer<"checkData">;

export function page() {
  const { texts, org } = usePortal();
  const operator = useOperator();
  const doing = useDoing();
  const [index, setIndex] = useState(false);
  const [events, setEvents] = useState(false);
  const [note, setNote] = useState("");
  const [report, setReport] = useState<Report | null>(null);
  const [asking, setAsking] = useState(false);
  const [confirm, setConfirm] = useState("");
  const words = texts.fsck;
  const check = (repair: { readonly repair?: true; readonly confirm?: string }) => {
    setReport(null);
    setAsking(false);
    setNote("");
    doing.start(async (signal) => {
      const body = { index, events, ...repair };
      setReport((await operator.run("checkData", { org }, { body, signal }, { onNote: setNote })) ?? null);
    });
  };
  return (
    <>
      <PageHead title={texts.nav.fsck} intro={words.intro} />
      <section class="stack narrow" aria-label={texts.nav.fsck}>
        <CheckField label={words.index} checked={index} onChecked={setIndex} />
        <CheckField label={words.events} checked={events} onChecked={setEvents} />
        <div class="row">
          <Button look="primary" busy={doing.busy} onClick={() => check({})}>
            {words.start}
          </Button>
          <Button busy={doing.busy} onClick={() => setAsking(true)}>
            {words.repair}
          </Button>
          {doing.busy && <Button onClick={doing.stop}>{words.stop}</Button>}
        </div>
      </section>
      <p class="faint" role="status">
        {doing.busy && note}
      </p>
      {doing.error !== null && <ErrorNotice error={doing.error} />}
      {report !== null && <Result report={report} />}
      {asking && (
        <Dialog
          title={words.repair}
          onClose={() => setAsking(false)}
          action={{ text: words.repair, look: "danger", onClick: () => check({ repair: true, confirm }) }}
        >
          <p>{words.repairText}</p>
          <TextField label={texts.manage.confirm} hint={org} value={confirm} onValue={setConfirm} required />
        </Dialog>
      )}
    </>
  );
}

function Result({ report }: { readonly report: Report }) {
  const { texts, wording } = usePortal();
  const words = texts.fsck;
  const { broken, findings, unsettled, examined, cost } = report;
  return (
    <Notice
      tone={broken === 0 ? "good" : "bad"}
      title={findings.length === 0 ? words.good : wording.counted(findings.length, words.broken)}
      urgent
    >
      <p>{`${wording.counted(examined, words.examined)} ${wording.fill(words.cost, cost)}`}</p>
      {unsettled.length > 0 && <p>{wording.fill(words.unsettled, { ids: unsettled.join(", ") })}</p>}
      {findings.length > 0 && <pre class="lines">{findings.map((finding) => JSON.stringify(finding)).join("\n")}</pre>}
    </Notice>
  );
}
