import { setTimeout as wait } from "node:timers/promises";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { dynamoTable } from "../../../functions/store/dynamoTable.ts";
import { type Store, StoreSession } from "../../../functions/store/session.ts";
import type { UseMarks } from "../../../functions/store/settings.ts";
import { SWEEPS } from "../../../functions/store/sweep.ts";
import { TABLE_NAME } from "../local.ts";

type Client = Pick<DynamoDBDocumentClient, "send">;
type Command = Parameters<DynamoDBDocumentClient["send"]>[0];

/** What is kept of a call is little, because keeping costs time too. */
interface Call {
  readonly kind: CallableFunction;
  readonly input: object;
  /** Kept only where asked for. */
  readonly output: Promise<unknown> | undefined;
}

/** The DynamoDB calls of one session: those of one entry were under way together, the entries one after the other. */
export type Calls = Call[][];

/** Keeps the calls of each session, those still to come included. */
export interface RecordingStore extends Store {
  /** Of the session begun last. */
  latest(): Calls;
  /** Whether sessions begun from now on keep their outputs too. */
  keepOutputs: boolean;
}

export function recordingStore(client: DynamoDBDocumentClient, marks: UseMarks): RecordingStore {
  let latest: Calls = [];
  return {
    keepOutputs: false,
    latest: () => latest,
    begin() {
      const calls: Calls = [];
      latest = calls;
      return session(recordingClient(client, calls, this.keepOutputs), marks);
    },
  };
}

function recordingClient(client: DynamoDBDocumentClient, calls: Calls, keepOutputs: boolean): Client {
  let underWay = 0;
  return clientThat(client, (command) => {
    if (underWay++ === 0) calls.push([]);
    const output = client.send(command).finally(() => {
      underWay--;
    });
    const { constructor: kind, input } = command;
    calls.at(-1)?.push({ kind, input, output: keepOutputs ? output : undefined });
    return output;
  });
}

/** Gives a session the outputs of recorded calls, in their order, without any database or SDK. */
export interface PlayingStore extends Store {
  /** What the next session will be answered. */
  play(calls: Calls): void;
}

export function playingStore(client: DynamoDBDocumentClient, marks: UseMarks): PlayingStore {
  let next: Calls = [];
  return {
    play(calls) {
      next = calls;
    },
    begin() {
      const outputs = next.flat().values();
      const playing = clientThat(client, () => {
        const { value } = outputs.next();
        if (value?.output === undefined) throw new Error("this call has no recorded output");
        return value.output;
      });
      return session(playing, marks);
    },
  };
}

/** As a store would begin one, but with a client of its own. */
function session(client: Client, marks: UseMarks): StoreSession {
  return new StoreSession(
    { table: dynamoTable(client, TABLE_NAME), now: Date.now, random: Math.random, wait: (ms) => wait(ms) },
    marks,
    SWEEPS,
  );
}

function clientThat(client: DynamoDBDocumentClient, send: (command: Command) => Promise<unknown>): Client {
  return new Proxy(client, { get: (target, property) => (property === "send" ? send : Reflect.get(target, property)) });
}

/** Makes the same calls again with nothing around them: what the SDK alone needs for the request. */
export async function repeat(client: DynamoDBDocumentClient, calls: Calls): Promise<void> {
  for (const together of calls) await Promise.all(together.map((call) => client.send(commandOf(call))));
}

function commandOf({ kind, input }: Call): Command {
  return Reflect.construct(kind, [input]);
}
