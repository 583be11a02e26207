import { isUserId } from "../../../functions/scim/schema.ts";
import type { Place } from "../place.ts";
import { printedCommand } from "../printedCommand.ts";
import { type FoundLine, strings, textAt } from "./logReader.ts";

/** Whom a line names beside the resource it is about: who has what was taken, and who was left out. */
interface Concerned {
  readonly title: string;
  readonly lines: readonly string[];
}

/** In words, with the command that tells more of each. */
export function concernedBy(line: FoundLine, place: Place): Concerned[] {
  const [holders, skipped] = [strings(line.holderIds), strings(line.skippedIds)];
  const look = (id: string): string => `${id}: ${historyOf(place, textAt(line, "org"), id)} tells where it came from`;
  const nameless = Number(line.skippedMembers ?? 0) - skipped.length;
  const rest =
    nameless === 0 ? [] : [skipped.length === 0 ? NO_IDS : `and ${nameless} more, whom the line only counts`];
  return [
    { title: holders.length > 1 ? "They have it already" : "Who has it already", lines: holders.map(look) },
    {
      title: "Left out",
      lines: [
        ...skipped.map((id) => `${id}: ${historyOf(place, textAt(line, "org"), id)} tells whether it was ever here`),
        ...rest,
      ],
    },
  ].filter(({ lines }) => lines.length > 0);
}

const NO_IDS = "None of the values had the form of an id of ours, and only ids stand on a line.";

function historyOf(place: Place, org: string, id: string): string {
  return printedCommand(place, "history", org, isUserId(id) ? "user" : "team", id);
}
