import { ProcessBuckets } from "../../../bin/local/processBuckets.ts";
import { RequestBudget } from "../../../functions/provisioning/requestBudget.ts";
import { StoreBusy } from "../../../functions/store/records.ts";
import type { StoreSession } from "../../../functions/store/session.ts";
import { replaced, type Stage } from "./stage.ts";

type Part = "users" | "groups";

/** What no request brings about, by the name that the files of the families use (`after`). */
export const SITUATIONS: Readonly<Record<string, (stage: Stage) => void>> = {
  /** Every question after all users finds more than may be looked at. */
  manyUsers: (stage) => replaceIn(stage, "users", { page: async () => ({ total: 10_001, records: [] }) }),
  /** Every write of a user meets a faster one. */
  staleWrites: (stage) => replaceIn(stage, "users", { replace: async () => ({ outcome: "stale" }) }),
  smallBudget: (stage) => {
    stage.budget = new RequestBudget({ rate: 0.001, burst: 1 }, new ProcessBuckets());
  },
  tableConflict: (stage) => failWith(stage, () => new StoreBusy("conflict")),
  tableThrottled: (stage) => failWith(stage, () => new StoreBusy("throttled")),
  tableUnreachable: (stage) => failWith(stage, () => new StoreBusy("storage")),
  tableSlow: (stage) => failWith(stage, () => new StoreBusy("timeout")),
  defect: (stage) => failWith(stage, () => new Error("a defect")),
  openingThrottled: (stage) => failToOpen(stage, () => new StoreBusy("throttled")),
  openingDefect: (stage) => failToOpen(stage, () => new Error("a defect")),
  lateChange: (stage) => lateAt(stage, "groups", "change", 27),
  lateUser: (stage) => lateAt(stage, "users", "create", 27),
  /** Two groups that name one another: the first is made without its reference, and then there is no time for it. */
  lateSecondGroup: (stage) => lateAt(stage, "groups", "create", 40, 2),
  /** The store in memory has no places to go on from: every step of its inspection is the whole. */
  shortInspection: (stage) => {
    stage.change = (session) => replaced(session, { inspection: () => ({ step: async () => undefined }) });
  },
};

function replaceIn(stage: Stage, part: Part, members: Readonly<Record<string, unknown>>): void {
  stage.change = (session) =>
    replaced(session, {
      directory: (...args: Parameters<StoreSession["directory"]>) => {
        const directory = session.directory(...args);
        return replaced(directory, { [part]: replaced(directory[part], members) });
      },
    });
}

function failWith(stage: Stage, error: () => Error): void {
  const fail = () => {
    throw error();
  };
  stage.change = (session) => replaced(session, { directory: fail });
}

/** Nobody's token can be read. */
function failToOpen(stage: Stage, error: () => Error): void {
  stage.change = (session) => replaced(session, { open: () => Promise.reject(error()) });
}

/** The clock jumps before this method of the store's `part` is called the n-th time: what comes then has no time left. */
function lateAt(stage: Stage, part: Part, method: string, seconds: number, nth = 1): void {
  let calls = 0;
  stage.change = (session) =>
    replaced(session, {
      directory: (...args: Parameters<StoreSession["directory"]>) => {
        const directory = session.directory(...args);
        const inner = directory[part];
        const late = (...given: unknown[]): unknown => {
          calls += 1;
          if (calls === nth) stage.passSeconds(seconds);
          return Reflect.apply(Reflect.get(inner, method), inner, given);
        };
        return replaced(directory, { [part]: replaced(inner, { [method]: late }) });
      },
    });
}
