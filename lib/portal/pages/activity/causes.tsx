import { useEffect, useState } from "preact/hooks";
import type { PageAnswer } from "../../app/api.ts";
import { usePolled } from "../../app/polled.ts";
import { usePortal } from "../../app/portalContext.ts";
import type { Catalogue } from "../../app/remedies.ts";
import { Badge } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { CopyButton } from "../../parts/copyField.tsx";
import { GoTo } from "../../parts/goTo.tsx";
import { PolledView } from "../../parts/polledView.tsx";
import { remedyName } from "./entryWords.ts";
import { AttributesAtFault, RemedyView, RuleLink } from "./remedyView.tsx";

type Cause = PageAnswer<"listProblems">["problems"][number];

const EVERY = 15_000;

interface CausesProps {
  readonly catalogue: Catalogue | null;
  /** Shows only this one. */
  readonly code: string | undefined;
  /** Reference of the latest unsuccessful request in the list below: a new one reloads the causes. */
  readonly latest: string | undefined;
}

/** Refused requests by cause: what to change, and who is affected. Solved causes on demand. */
export function Causes({ catalogue, code, latest }: CausesProps) {
  const { api, texts, wording, org } = usePortal();
  const words = texts.activity;
  const [withSolved, setWithSolved] = useState(false);
  const polled = usePolled((signal) => api.read("listProblems", { org }, {}, signal), EVERY, [org]);
  useEffect(() => {
    if (latest !== undefined) polled.askAgain();
  }, [latest]);
  return (
    <section class="stack" aria-labelledby="causes">
      <h2 id="causes">{words.causes}</h2>
      <PolledView polled={polled} lines={3}>
        {({ problems, complete }) => {
          const fitting = problems.filter((one) => code === undefined || one.code === code);
          const unsolved = fitting.filter(({ solved }) => !solved);
          const solved = fitting.filter((one) => one.solved);
          const shown = withSolved || code !== undefined ? [...unsolved, ...solved] : unsolved;
          return (
            <>
              {fitting.length === 0 && <p class="faint">{words.causesNone}</p>}
              {!complete && <p class="faint">{words.incomplete}</p>}
              {shown.map((cause) => (
                <CauseCard
                  key={`${cause.code} ${cause.idp}`}
                  cause={cause}
                  catalogue={catalogue}
                  listed={code !== undefined}
                />
              ))}
              {solved.length > 0 && code === undefined && (
                <div class="row">
                  <Button look="quiet" expanded={withSolved} onClick={() => setWithSolved(!withSolved)}>
                    {wording.counted(solved.length, words.causesSolved)}
                  </Button>
                </div>
              )}
            </>
          );
        }}
      </PolledView>
    </section>
  );
}

interface CauseCardProps {
  readonly cause: Cause;
  readonly catalogue: Catalogue | null;
  /** The list below shows its requests. */
  readonly listed: boolean;
}

function CauseCard({ cause, catalogue, listed }: CauseCardProps) {
  const { texts, wording, now } = usePortal();
  const words = texts.activity;
  const [open, setOpen] = useState(false);
  const { code, status, solved, people, groups, requests, first, last, idp, rule, attributes, refs, resourceIds } =
    cause;
  const named = remedyName(code, status);
  const remedy = catalogue?.portalRemedy(named);
  const title = remedy?.title ?? code;
  const who = [
    ...(people > 0 ? [wording.counted(people, words.people)] : []),
    ...(groups > 0 ? [wording.counted(groups, words.groups)] : []),
  ];
  const since = wording.fill(words.since, {
    times: wording.counted(requests, words.times),
    first: wording.relative(first, now()),
    last: wording.relative(last, now()),
  });
  return (
    <article class="panel" aria-label={title}>
      <div class="panel-head">
        <h3>{title}</h3>
        <Badge tone={solved ? "good" : "bad"}>{solved ? words.solved : words.unsolved}</Badge>
      </div>
      <p>
        {who.length > 0 && <strong>{wording.fill(words.affects, { who: wording.list(who) })}</strong>}{" "}
        <span class="faint">{since}</span>
      </p>
      <RemedyView code={named} idp={idp} catalogue={catalogue} />
      {rule !== null && remedy?.rule === undefined && <RuleLink rule={rule} />}
      <div class="row">
        {!listed && <GoTo to={{ page: "activity", query: { code } }}>{words.showThese}</GoTo>}
        <Button
          look="quiet"
          expanded={open}
          label={wording.fill(words.detailsOf, { what: title })}
          onClick={() => setOpen(!open)}
        >
          {texts.common.details}
        </Button>
      </div>
      {open && (
        <dl class="facts">
          <AttributesAtFault attributes={attributes} />
          {resourceIds.length > 0 && (
            <>
              <dt>{words.affected}</dt>
              {resourceIds.map((id) => (
                <dd key={id}>
                  <GoTo to={{ page: id.startsWith("g") ? "groups" : "people", rest: [id] }}>
                    {wording.fill(id.startsWith("g") ? words.aGroupOf : words.aPerson, { id })}
                  </GoTo>
                </dd>
              ))}
            </>
          )}
          <dt>{words.references}</dt>
          <dd class="row">
            <code>{refs.join(", ")}</code>
            <CopyButton what={words.references} value={[code, ...refs].join(" ")} />
          </dd>
        </dl>
      )}
    </article>
  );
}
