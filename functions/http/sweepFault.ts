import type { SweepFault } from "../provisioning/sweeping.ts";
import { causeOf } from "./logWriter.ts";

/** For a line: which deletion could not be swept behind, and why. */
export function faultNote(fault: SweepFault | undefined): Readonly<Record<string, unknown>> {
  if (fault === undefined) return {};
  return { orgId: fault.deletion.orgId, resourceId: fault.deletion.id, cause: causeOf(fault.error) };
}
