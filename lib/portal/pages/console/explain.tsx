import { useEffect, useId, useState } from "preact/hooks";
import type { OperatorAnswer } from "../../app/api.ts";
import { useDoing } from "../../app/doing.ts";
import { useOperator } from "../../app/operator.ts";
import { usePortal } from "../../app/portalContext.ts";
import { Button } from "../../parts/button.tsx";
import { Form, TextField } from "../../parts/fields.tsx";
import { ErrorNotice, Notice } from "../../parts/notice.tsx";
import { PageHead } from "../../parts/pageHead.tsx";

type Answer = OperatorAnswer<"explainError">;

export function page() {
  const { texts, wording, route } = usePortal();
  const operator = useOperator();
  const doing = useDoing();
  const id = useId();
  const [text, setText] = useState(route.query.get("text") ?? "");
  const [since, setSince] = useState("14d");
  const [answer, setAnswer] = useState<Answer | null>(null);
  const words = texts.explain;
  const explain = () => {
    setAnswer(null);
    doing.start(async (signal) => {
      const found = await operator.run("explainError", {}, { body: { text, since }, signal }, {});
      setAnswer(found ?? null);
    });
  };
  useEffect(() => {
    if (text !== "") explain();
  }, []);
  return (
    <>
      <PageHead title={texts.nav.explain} intro={words.intro} />
      <Form look="stack" onSubmit={explain}>
        <div class="field">
          <label for={id}>{words.text}</label>
          <textarea
            id={id}
            class="input mono"
            rows={6}
            spellcheck={false}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </div>
        <div class="narrow">
          <TextField label={words.since} hint={words.sinceHint} value={since} onValue={setSince} />
        </div>
        <div>
          <Button type="submit" look="primary" busy={doing.busy}>
            {words.start}
          </Button>
        </div>
      </Form>
      {doing.error !== null && <ErrorNotice error={doing.error} />}
      <div class="stack" aria-live="polite">
        {answer?.found.map(({ reference, sections }) => (
          <section class="stack panel" key={reference} aria-label={wording.fill(words.reference, { reference })}>
            <h2>{wording.fill(words.reference, { reference })}</h2>
            {sections.map(({ title, lines }) => (
              <div key={title}>
                <h3>{title}</h3>
                <pre class="lines">{lines.join("\n")}</pre>
              </div>
            ))}
          </section>
        ))}
        {answer?.missing.map((sentence) => (
          <Notice key={sentence} tone="warn" title={sentence} />
        ))}
        {answer !== null && answer.rest.length > 0 && (
          <p>{wording.fill(words.rest, { refs: answer.rest.join(", ") })}</p>
        )}
      </div>
    </>
  );
}
