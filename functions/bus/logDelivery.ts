import { gunzipSync } from "node:zlib";

/** The event from Lambda. */
interface LogDelivery {
  readonly awslogs: { readonly data: string };
}

/** Limit of the unpacked text: CloudWatch Logs packs at most 1 MB, and log lines compress well. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Reads a delivery of CloudWatch Logs to a function that subscribes to a log group: gzip of JSON, in base64 (Lambda
 * Developer Guide, "Using Lambda with CloudWatch Logs").
 * @returns the lines; none for a control message, which only tests the function
 * @throws Error for anything else
 */
export function readLogDelivery({ awslogs }: LogDelivery): readonly string[] {
  const unpacked = gunzipSync(Buffer.from(awslogs.data, "base64"), { maxOutputLength: MOST_BYTES });
  const delivery: unknown = JSON.parse(unpacked.toString("utf8"));
  if (!isRecord(delivery) || Array.isArray(delivery)) throw new TypeError("a delivery of the log is an object");
  const { messageType, logEvents } = delivery;
  if (messageType !== "DATA_MESSAGE") return [];
  if (!Array.isArray(logEvents)) throw new TypeError("a delivery of the log has a list of lines");
  return logEvents.map((one) => (isRecord(one) && typeof one.message === "string" ? one.message : ""));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
