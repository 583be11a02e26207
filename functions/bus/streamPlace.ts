import type { StreamPlace } from "../provisioning/deadLetters.ts";
import { type AwsIdentity, signedCall } from "./signedCall.ts";

/** A record as DynamoDB Streams gives it, which is how Lambda hands it on. */
export interface PlacedRecord {
  readonly eventName?: string;
  readonly dynamodb?: { readonly SequenceNumber?: string };
}

/** Of up to 1 MB each; a batch that Lambda names has a hundred records, and what its filter left out between them. */
const MOST_PAGES = 20;
/** The stream keeps a record for 24 hours, and then forgets its shard as well. */
const FORGOTTEN = ["TrimmedDataAccessException", "ResourceNotFoundException"];

/**
 * Reads what a dead letter of Lambda's names.
 * @param endpoint of DynamoDB Streams
 * @returns undefined when the stream has forgotten it
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
  // A shard that ended before the last one: somebody else's place.
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
