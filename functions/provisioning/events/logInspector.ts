import type { Head } from "../../store/eventItems.ts";
import type { StoredType } from "../../store/storedType.ts";
import type { AppendOptions } from "./append.ts";
import type { LogFinding } from "./logFindings.ts";
import type { LogReading } from "./readEvents.ts";

/** What the parts of an inspection of one org's log work with. */
export interface LogInspector extends LogReading {
  /** As it is when the step begins; undefined where nothing was logged yet. */
  readonly head: Head | undefined;
  /** Milliseconds since the epoch: what is older may be older than the log. */
  readonly begun: number;
  readonly types: readonly StoredType[];
  readonly repair: boolean;
  readonly append: AppendOptions;
  readonly findings: LogFinding[];
  examined: number;
}

/** Where a part goes on: a sort key, and what it has seen last. */
export interface InspectionPlace {
  readonly at?: string;
  readonly seen?: number;
}

/** What was committed so long ago is in the log, unless its record got lost. Milliseconds. */
const OVERDUE_MS = 15 * 60_000;

/** Whether a change of this time should have its event by now. @param writeTime ISO 8601 */
export function isOverdue(writeTime: string, now: number): boolean {
  return Date.parse(writeTime) < now - OVERDUE_MS;
}
