import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useDoing } from "../../app/doing.ts";
import { usePortal } from "../../app/portalContext.ts";
import { Button } from "../../parts/button.tsx";
import { Form, TextField } from "../../parts/fields.tsx";
import { ErrorNotice } from "../../parts/notice.tsx";
import { effectOf, presetValue, type RuleKey, type RuleValue, readWhole, ruleChoices } from "./ruleWords.ts";

interface RuleCardProps {
  readonly rule: RuleKey;
  readonly value: RuleValue;
  readonly preset: string;
  /** Whether the session may change it. */
  readonly changeable: boolean;
  /** The address names it: scroll to it. */
  readonly marked: boolean;
  readonly onChanged: () => void;
}

/** One rule: its effect, and the form that changes it. */
export function RuleCard({ rule, value, preset, changeable, marked, onChanged }: RuleCardProps) {
  const { api, texts, wording, org, announce } = usePortal();
  const [editing, setEditing] = useState(false);
  const doing = useDoing();
  const heading = useRef<HTMLHeadingElement>(null);
  const name = useId();
  const byDefault = presetValue(preset, rule);
  const effect = (of: RuleValue) => effectOf(texts.settings.rules, wording, rule, of);

  useEffect(() => {
    if (!marked) return;
    heading.current?.scrollIntoView({ block: "center" });
    heading.current?.focus({ preventScroll: true });
  }, [marked]);

  const save = (to: RuleValue | null) =>
    doing.start(async () => {
      const { rules } = await api.change("changeOwnRules", { org }, { rules: { [rule]: to } }).finally(onChanged);
      setEditing(false);
      heading.current?.focus();
      const now = new Map(Object.entries(rules)).get(rule);
      if (typeof now !== "object") announce(wording.fill(texts.settings.saved, { effect: effect(now ?? value) }));
    });

  return (
    <section class={marked ? "panel panel-marked" : "panel"} aria-labelledby={name}>
      <div class="panel-head">
        <h3 id={name} ref={heading} tabIndex={-1}>
          {texts.settings.rules[rule].title}
        </h3>
        {changeable && !editing && (
          <Button
            label={wording.fill(texts.settings.changeOf, { rule: texts.settings.rules[rule].title })}
            onClick={() => setEditing(true)}
          >
            {texts.settings.change}
          </Button>
        )}
      </div>
      <p>{effect(value)}</p>
      {byDefault !== undefined && byDefault !== value && (
        <p class="faint">{wording.fill(texts.settings.default, { effect: effect(byDefault) })}</p>
      )}
      {editing && doing.error !== null && <ErrorNotice error={doing.error} ofChange />}
      {editing && (
        <RuleForm
          rule={rule}
          value={value}
          busy={doing.busy}
          effect={effect}
          onSave={save}
          onDefault={byDefault === undefined || byDefault === value ? undefined : () => save(null)}
          onCancel={() => {
            setEditing(false);
            heading.current?.focus();
          }}
        />
      )}
    </section>
  );
}

interface RuleFormProps extends Pick<RuleCardProps, "rule" | "value"> {
  readonly busy: boolean;
  readonly effect: (value: RuleValue) => string;
  readonly onSave: (value: RuleValue) => void;
  readonly onDefault: (() => void) | undefined;
  readonly onCancel: () => void;
}

function RuleForm({ rule, value, busy, effect, onSave, onDefault, onCancel }: RuleFormProps) {
  const { texts, wording } = usePortal();
  const allowed = ruleChoices(rule);
  const [chosen, setChosen] = useState(value);
  const [typed, setTyped] = useState(`${value}`);
  const group = useId();
  const fields = useRef<HTMLFieldSetElement>(null);
  useEffect(() => fields.current?.querySelector<HTMLInputElement>("input:checked, input[type=number]")?.focus(), []);
  const next = "least" in allowed ? readWhole(typed, allowed) : chosen;
  const submit = () => {
    if (next !== null && !busy) onSave(next);
  };
  return (
    <Form look="stack" onSubmit={submit}>
      <fieldset class="choices" ref={fields}>
        <legend>{texts.settings.value}</legend>
        {"least" in allowed ? (
          <>
            <TextField
              label={texts.settings.characters}
              type="number"
              value={typed}
              onValue={setTyped}
              problem={next === null ? wording.fill(texts.settings.charactersProblem, allowed) : null}
            />
            {next !== null && next !== value && (
              <p>{wording.fill(texts.settings.afterwards, { effect: effect(next) })}</p>
            )}
          </>
        ) : (
          allowed.map((one, index) => (
            <div class="check" key={`${one}`}>
              <input
                id={`${group}-${index}`}
                type="radio"
                name={group}
                checked={one === chosen}
                onChange={() => setChosen(one)}
              />
              <label for={`${group}-${index}`}>{effect(one)}</label>
            </div>
          ))
        )}
      </fieldset>
      <div class="row">
        <Button type="submit" look="primary" busy={busy}>
          {texts.settings.save}
        </Button>
        {onDefault !== undefined && (
          <Button busy={busy} onClick={onDefault}>
            {texts.settings.backToDefault}
          </Button>
        )}
        <Button look="quiet" onClick={onCancel}>
          {texts.common.cancel}
        </Button>
      </div>
    </Form>
  );
}
