import { actionsOf, type Statement } from "./synthesis.ts";

/** What a request to AWS asks of a role: `keys` are its `dynamodb:LeadingKeys`. */
export interface Asked {
  readonly keys?: readonly string[] | undefined;
  readonly resource: string;
}

/** What IAM says of identity policies without a deny (IAM User Guide, "Policy evaluation logic"), of one role alone. */
export function isAllowed(statements: readonly Statement[], action: string, { keys = [], resource }: Asked): boolean {
  return statements.some((statement) => {
    if (!actionsOf(statement).includes(action)) return false;
    if (placeOf(JSON.stringify(statement.Resource)) !== placeOf(resource)) return false;
    const patterns = statement.Condition?.["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"];
    return patterns === undefined || keys.every((key) => patterns.some((pattern) => isLike(key, pattern)));
  });
}

/** The name of the table where a resource is no reference in the template. */
export const TABLE = "the table of the stack";

function placeOf(arn: string): string {
  if (/index\/gsi1/.test(arn)) return "index";
  if (/DataTable/.test(arn) && /StreamArn/.test(arn)) return "stream";
  if (/DataTable/.test(arn) || arn.endsWith(`table/${TABLE}`)) return "table";
  return /Logs[0-9A-F]{8}|log-group:own/.test(arn) ? "log" : arn;
}

function isLike(text: string, pattern: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(text);
}
