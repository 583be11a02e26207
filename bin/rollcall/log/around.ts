import { isUserId } from "../../../functions/scim/schema.ts";
import { textsIn } from "../adminClient.ts";
import type { Place } from "../place.ts";
import { printedCommand } from "../printedCommand.ts";
import { type FoundLine, type LogReader, lineTime, textAt } from "./logReader.ts";

/** How far before and after a request to look for related lines. */
const RESOURCE_MS = 24 * 3_600_000;
const ORG_MS = 2 * 60_000;
/** Limits of shown lines. */
export const AROUND_MOST = 15;
const CHANGES_MOST = 5;
const READ_MOST = 1000;

/** The resource's lines within a day; without a resource, the organization's requests around that time. */
export async function around(log: LogReader, line: FoundLine): Promise<FoundLine[]> {
  const [at, resourceId, org] = [lineTime(line), textAt(line, "resourceId"), textAt(line, "org")];
  if (Number.isNaN(at)) return [];
  const others = async (equal: Readonly<Record<string, string>>, within: number): Promise<FoundLine[]> => {
    const lines = await log.find({ equal, from: at - within, to: at + within, most: READ_MOST });
    return lines.filter(({ ref }) => ref !== line.ref);
  };
  const life = resourceId === "" ? [] : await others({ resourceId }, RESOURCE_MS);
  const lines = life.length > 0 || org === "" ? life : await others({ org, type: textAt(line, "type") }, ORG_MS);
  // The lines nearest to the request, in order of time.
  const nearest = lines
    .toSorted((a, b) => Math.abs(lineTime(a) - at) - Math.abs(lineTime(b) - at))
    .slice(0, AROUND_MOST);
  return nearest.sort((a, b) => lineTime(a) - lineTime(b));
}

/**
 * The last changes by operators, or by the org's own administrators in the portal, before a request that failed by the org's
 * state or its token: who paused it, who regenerated the token. Empty for other lines.
 * @param from milliseconds
 */
export async function changesBefore(log: LogReader, line: FoundLine, from: number): Promise<FoundLine[]> {
  const org = textAt(line, "org");
  // For an access token the code says only that it was refused.
  const code = textAt(line, "why") || textAt(line, "detailCode");
  if (org === "" || !/^(org|token)\./.test(code) || code === "token.otherOrg") return [];
  const found = await Promise.all(
    ["admin.request", "portal.request"].map((type) =>
      log.find({ equal: { org, type }, from, to: lineTime(line), most: READ_MOST }),
    ),
  );
  return found
    .flat()
    .filter(({ method, status }) => method !== "GET" && Number(status) < 300)
    .sort((a, b) => lineTime(a) - lineTime(b))
    .slice(-CHANGES_MOST);
}

/** Other resources that a line names: holders of a taken value, and skipped members. */
interface Concerned {
  readonly title: string;
  readonly lines: readonly string[];
}

/** With a command for each that shows more. */
export function concernedBy(line: FoundLine, place: Place): Concerned[] {
  const [holders, skipped] = [textsIn(line.holderIds), textsIn(line.skippedIds)];
  const look = (id: string): string => `${id}: ${historyOf(place, textAt(line, "org"), id)} shows where it came from`;
  const nameless = Number(line.skippedMembers ?? 0) - skipped.length;
  const rest =
    nameless === 0 ? [] : [skipped.length === 0 ? NO_IDS : `and ${nameless} more, whose ids are not on the line`];
  return [
    { title: holders.length > 1 ? "They have it already" : "Who has it already", lines: holders.map(look) },
    {
      title: "Left out",
      lines: [
        ...skipped.map((id) => `${id}: ${historyOf(place, textAt(line, "org"), id)} shows whether it was ever here`),
        ...rest,
      ],
    },
  ].filter(({ lines }) => lines.length > 0);
}

const NO_IDS = "None of the values has the form of a Rollcall id, and the line holds only ids.";

function historyOf(place: Place, org: string, id: string): string {
  return printedCommand(place, "history", org, isUserId(id) ? "user" : "team", id);
}
