/** What a record of the stream that cannot be read leaves for a person: where it stood, and nothing that it held. */
export interface DeadLetter {
  readonly consumer: "events" | "sweep";
  readonly at: string;
  /** Of the record in the stream. */
  readonly sequence?: string;
  readonly org?: string;
  readonly resourceId?: string;
  /** The name of what was thrown. */
  readonly cause: string;
}

export interface DeadLetters {
  /** Never throws: the log has the same in a line. @returns whether it is kept */
  send(deadLetter: DeadLetter): Promise<boolean>;
}

/** A piece of a shard of the table's stream, both ends included: what Lambda names of a batch that it gave up on. */
export interface StreamPlace {
  readonly streamArn: string;
  readonly shardId: string;
  /** Sequence numbers. */
  readonly first: string;
  readonly last: string;
}
