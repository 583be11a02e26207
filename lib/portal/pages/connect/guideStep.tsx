import type { ComponentChildren } from "preact";
import type { SetupPart, SetupStep } from "../../../guides/guide.ts";
import { usePortal } from "../../app/portalContext.ts";
import { CopyButton, CopyField } from "../../parts/copyField.tsx";
import { GoTo } from "../../parts/goTo.tsx";
import { isTokenValue, type ProsePiece, pageOfCommand, prosePieces } from "./portalGuide.ts";
import { SKETCHED, Sketch } from "./sketch.tsx";

/** Fills in a template's values and translates it. */
export interface GuideWords {
  /** @param template the guide's English */
  say(template: string): string;
  /** A new token; null: it is saved, or another is used. */
  readonly held: string | null;
  /** The number of the step that makes the token. */
  readonly tokenStep: number;
}

interface StepCardProps {
  readonly number: number;
  readonly title: string;
  readonly where?: readonly string[];
  readonly children: ComponentChildren;
}

export function StepCard({ number, title, where = [], children }: StepCardProps) {
  const { texts } = usePortal();
  return (
    <li class="step">
      <span class="step-number" aria-hidden="true">
        {number}
      </span>
      <div class="step-body">
        <h3 id={`step-${number}`}>{title}</h3>
        {where.length > 0 && (
          <p class="step-where">
            <span class="unseen">{`${texts.connect.where}: `}</span>
            {where.map((place, index) => (
              <span key={place} class="step-place">
                {place}
                {index < where.length - 1 && <span class="unseen">{", "}</span>}
              </span>
            ))}
          </p>
        )}
        {children}
      </div>
    </li>
  );
}

interface GuideStepProps {
  readonly idp: string;
  readonly number: number;
  readonly step: SetupStep;
  readonly words: GuideWords;
}

export function GuideStep({ idp, number, step, words }: GuideStepProps) {
  const sketch = SKETCHED.find((one) => one.idp === idp && one.title === step.title)?.sketch;
  return (
    <StepCard number={number} title={words.say(step.title)} where={step.where.map(words.say)}>
      {step.parts.map((part, index) => (
        <GuidePart key={index} part={part} words={words} />
      ))}
      {sketch !== undefined && <Sketch name={sketch} />}
    </StepCard>
  );
}

function GuidePart({ part, words }: { readonly part: SetupPart; readonly words: GuideWords }) {
  const { texts, wording } = usePortal();
  switch (part.kind) {
    case "action":
      return (
        <p class="do">
          <Prose text={words.say(part.text)} />
        </p>
      );
    case "note":
      return (
        <p class="note">
          <Prose text={words.say(part.text)} />
        </p>
      );
    case "fields":
      return (
        <dl class="settings">
          {part.fields.map(({ name, value }) => (
            <div class="setting" key={name}>
              <dt>{words.say(name)}</dt>
              <dd>
                <FieldValue name={name} value={value} words={words} />
              </dd>
            </div>
          ))}
        </dl>
      );
    case "mappings":
      return (
        <dl class="settings">
          {part.mappings.map(({ target, source, remark }) => (
            <div class="setting" key={target}>
              <dt>
                <span class="unseen">{`${texts.connect.target}: `}</span>
                <code translate={false}>{target}</code>
              </dt>
              <dd>
                <span class="unseen">{`${texts.connect.source}: `}</span>
                <code translate={false}>{source}</code>
                {source.includes("(") && (
                  <CopyButton what={wording.fill(texts.connect.expression, { target })} value={source} />
                )}
                {remark !== "" && <p class="hint">{words.say(remark)}</p>}
              </dd>
            </div>
          ))}
        </dl>
      );
    case "json":
      return (
        <div class="template">
          <pre translate={false}>{part.text}</pre>
          <CopyButton what={texts.connect.copyTemplate} value={part.text} />
        </div>
      );
  }
}

function FieldValue({
  name,
  value,
  words,
}: {
  readonly name: string;
  readonly value: string;
  readonly words: GuideWords;
}) {
  const { texts, wording } = usePortal();
  if (isTokenValue(value)) {
    if (words.held === null) return wording.fill(texts.connect.tokenFromStep, { n: words.tokenStep });
    return (
      <span class="row">
        {texts.connect.tokenHeld}
        <CopyButton what={texts.connect.copyToken} value={words.held} />
      </span>
    );
  }
  const said = words.say(value);
  if (value.includes("{tenantUrl}")) return <CopyField label={words.say(name)} value={said} look="unlabelled" />;
  return <b class="console-label">{said}</b>;
}

/** A guide's sentence: emphasizes labels of consoles and links operators' commands to pages. */
function Prose({ text }: { readonly text: string }): ComponentChildren {
  return prosePieces(text).map((piece, index) => <Piece key={index} piece={piece} />);
}

function Piece({ piece }: { readonly piece: ProsePiece }): ComponentChildren {
  const { texts } = usePortal();
  switch (piece.kind) {
    case "text":
      return piece.text;
    case "label":
      return <b class="console-label">{piece.text}</b>;
    case "code":
      return <code translate={false}>{piece.text}</code>;
    case "command": {
      const page = pageOfCommand(piece.text);
      if (page === null) return texts.connect.commandOther;
      return <GoTo to={{ page }}>{texts.connect.doing[page]}</GoTo>;
    }
  }
}
