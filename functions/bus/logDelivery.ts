import { gunzipSync } from "node:zlib";

/** As Lambda hands it over. */
interface LogDelivery {
  readonly awslogs: { readonly data: string };
}

/** Unpacked: CloudWatch Logs packs at most 1 MB, and lines are far more alike than they are random. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * What CloudWatch Logs delivers to a function that subscribes to a log group: gzip of JSON, in base64 (Lambda Developer Guide, "Using
 * Lambda with CloudWatch Logs").
 * @returns the lines; none of a message that only asks whether somebody is there
 * @throws Error for what is no delivery
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
