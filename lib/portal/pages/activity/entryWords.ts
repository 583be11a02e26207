import type { Wording } from "../../app/wording.ts";
import type { PortalTexts } from "../../texts/en.ts";
import type { ActivityLine } from "./activityList.ts";

type ActivityTexts = PortalTexts["activity"];

export const OUTCOME_TONES = {
  done: "good",
  partly: "warn",
  refused: "bad",
  failed: "bad",
} as const satisfies Record<ActivityLine["outcome"], string>;

/** A sentence about a request; `{who}` stands for the person or group. */
interface EntrySentence {
  readonly text: string;
  readonly who: string;
  /** Whether `who` is a given name instead of our own word. */
  readonly isNamed: boolean;
}

/** "{who} could not be created". */
export function sentenceOf(line: ActivityLine, texts: ActivityTexts): EntrySentence {
  const kind = line.op.startsWith("groups.") || line.resource === "group" ? "group" : "user";
  const who = line.name ?? (kind === "group" ? texts.aGroup : texts.aUser);
  return { text: textOf(line, texts), who, isNamed: line.name !== null };
}

/** The same as one text. */
export function sayEntry(line: ActivityLine, texts: ActivityTexts): string {
  const { text, who } = sentenceOf(line, texts);
  return text.replace("{who}", () => who);
}

/**
 * The undone part of a partly successful request: skipped members, or a bulk request's refused operations. Null: all was done,
 * or nothing.
 */
export function leftUndone(line: ActivityLine, texts: ActivityTexts, wording: Wording): string | null {
  const { operations, skippedMembers } = line;
  if (operations !== null && operations.refused > 0) {
    const n = operations.done + operations.refused;
    return wording.fill(texts.operationsRefused, { refused: operations.refused, n });
  }
  return skippedMembers > 0 ? wording.counted(skippedMembers, texts.leftOut) : null;
}

/**
 * The catalogue's name for a code: skipped members have the code with which a stricter organization refuses them. @param status
 * of the answer
 */
export function remedyName(code: string, status: number): string {
  return status < 400 && code === "value.unknownMembers" ? "skippedMembers" : code;
}

const ACTIONS = {
  create: "create",
  replace: "change",
  patch: "change",
  members: "members",
  delete: "delete",
  read: "read",
  list: "list",
  filter: "list",
  search: "list",
} as const;

function textOf({ op, status, outcome, changed }: ActivityLine, texts: ActivityTexts): string {
  const not = outcome === "refused" || outcome === "failed";
  if (status === 401) return texts.signInNot;
  const [resource = "", name = ""] = op.split(".");
  if (resource === "bulk") return not ? texts.bulkNot : texts.bulk;
  if (resource === "oauth") return not ? texts.signInNot : texts.token;
  const action = new Map<string, string>(Object.entries(ACTIONS)).get(name);
  const sentences = resource === "users" ? texts.user : resource === "groups" ? texts.group : undefined;
  const same = !not && changed === false && (action === "change" || action === "members");
  const found = new Map<string, string>(Object.entries(sentences ?? {})).get(
    same ? "same" : `${action}${not ? "Not" : ""}`,
  );
  return found ?? (not ? texts.otherNot : texts.other);
}
