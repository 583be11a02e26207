import { RESERVED, workerTime } from "../provisioning/timeBudget.ts";
import { leastOf, mostOf, reportTokens, type TokensReport } from "../provisioning/tokensReport.ts";
import { SettingsStore } from "../store/settings.ts";
import type { Endpoint, WorkerContext, WorkerEndpoint } from "./endpoint.ts";
import { causeOf } from "./logWriter.ts";
import { workerRuns } from "./workerRun.ts";

/** Orgs per page of the report: one query each, and one read for all their tokens' last use. */
const ORGS_AT_ONCE = 25;

/**
 * Once a day: writes one line with the two numbers that alarms watch, and one line for each token that needs attention. It
 * changes nothing and reads no personal data. It throws a failure after logging it, so that the schedule retries.
 */
export function tokensReportHandler(endpoint: WorkerEndpoint & Pick<Endpoint, "store">) {
  const begin = workerRuns(endpoint);
  return async (_event: unknown, context: WorkerContext): Promise<void> => {
    const run = begin(context);
    const { started } = run;
    const pages: TokensReport[] = [];
    let damagedItems: readonly string[] | undefined;
    const report = (level: "INFO" | "ERROR", cause?: Record<string, unknown>): void => {
      const fields = {
        orgs: sum(pages.map(({ orgs }) => orgs)),
        tokens: sum(pages.map(({ tokens }) => tokens)),
        notices: sum(pages.map(({ notices }) => notices.length)),
        cause,
        damagedItems,
        ...run.beginning,
      };
      // Numbers of some orgs only would look better than the truth.
      const metrics =
        cause === undefined
          ? {
              TokenDaysToExpiry: leastOf(pages.flatMap(({ daysToExpiry }) => daysToExpiry ?? [])),
              TokenDaysSinceUse: mostOf(pages.flatMap(({ daysSinceUse }) => daysSinceUse ?? [])),
            }
          : {};
      run.end("tokens.report", level, fields, metrics);
    };
    try {
      const signal = workerTime(context.getRemainingTimeInMillis() - RESERVED.report);
      const { database } = endpoint.store.begin({ signal });
      const settings = new SettingsStore(database);
      let after: string | undefined;
      do {
        const page = await reportTokens(settings, started, ORGS_AT_ONCE, after);
        pages.push(page);
        for (const one of page.notices) run.note("tokens.notice", "WARN", { ...one });
        after = page.next;
      } while (after !== undefined);
      damagedItems = database.damaged;
      if (damagedItems !== undefined) throw new Error("the report lacks what damaged items say");
    } catch (error) {
      report("ERROR", causeOf(error));
      throw new Error("the report of tokens broke off");
    }
    report("INFO");
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
