import type { CONSOLE_RUNS } from "../../../functions/http/signed/declarations/console.ts";
import { checkData } from "../checkData.ts";
import { EXPLAIN_SINCE, explainText } from "../log/explainText.ts";
import { sectionsOf } from "../log/explanationInWords.ts";
import type { FoundLine, LogReader } from "../log/logReader.ts";
import { askedOf, outcomeOf, whoOf } from "../log/story.ts";
import { lineFilter, openTail, TAIL_SINCE } from "../log/tailLines.ts";
import { openWork, workedOffIn, workIn } from "../openWork.ts";
import type { Place } from "../place.ts";
import { openLog } from "../reach.ts";
import { retryJobs } from "../retryJobs.ts";
import { ConsoleError } from "./consoleError.ts";
import type { ConsoleRunHandlers } from "./consoleMeans.ts";

/** The longer operations: the commands' own work, with progress and results as they come. */
export const RUN_HANDLERS: ConsoleRunHandlers<typeof CONSOLE_RUNS> = {
  tailLines: async ({ parameters: { org }, place, query }, { item, note, signal }) => {
    const { errors, follow, idp, last, op, resource, since = TAIL_SINCE, status } = query;
    const passes = lineFilter({ status, op, idp, resource, errors: errors === "true" });
    const log = await logOf(place, note);
    const tail = await openTail(log, { org, passes, most: last, since }, Date.now());
    let shown = 0;
    const show = (line: FoundLine): void => {
      shown += 1;
      item({ line, who: whoOf(line), asked: askedOf(line), outcome: outcomeOf(line) });
    };
    for (const line of tail.earlier) show(line);
    if (follow !== "false") await tail.follow(show, signal);
    return { shown, lookedAt: tail.lookedAt };
  },
  explainError: async ({ body, connection, place }, { note, signal }) => {
    const means = { place, connect: async () => connection.client(signal), open: () => logOf(place, note) };
    const { found, missing, rest } = await explainText(means, body.text, body.since ?? EXPLAIN_SINCE);
    return {
      found: found.map(({ remedy, rule, ...one }) => ({
        ...one,
        remedy: remedy ?? null,
        rule: rule ?? null,
        sections: sectionsOf({ ...one, remedy, rule }, place),
      })),
      missing,
      rest,
    };
  },
  listJobs: async ({ connection, openQueues, place }, { note, signal }) => {
    const views = (await (await openQueues())?.look()) ?? [];
    const { names, open } = await openWork(connection.client(signal), place, note);
    return workIn(names.size, open, views);
  },
  retryJobs: async ({ connection, openQueues, place }, { note, signal }) => {
    const queues = await openQueues();
    return workedOffIn(await retryJobs({ client: connection.client(signal), queues, say: note, place }));
  },
  checkData: async ({ body, connection, parameters: { org } }, { note, signal }) => {
    const { confirm, events = false, index = false, repair = false } = body;
    if (repair && confirm !== org) throw new ConsoleError("confirm");
    const { unsettled, ...report } = await checkData(connection.client(signal), org, { repair, index, events }, note);
    return { ...report, unsettled: unsettled.map(String) };
  },
};

/** @throws ConsoleError, Refused */
async function logOf(place: Place, say: (text: string) => void): Promise<LogReader> {
  if (place.kind !== "url") return openLog(place, say);
  throw new ConsoleError(
    "noLog",
    "The log of a deployment is found through its stack: start the console with --stack.",
  );
}
