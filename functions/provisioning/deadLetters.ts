/** For a person: which record of the stream could not be read. It holds nothing of the record's content. */
export interface DeadLetter {
  readonly consumer: "events" | "sweep";
  readonly at: string;
  /** The record's sequence number in the stream. */
  readonly sequence?: string;
  readonly org?: string;
  readonly resourceId?: string;
  /** The error's name. */
  readonly cause: string;
}

export interface DeadLetters {
  /** Never throws: a log line has the same content. @returns whether the dead letter is kept */
  send(deadLetter: DeadLetter): Promise<boolean>;
}

/** A range of a shard of the table's stream, both ends included, as Lambda reports a batch that it gave up on. */
export interface StreamPlace {
  readonly streamArn: string;
  readonly shardId: string;
  /** Sequence numbers. */
  readonly first: string;
  readonly last: string;
}
