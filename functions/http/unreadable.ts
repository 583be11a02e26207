import type { DynamoDBRecord } from "aws-lambda";
import type { DeadLetters } from "../provisioning/deadLetters.ts";
import type { SweepFault } from "../provisioning/sweeping.ts";
import { isGroupId, isUserId } from "../scim/schema.ts";
import { causeOf } from "./logWriter.ts";
import type { WorkerRun } from "./workerRun.ts";

/**
 * Skips a record of the stream that cannot be read. It will never be readable, and would block every later change of its
 * shard, deactivations too. A dead letter and a log line name the resource.
 */
export async function reportUnreadable(
  deadLetters: DeadLetters,
  run: WorkerRun,
  consumer: "events" | "sweep",
  record: DynamoDBRecord,
  error: unknown,
): Promise<void> {
  const { Keys: key, SequenceNumber: sequence } = record.dynamodb ?? {};
  const id = key?.sk?.S?.split("#")[0] ?? "";
  const at = new Date(run.started).toISOString();
  const org = /^[ON]#([0-9A-Za-z]{8})#/.exec(key?.pk?.S ?? "")?.[1];
  const resourceId = isUserId(id) || isGroupId(id) ? id : undefined;
  const cause = causeOf(error);
  const letter = { consumer, at, sequence, org, resourceId, cause: String(cause.name) };
  const kept = (await deadLetters.send(letter)) ? "kept" : "lost";
  run.note(`${consumer}.unreadable`, "ERROR", { sequence, orgId: org, resourceId, cause, letter: kept });
}

/** Log fields: the deletion that could not be swept, and the cause. */
export function faultNote(fault: SweepFault | undefined): Readonly<Record<string, unknown>> {
  if (fault === undefined) return {};
  return { orgId: fault.deletion.orgId, resourceId: fault.deletion.id, cause: causeOf(fault.error) };
}
