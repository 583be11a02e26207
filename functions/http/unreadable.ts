import type { DynamoDBRecord } from "aws-lambda";
import type { DeadLetters } from "../provisioning/deadLetters.ts";
import type { SweepFault } from "../provisioning/sweeping.ts";
import { isGroupId, isUserId } from "../scim/schema.ts";
import { causeOf, type LogWriter } from "./logWriter.ts";

interface Reporting {
  readonly deadLetters: DeadLetters;
  now(): number;
  readonly version: string;
}

/**
 * Skips a record of the stream that cannot be read. It will never be readable, and would block every later change of its
 * shard, deactivations too. A dead letter and a log line name the resource.
 */
export async function reportUnreadable(
  { deadLetters, now, version }: Reporting,
  write: LogWriter,
  consumer: "events" | "sweep",
  record: DynamoDBRecord,
  error: unknown,
): Promise<void> {
  const { Keys: key, SequenceNumber: sequence } = record.dynamodb ?? {};
  const id = key?.sk?.S?.split("#")[0] ?? "";
  const at = now();
  const ts = new Date(at).toISOString();
  const org = /^[ON]#([0-9A-Za-z]{8})#/.exec(key?.pk?.S ?? "")?.[1];
  const resourceId = isUserId(id) || isGroupId(id) ? id : undefined;
  const cause = causeOf(error);
  const letter = { consumer, at: ts, sequence, org, resourceId, cause: String(cause.name) };
  const kept = (await deadLetters.send(letter)) ? "kept" : "lost";
  const type = `${consumer}.unreadable`;
  const line = { type, ts, level: "ERROR", ver: version, sequence, orgId: org, resourceId, cause, letter: kept };
  write(() => ({ line, at }));
}

/** Log fields: the deletion that could not be swept, and the cause. */
export function faultNote(fault: SweepFault | undefined): Readonly<Record<string, unknown>> {
  if (fault === undefined) return {};
  return { orgId: fault.deletion.orgId, resourceId: fault.deletion.id, cause: causeOf(fault.error) };
}
