import { setTimeout as wait } from "node:timers/promises";
import { isObject, type JsonObject } from "../../../functions/scim/json.ts";
import type { AwsCalls } from "../../aws/liveStack.ts";
import { type Answered, type Message, startFaultyProxy } from "../../support/faultyProxy.ts";
import { at } from "../../support/wire.ts";

const DYNAMODB = "DynamoDB_20120810";

export interface PointInTime extends AsyncDisposable {
  /** For the command that restores, in place of the emulator's. */
  readonly url: string;
  /** The table as it is now can be restored from then on. @returns its second, which is over */
  keep(): Promise<Date>;
}

interface Kept {
  readonly backup: string;
  /** Seconds since the epoch. */
  readonly second: number;
}

/**
 * What stands for AWS in the drill. The emulator's RestoreTableToPointInTime copies the table as it is at that moment, whatever
 * second is asked for: a drill on it would restore the damage. Between command and emulator this one answers in its place: it
 * restores the backup that was taken at exactly that second, and refuses every other one, as AWS does outside its window. It also
 * says of the new table what AWS says: from which table and second it is.
 */
export async function startPointInTime(port: number, aws: AwsCalls, table: string): Promise<PointInTime> {
  let kept: Kept | undefined;
  const proxy = await startFaultyProxy(port);
  const dynamodb = (operation: string, input: object): Promise<unknown> =>
    aws.json("dynamodb", `${DYNAMODB}.${operation}`, input);
  proxy.meddling = {
    request: (message) => (kept === undefined ? message : fromBackup(message, table, kept)),
    // What is left is a restore to a second that nobody kept.
    instead: (message) => (operationOf(message) === "RestoreTableToPointInTime" ? outsideItsTime() : undefined),
    answer: (answered, message) => (kept === undefined ? answered : asOnAws(answered, message, table, kept)),
  };
  return {
    url: proxy.url,
    async keep() {
      // The emulator's CloudFormation does not switch it on, which the template asks for.
      const on = { PointInTimeRecoveryEnabled: true };
      await dynamodb("UpdateContinuousBackups", { TableName: table, PointInTimeRecoverySpecification: on });
      const made = await dynamodb("CreateBackup", { TableName: table, BackupName: "kept" });
      const second = Math.floor(Date.now() / 1000) + 1;
      kept = { backup: String(at(made as JsonObject, "BackupDetails.BackupArn")), second };
      // What comes later than the backup comes later than its second.
      await wait(second * 1000 - Date.now());
      return new Date(second * 1000);
    },
    [Symbol.asyncDispose]: () => proxy.close(),
  };
}

function operationOf({ headers }: Message): string | undefined {
  return String(headers["x-amz-target"]).split(".")[1];
}

function inputOf({ body }: Message): JsonObject {
  return JSON.parse(body);
}

function fromBackup(message: Message, table: string, { backup, second }: Kept): Message {
  if (operationOf(message) !== "RestoreTableToPointInTime") return message;
  const { RestoreDateTime, SourceTableName, TargetTableName, ...others } = inputOf(message);
  if (SourceTableName !== table || RestoreDateTime !== second) return message;
  return {
    ...message,
    headers: { ...message.headers, "x-amz-target": `${DYNAMODB}.RestoreTableFromBackup` },
    body: JSON.stringify({ TargetTableName, BackupArn: backup, ...others }),
  };
}

function outsideItsTime(): Answered {
  const __type = "com.amazonaws.dynamodb.v20120810#InvalidRestoreTimeException";
  const headers = { "content-type": "application/x-amz-json-1.0" };
  return { status: 400, headers, body: JSON.stringify({ __type, message: "no such second was kept" }) };
}

function asOnAws(answered: Answered, message: Message, table: string, { second }: Kept): Answered {
  if (answered.status !== 200) return answered;
  const operation = operationOf(message);
  const json: JsonObject = operation?.startsWith("Describe") ? JSON.parse(answered.body) : {};
  const recovery = at(json, "ContinuousBackupsDescription.PointInTimeRecoveryDescription");
  if (operation === "DescribeContinuousBackups" && isObject(recovery) && inputOf(message).TableName === table) {
    recovery.EarliestRestorableDateTime = second;
    recovery.LatestRestorableDateTime = Math.floor(Date.now() / 1000);
    return { ...answered, body: JSON.stringify(json) };
  }
  const summary = at(json, "Table.RestoreSummary");
  if (operation !== "DescribeTable" || !isObject(summary)) return answered;
  summary.SourceTableArn = String(at(json, "Table.TableArn")).replace(/[^/]+$/, table);
  summary.RestoreDateTime = second;
  summary.RestoreInProgress = false;
  return { ...answered, body: JSON.stringify(json) };
}
