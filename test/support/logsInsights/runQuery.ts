import { type Column, type Command, type Expression, readQuery } from "./readQuery.ts";

export type Line = Readonly<Record<string, unknown>>;
/** A result row: by column, as Logs Insights shows it. */
export type Row = Readonly<Record<string, Value>>;
type Value = string | number | undefined;
type Lookup = (name: string) => Value;

interface Event {
  /** Computed columns; they win over the line's fields. */
  readonly made: ReadonlyMap<string, Value>;
  readonly line: Line;
}

/** Most rows of a query without a limit. */
const UNLIMITED = 10_000;

/**
 * Runs a query over lines: JSON objects with their time in `ts`.
 * @throws QueryError
 */
export function runQuery(text: string, lines: readonly Line[]): Row[] {
  let events: Event[] = lines.map((line) => ({ line, made: new Map() }));
  let shown: readonly string[] = ["@timestamp", "@message"];
  let limit = UNLIMITED;
  for (const command of readQuery(text)) {
    events = carryOut(command, events);
    if (command.kind === "fields") shown = command.columns.map(({ as }) => as);
    if (command.kind === "stats") shown = [...command.by, ...command.aggregates].map(({ as }) => as);
    if (command.kind === "display") shown = command.names;
    if (command.kind === "limit") limit = command.count;
  }
  return events.slice(0, limit).map((event) => Object.fromEntries(shown.map((name) => [name, lookupOf(event)(name)])));
}

function carryOut(command: Command, events: Event[]): Event[] {
  switch (command.kind) {
    case "fields":
      return events.map((event) => withColumns(event, command.columns, (column) => evaluate(column, lookupOf(event))));
    case "filter":
      return events.filter((event) => isTrue(evaluate(command.condition, lookupOf(event))));
    case "stats":
      return groupsOf(events, command.by).map(({ members, key }) =>
        withColumns({ line: {}, made: key }, command.aggregates, (column) => aggregate(column, members)),
      );
    case "sort":
      return [...events].sort((a, b) => {
        for (const { expression, descending } of command.keys) {
          const order = compare(evaluate(expression, lookupOf(a)), evaluate(expression, lookupOf(b)));
          if (order !== 0) return descending ? -order : order;
        }
        return 0;
      });
    case "dedup":
      return [
        ...new Map(
          events.toReversed().map((event) => [JSON.stringify(command.names.map(lookupOf(event))), event]),
        ).values(),
      ].toReversed();
    case "parse":
      return events.map((event) => {
        const found = command.pattern.exec(String(evaluate(command.field, lookupOf(event)) ?? ""));
        const made = new Map(event.made);
        for (const [index, name] of command.names.entries()) made.set(name, found?.[index + 1]);
        return { ...event, made };
      });
    case "display":
    case "limit":
      return events;
  }
}

function withColumns(event: Event, columns: readonly Column[], made: (expression: Expression) => Value): Event {
  const columnsSoFar = new Map(event.made);
  for (const { expression, as } of columns) columnsSoFar.set(as, made(expression));
  return { ...event, made: columnsSoFar };
}

function groupsOf(events: readonly Event[], by: readonly Column[]): { key: Map<string, Value>; members: Event[] }[] {
  const groups = new Map<string, { key: Map<string, Value>; members: Event[] }>();
  for (const event of events) {
    const key = new Map(by.map(({ expression, as }) => [as, evaluate(expression, lookupOf(event))]));
    const name = JSON.stringify([...key.values()].map((value) => value ?? null));
    const group = groups.get(name) ?? { key, members: [] };
    group.members.push(event);
    groups.set(name, group);
  }
  return [...groups.values()];
}

function lookupOf({ line, made }: Event): Lookup {
  return (name) => {
    if (made.has(name)) return made.get(name);
    if (name === "@timestamp") return Date.parse(String(line.ts ?? ""));
    if (name === "@message") return JSON.stringify(line);
    return flattened(line, name);
  };
}

/** Logs Insights flattens nested values, and shows true and false as 1 and 0. */
function flattened(line: unknown, name: string): Value {
  if (typeof line !== "object" || line === null) return undefined;
  const own = Object.getOwnPropertyDescriptor(line, name)?.value;
  if (typeof own === "string" || typeof own === "number") return own;
  if (typeof own === "boolean") return own ? 1 : 0;
  const dot = name.indexOf(".");
  return dot < 0
    ? undefined
    : flattened(Object.getOwnPropertyDescriptor(line, name.slice(0, dot))?.value, name.slice(dot + 1));
}

function aggregate(expression: Expression, events: readonly Event[]): Value {
  if (expression.kind === "binary") {
    return arithmetic(expression.operator, aggregate(expression.left, events), aggregate(expression.right, events));
  }
  if (expression.kind === "value") return expression.value;
  if (expression.kind !== "call") return undefined;
  const [of, second] = expression.arguments;
  if (of === undefined || of.kind === "everything") return events.length;
  const found = events.map((event) => ({ value: evaluate(of, lookupOf(event)), at: lookupOf(event)("@timestamp") }));
  const present = found.filter(({ value }) => value !== undefined);
  const values = present.map(({ value }) => value);
  const numbers = values
    .map(Number)
    .filter((value) => !Number.isNaN(value))
    .sort((a, b) => a - b);
  const byTime = [...present].sort((a, b) => compare(a.at, b.at));
  const sum = numbers.reduce((total, one) => total + one, 0);
  switch (expression.name) {
    case "count":
      return values.length;
    case "count_distinct":
      return new Set(values).size;
    case "sum":
      return sum;
    case "avg":
      return numbers.length === 0 ? undefined : sum / numbers.length;
    case "min":
      return numbers[0];
    case "max":
      return numbers.at(-1);
    case "pct":
      return numbers[Math.max(0, Math.ceil((percentOf(second) / 100) * numbers.length) - 1)];
    case "latest":
      return byTime.at(-1)?.value;
    case "earliest":
      return byTime[0]?.value;
    default:
      throw new Error(`${expression.name} is read and not carried out`);
  }
}

function percentOf(expression: Expression | undefined): number {
  return expression?.kind === "value" ? Number(expression.value) : Number.NaN;
}

function evaluate(expression: Expression, lookup: Lookup): Value {
  switch (expression.kind) {
    case "field":
      return lookup(expression.name);
    case "value":
      return expression.value;
    case "not":
      return truth(!isTrue(evaluate(expression.inner, lookup)));
    case "in": {
      const subject = evaluate(expression.subject, lookup);
      return truth(expression.options.some((option) => equal(subject, evaluate(option, lookup))));
    }
    case "binary":
      return binary(expression, lookup);
    case "call":
      return call(expression.name, expression.arguments, lookup);
    case "pattern":
    case "duration":
    case "everything":
      throw new Error(`${expression.kind} is no value`);
  }
}

function binary({ operator, left, right }: Extract<Expression, { kind: "binary" }>, lookup: Lookup): Value {
  const first = evaluate(left, lookup);
  switch (operator) {
    case "and":
      return truth(isTrue(first) && isTrue(evaluate(right, lookup)));
    case "or":
      return truth(isTrue(first) || isTrue(evaluate(right, lookup)));
    case "like":
      if (right.kind === "pattern") return truth(first !== undefined && right.pattern.test(String(first)));
      return truth(first !== undefined && String(first).includes(String(evaluate(right, lookup))));
    case "=":
      return truth(equal(first, evaluate(right, lookup)));
    case "!=":
      return truth(!equal(first, evaluate(right, lookup)));
    case "+":
    case "-":
    case "*":
    case "/":
      return arithmetic(operator, first, evaluate(right, lookup));
    default:
      return truth(ordered(operator, first, evaluate(right, lookup)));
  }
}

function call(name: string, given: readonly Expression[], lookup: Lookup): Value {
  const [first, second] = given;
  if (first === undefined) throw new Error(`${name} of nothing`);
  if (name === "bin" && first.kind === "duration") {
    return Math.floor(Number(lookup("@timestamp")) / first.milliseconds) * first.milliseconds;
  }
  if (name === "ispresent") return truth(evaluate(first, lookup) !== undefined);
  if (name === "strcontains" && second !== undefined) {
    return truth(String(evaluate(first, lookup) ?? "").includes(String(evaluate(second, lookup))));
  }
  throw new Error(`${name} is an aggregate, or read and not carried out`);
}

function ordered(operator: string, left: Value, right: Value): boolean {
  if (left === undefined || right === undefined) return false;
  const order = compare(left, right);
  return operator === "<" ? order < 0 : operator === "<=" ? order <= 0 : operator === ">" ? order > 0 : order >= 0;
}

function arithmetic(operator: string, left: Value, right: Value): Value {
  const [a, b] = [Number(left), Number(right)];
  const result = operator === "+" ? a + b : operator === "-" ? a - b : operator === "*" ? a * b : a / b;
  return Number.isFinite(result) ? result : undefined;
}

/** Numbers by size, others as text; missing values first. */
function compare(left: Value, right: Value): number {
  if (left === undefined || right === undefined) return Number(left !== undefined) - Number(right !== undefined);
  const [a, b] = [Number(left), Number(right)];
  if (!Number.isNaN(a) && !Number.isNaN(b)) return a - b;
  return String(left) < String(right) ? -1 : Number(String(left) > String(right));
}

function equal(left: Value, right: Value): boolean {
  return left !== undefined && right !== undefined && String(left) === String(right);
}

function isTrue(value: Value): boolean {
  return value !== undefined && value !== 0 && value !== "";
}

function truth(holds: boolean): number {
  return holds ? 1 : 0;
}
