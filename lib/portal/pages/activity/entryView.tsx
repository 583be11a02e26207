import { idpName } from "../../app/languages.ts";
import { usePortal } from "../../app/portalContext.ts";
import type { Catalogue } from "../../app/remedies.ts";
import { Badge, GivenName, TimeText } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { CopyField } from "../../parts/copyField.tsx";
import { GoTo } from "../../parts/goTo.tsx";
import type { ActivityLine } from "./activityList.ts";
import { leftUndone, OUTCOME_TONES, remedyName, sayEntry, sentenceOf } from "./entryWords.ts";
import { AttributesAtFault, RemedyView } from "./remedyView.tsx";

interface EntryViewProps {
  readonly line: ActivityLine;
  readonly catalogue: Catalogue | null;
  readonly open: boolean;
  readonly onToggle: () => void;
}

/** One request: who, what, outcome; all known details on demand. */
export function EntryView({ line, catalogue, open, onToggle }: EntryViewProps) {
  const { texts, wording } = usePortal();
  const words = texts.activity;
  const reason = line.code === null ? undefined : catalogue?.portalRemedy(remedyName(line.code, line.status))?.title;
  const undone = leftUndone(line, words, wording);
  return (
    <li class="entry">
      <div class="entry-head">
        <Badge tone={OUTCOME_TONES[line.outcome]}>{words.outcomes[line.outcome]}</Badge>
        <div class="entry-words">
          <Sentence line={line} />
          {reason !== undefined && <p class="faint">{reason}</p>}
          {undone !== null && <p class="faint">{undone}</p>}
        </div>
        <span class="entry-time faint">
          <TimeText at={line.at} />
        </span>
        <Button
          look="quiet"
          expanded={open}
          label={wording.fill(words.detailsOf, { what: sayEntry(line, words) })}
          onClick={onToggle}
        >
          {texts.common.details}
        </Button>
      </div>
      {open && <EntryDetails line={line} catalogue={catalogue} />}
    </li>
  );
}

function Sentence({ line }: { readonly line: ActivityLine }) {
  const { text, who, isNamed } = sentenceOf(line, usePortal().texts.activity);
  const [before, after] = text.split("{who}", 2);
  if (after === undefined) return <p>{text}</p>;
  const name = isNamed ? <GivenName>{who}</GivenName> : who;
  const { resourceId } = line;
  const page = resourceId?.startsWith("g") === true ? "groups" : "people";
  return (
    <p>
      {before}
      {resourceId === null ? name : <GoTo to={{ page, rest: [resourceId] }}>{name}</GoTo>}
      {after}
    </p>
  );
}

function EntryDetails({ line, catalogue }: Pick<EntryViewProps, "line" | "catalogue">) {
  const { texts, wording } = usePortal();
  const words = texts.activity;
  const { at, idp, op, status, code, attributes, quirks, operations, ref, tokenId } = line;
  const quirkWords = (quirk: string) => {
    const [, ...attribute] = quirk.split(":");
    const text = catalogue?.quirkText(quirk) ?? quirk;
    return attribute.length === 0 ? text : wording.fill(words.quirkOf, { quirk: text, attribute: attribute.join(":") });
  };
  return (
    <div class="entry-details stack">
      {code !== null && <RemedyView code={remedyName(code, status)} idp={idp} catalogue={catalogue} />}
      <dl class="facts">
        <AttributesAtFault attributes={attributes} />
        {operations !== null && (
          <>
            <dt>{words.operations}</dt>
            <dd>{wording.fill(words.operationsText, { done: operations.done, refused: operations.refused })}</dd>
            {Object.entries(operations.codes).map(([one, count]) => (
              <dd key={one}>
                {wording.fill(words.operationsOf, { n: count })}{" "}
                <GoTo to={{ page: "activity", query: { code: one } }}>
                  {catalogue?.portalRemedy(one)?.title ?? one}
                </GoTo>
              </dd>
            ))}
          </>
        )}
        {quirks.length > 0 && (
          <>
            <dt>{words.quirks}</dt>
            {quirks.map((quirk) => (
              <dd key={quirk}>{quirkWords(quirk)}</dd>
            ))}
          </>
        )}
        <dt>{words.when}</dt>
        <dd>{wording.dateTime(at)}</dd>
        <dt>{words.by}</dt>
        <dd>{idpName(texts, idp)}</dd>
        {tokenId !== null && (
          <>
            <dt>{words.credential}</dt>
            <dd>
              <code>{tokenId}</code>
            </dd>
          </>
        )}
        <dt>{words.request}</dt>
        <dd>{wording.fill(words.requestText, { op, status: `${status}` })}</dd>
      </dl>
      <CopyField label={words.reference} value={ref} />
    </div>
  );
}
