import { signedCall } from "../../functions/bus/signedCall.ts";
import type { StreamRecord } from "../../functions/store/streamRecord.ts";

interface TableStreamProps {
  readonly endpoint: string;
  readonly streamArn: string;
}

/** Local databases want a signature but check none. */
const LOCAL = { region: "us-east-1", accessKeyId: "local", secretAccessKey: "local", sessionToken: undefined };
const TIMEOUT_MS = 10_000;

/**
 * A reader's position in a table's stream. It calls the three operations without the SDK's client, which would be one more
 * dependency.
 */
export class TableStream {
  readonly #props: TableStreamProps;
  /** Iterators by shard; undefined: the shard is read to its end. */
  readonly #iterators = new Map<string, string | undefined>();

  private constructor(props: TableStreamProps) {
    this.#props = props;
  }

  /** Starts after all present records (LATEST), or before them. */
  static async open(props: TableStreamProps, from: "LATEST" | "TRIM_HORIZON"): Promise<TableStream> {
    const stream = new TableStream(props);
    await stream.#findShards(from);
    return stream;
  }

  /** The records since the last call, each once, in order for each item. Empty: nothing new. */
  async read(): Promise<StreamRecord[]> {
    const records: StreamRecord[] = [];
    for (const [shard, iterator] of this.#iterators) {
      if (iterator === undefined) continue;
      const page = await this.#call<RecordsPage>("GetRecords", { ShardIterator: iterator, Limit: 1000 });
      this.#iterators.set(shard, page.NextShardIterator);
      records.push(...page.Records);
    }
    if (records.length === 0) await this.#findShards("TRIM_HORIZON");
    return records;
  }

  async #findShards(from: "LATEST" | "TRIM_HORIZON"): Promise<void> {
    const StreamArn = this.#props.streamArn;
    const { StreamDescription } = await this.#call<Description>("DescribeStream", { StreamArn });
    for (const { ShardId } of StreamDescription.Shards) {
      if (this.#iterators.has(ShardId)) continue;
      const wanted = { StreamArn, ShardId, ShardIteratorType: from };
      const { ShardIterator } = await this.#call<{ readonly ShardIterator: string }>("GetShardIterator", wanted);
      this.#iterators.set(ShardId, ShardIterator);
    }
  }

  async #call<T>(operation: string, input: object): Promise<T> {
    const target = `DynamoDBStreams_20120810.${operation}`;
    const response = await signedCall(LOCAL, "dynamodb", this.#props.endpoint, target, input, TIMEOUT_MS);
    if (!response.ok) throw new Error(`${operation}: status ${response.status}`);
    // The shapes are those of the DynamoDB Streams API reference.
    return (await response.json()) as T;
  }
}

interface RecordsPage {
  readonly Records: readonly StreamRecord[];
  readonly NextShardIterator?: string;
}

interface Description {
  readonly StreamDescription: { readonly Shards: readonly { readonly ShardId: string }[] };
}
