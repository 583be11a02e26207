import type { DeadLetters, StreamPlace } from "../provisioning/deadLetters.ts";
import { type AwsIdentity, signedCall } from "./signedCall.ts";

/** A queue of SQS. @param url of the queue */
export function createDeadLetters(url: string, identity: AwsIdentity): DeadLetters {
  return {
    async send(letter) {
      try {
        const input = { QueueUrl: url, MessageBody: JSON.stringify(letter) };
        const response = await signedCall(identity, "sqs", new URL("/", url), "AmazonSQS.SendMessage", input);
        return response.ok;
      } catch {
        // The caller logs that the dead letter was lost.
        return false;
      }
    },
  };
}

/** A record from DynamoDB Streams, in the same form as from Lambda. */
interface PlacedRecord {
  readonly eventName?: string;
  readonly dynamodb?: { readonly SequenceNumber?: string };
}

/** Pages of up to 1 MB: a batch named by Lambda has up to a hundred records, with filtered-out records between them. */
const MOST_PAGES = 20;
/** The stream keeps a record for 24 hours; then it also forgets the shard. */
const FORGOTTEN = ["TrimmedDataAccessException", "ResourceNotFoundException"];

/**
 * Reads the records that a dead letter of Lambda names.
 * @param endpoint of DynamoDB Streams
 * @returns undefined when the stream no longer has them
 */
export async function readStreamPlace(
  endpoint: string,
  identity: AwsIdentity,
  { streamArn, shardId, first, last }: StreamPlace,
): Promise<readonly PlacedRecord[] | undefined> {
  const call = async <T>(operation: string, input: object): Promise<T | undefined> => {
    const response = await signedCall(identity, "dynamodb", endpoint, `DynamoDBStreams_20120810.${operation}`, input);
    const text = await response.text();
    // The shapes are those of the DynamoDB Streams API reference.
    if (response.ok) return JSON.parse(text) as T;
    if (FORGOTTEN.some((name) => text.includes(name))) return undefined;
    throw new Error(`${operation} was answered with ${response.status}`);
  };
  const begin = { StreamArn: streamArn, ShardId: shardId, ShardIteratorType: "AT_SEQUENCE_NUMBER" };
  let place = await call<{ readonly ShardIterator?: string }>("GetShardIterator", { ...begin, SequenceNumber: first });
  if (place?.ShardIterator === undefined) return undefined;
  const records: PlacedRecord[] = [];
  for (let pages = 0; place?.ShardIterator !== undefined && pages < MOST_PAGES; pages++) {
    const page: RecordsPage | undefined = await call("GetRecords", { ShardIterator: place.ShardIterator });
    if (page === undefined) return undefined;
    for (const record of page.Records) {
      if (isBehind(record, last)) return records;
      records.push(record);
    }
    if (records.at(-1)?.dynamodb?.SequenceNumber === last) return records;
    place = { ShardIterator: page.NextShardIterator };
  }
  // The shard ended before the last record: the place belongs to another shard.
  if (place?.ShardIterator === undefined) return undefined;
  throw new Error("the place in the stream is too long");
}

interface RecordsPage {
  readonly Records: readonly PlacedRecord[];
  readonly NextShardIterator?: string;
}

function isBehind({ dynamodb }: PlacedRecord, last: string): boolean {
  return BigInt(dynamodb?.SequenceNumber ?? 0) > BigInt(last);
}
