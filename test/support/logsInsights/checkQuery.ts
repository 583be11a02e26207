import type { Column, Command, Expression } from "./readQuery.ts";

/** Fields that Logs Insights adds to every line. */
const OF_EVERY_LINE = ["@timestamp", "@message", "@log", "@logStream", "@ingestionTime"];

/**
 * @param isField whether lines may have the field, written with dots: `cause.name`
 * @returns the query's fields that neither lines have nor an earlier command makes
 */
export function unknownFields(commands: readonly Command[], isField: (name: string) => boolean): string[] {
  const unknown: string[] = [];
  const made = new Set<string>();
  /** After stats only its results are left. */
  let fromLines = true;
  const check = (name: string): void => {
    const known = made.has(name) || (fromLines && (OF_EVERY_LINE.includes(name) || isField(name)));
    if (!known) unknown.push(name);
  };
  const checkColumns = (columns: readonly Column[]): void => {
    for (const { expression } of columns) for (const name of fieldsOf(expression)) check(name);
  };
  for (const command of commands) {
    switch (command.kind) {
      case "fields":
        checkColumns(command.columns);
        for (const { as } of command.columns) made.add(as);
        break;
      case "stats":
        checkColumns([...command.by, ...command.aggregates]);
        made.clear();
        fromLines = false;
        for (const { as } of [...command.by, ...command.aggregates]) made.add(as);
        break;
      case "filter":
        for (const name of fieldsOf(command.condition)) check(name);
        break;
      case "sort":
        for (const { expression } of command.keys) for (const name of fieldsOf(expression)) check(name);
        break;
      case "display":
      case "dedup":
        for (const name of command.names) check(name);
        break;
      case "parse":
        for (const name of fieldsOf(command.field)) check(name);
        for (const name of command.names) made.add(name);
        break;
      case "limit":
        break;
    }
  }
  return unknown;
}

function fieldsOf(expression: Expression): string[] {
  switch (expression.kind) {
    case "field":
      return [expression.name];
    case "call":
      return expression.arguments.flatMap(fieldsOf);
    case "binary":
      return [...fieldsOf(expression.left), ...fieldsOf(expression.right)];
    case "not":
      return fieldsOf(expression.inner);
    case "in":
      return [expression.subject, ...expression.options].flatMap(fieldsOf);
    case "value":
    case "pattern":
    case "duration":
    case "everything":
      return [];
  }
}
