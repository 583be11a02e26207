import { useEffect, useId, useState } from "preact/hooks";
import { usePortal } from "../../app/portalContext.ts";
import type { Catalogue } from "../../app/remedies.ts";
import { Button } from "../../parts/button.tsx";
import { Form, SelectField, TextField } from "../../parts/fields.tsx";
import { GoTo } from "../../parts/goTo.tsx";
import { type ActivityFilter, CENTURY, fromLocalInput, isFiltered, OUTCOMES, toLocalInput } from "./activityQuery.ts";

interface FilterFormProps {
  readonly filter: ActivityFilter;
  readonly catalogue: Catalogue | null;
  /** Of a person or group; undefined: all. */
  readonly onName: (name: string | undefined) => void;
}

/** The filter. The address keeps everything after the #, except the name. */
export function FilterForm({ filter, catalogue, onName }: FilterFormProps) {
  const { texts, wording, go } = usePortal();
  const words = texts.activity;
  const heading = useId();
  const [name, setName] = useState("");
  const [outcome, setOutcome] = useState("");
  const [resource, setResource] = useState("");
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  useEffect(() => {
    setName(filter.name ?? "");
    setOutcome(filter.outcome ?? "");
    setResource(filter.resource ?? "");
    setFrom(toLocalInput(filter.from));
    setTo(toLocalInput(filter.to));
  }, [JSON.stringify(filter)]);
  const show = () => {
    onName(name.trim() === "" ? undefined : name.trim());
    const wanted = { outcome, resource, from: fromLocalInput(from), to: fromLocalInput(to) };
    const given = Object.entries(wanted).filter(([, value]) => value !== undefined && value !== "");
    const { code, id } = filter;
    go({ page: "activity", query: { code, id, ...Object.fromEntries(given) } });
  };
  const showAll = () => {
    onName(undefined);
    go({ page: "activity" });
  };
  const reason = filter.code === undefined ? "" : (catalogue?.portalRemedy(filter.code)?.title ?? filter.code);
  return (
    <search aria-labelledby={heading}>
      <Form look="filters" onSubmit={show}>
        <h3 id={heading} class="unseen">
          {words.filter}
        </h3>
        <TextField label={words.name} hint={words.nameHint} type="search" value={name} onValue={setName} />
        <SelectField
          label={words.outcome}
          value={outcome}
          choices={[
            { value: "", text: words.anyOutcome },
            ...OUTCOMES.map((one) => ({ value: one, text: words.outcomes[one] })),
          ]}
          onValue={setOutcome}
        />
        <SelectField
          label={words.kind}
          value={resource}
          choices={[
            { value: "", text: words.anyKind },
            { value: "user", text: words.users },
            { value: "group", text: words.groupsKind },
          ]}
          onValue={setResource}
        />
        <TextField label={words.from} type="datetime-local" {...CENTURY} value={from} onValue={setFrom} />
        <TextField label={words.to} type="datetime-local" {...CENTURY} value={to} onValue={setTo} />
        <div class="row filters-end">
          <Button type="submit" look="primary">
            {words.show}
          </Button>
          {isFiltered(filter) && <Button onClick={showAll}>{words.showAll}</Button>}
        </div>
        {filter.code !== undefined && <p class="filters-only">{wording.fill(words.onlyCode, { reason })}</p>}
        {filter.id !== undefined && <OnlyAbout id={filter.id} />}
      </Form>
    </search>
  );
}

function OnlyAbout({ id }: { readonly id: string }) {
  const words = usePortal().texts.activity;
  const isGroup = id.startsWith("g");
  return (
    <p class="filters-only">
      <GoTo to={{ page: isGroup ? "groups" : "people", rest: [id] }}>
        {isGroup ? words.onlyGroup : words.onlyPerson}
      </GoTo>
    </p>
  );
}
