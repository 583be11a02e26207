import type { Head } from "../../store/eventItems.ts";
import type { StoredType } from "../../store/storedTypes.ts";
import type { AppendOptions } from "./append.ts";
import type { LogFinding } from "./logFindings.ts";
import type { LogReading } from "./readEvents.ts";

/** What the parts of a log's inspection share. */
export interface LogInspector extends LogReading {
  /** The head at the beginning of the step; undefined where nothing was logged yet. */
  readonly head: Head | undefined;
  /** Milliseconds since the epoch. Older changes may be older than the log. */
  readonly begun: number;
  readonly types: readonly StoredType[];
  readonly repair: boolean;
  readonly append: AppendOptions;
  readonly findings: LogFinding[];
  examined: number;
}

/** Where a part continues: a sort key, and the last number it has seen, with its time in milliseconds since the epoch. */
export interface InspectionPlace {
  readonly at?: string | undefined;
  readonly seen?: number | undefined;
  readonly time?: number | undefined;
}

/** Milliseconds after which a committed change is in the log, unless its record was lost. */
const OVERDUE_MS = 15 * 60_000;

/** Whether a change of this time should have an event by now. @param writeTime ISO 8601 */
export function isOverdue(writeTime: string, now: number): boolean {
  return Date.parse(writeTime) < now - OVERDUE_MS;
}
