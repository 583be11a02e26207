import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface LabelledProps {
  readonly label: string;
  readonly hint?: string;
  /** Why the value is refused. */
  readonly problem?: string | null;
}

interface TextFieldProps extends LabelledProps {
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly type?: "text" | "search" | "number" | "url" | "datetime-local";
  readonly min?: string;
  readonly max?: string;
  readonly placeholder?: string;
  readonly required?: boolean;
}

/** The API refuses longer ones. */
const LONGEST_SEARCH = 256;

export function TextField({ label, hint, problem = null, value, onValue, type = "text", ...rest }: TextFieldProps) {
  const id = useId();
  return (
    <Labelled id={id} label={label} hint={hint} problem={problem}>
      <input
        id={id}
        class="input"
        // Each type declares its attributes; a text's are common to all of these.
        type={type as "text"}
        dir="auto"
        autoComplete="off"
        maxLength={type === "search" ? LONGEST_SEARCH : undefined}
        spellcheck={false}
        value={value}
        aria-describedby={`${id}-hint`}
        aria-invalid={problem !== null || undefined}
        onInput={(event) => onValue(event.currentTarget.value)}
        {...rest}
      />
    </Labelled>
  );
}

interface SelectFieldProps<V extends string> extends LabelledProps {
  readonly value: V;
  readonly choices: readonly { readonly value: V; readonly text: string }[];
  readonly onValue: (value: V) => void;
}

export function SelectField<V extends string>({
  label,
  hint,
  problem = null,
  value,
  choices,
  onValue,
}: SelectFieldProps<V>) {
  const id = useId();
  return (
    <Labelled id={id} label={label} hint={hint} problem={problem}>
      <select
        id={id}
        class="input"
        value={value}
        aria-describedby={`${id}-hint`}
        onChange={(event) => {
          const chosen = choices.find((choice) => choice.value === event.currentTarget.value);
          if (chosen !== undefined) onValue(chosen.value);
        }}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.text}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

interface CheckFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly checked: boolean;
  readonly onChecked: (checked: boolean) => void;
}

export function CheckField({ label, hint, checked, onChecked }: CheckFieldProps) {
  const id = useId();
  return (
    <div class="check">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        aria-describedby={`${id}-hint`}
        onChange={(event) => onChecked(event.currentTarget.checked)}
      />
      <label for={id}>{label}</label>
      <p id={`${id}-hint`} class="hint">
        {hint}
      </p>
    </div>
  );
}

interface FormProps {
  readonly look: "stack" | "stack narrow" | "filters" | "search";
  readonly onSubmit: () => void;
  readonly children: ComponentChildren;
}

/** Fields with a button of type submit; Enter in a field presses it. */
export function Form({ look, onSubmit, children }: FormProps) {
  return (
    <form
      class={look}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {children}
    </form>
  );
}

function Labelled({
  id,
  label,
  hint,
  problem,
  children,
}: LabelledProps & { readonly id: string; readonly children: ComponentChildren }) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
      <p id={`${id}-hint`} class={problem ? "hint hint-bad" : "hint"}>
        {problem ?? hint}
      </p>
    </div>
  );
}
