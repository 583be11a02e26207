import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import {
  type DirectoryEvent,
  type EventBus,
  envelopeOf,
  OUT_OF_TIME,
  type Published,
} from "../provisioning/events/busEvents.ts";

/** The limit of PutEvents. */
const ENTRIES_PER_CALL = 10;
const CALLS_AT_ONCE = 8;
/** Tries of a refused entry, mostly for lack of capacity, before its record goes back to the stream. */
const TRIES = 4;
const FIRST_PAUSE_MS = 100;
/** Including the client's own retries. */
const CALL_MS = 15_000;

interface EventBusProps {
  readonly client: Pick<EventBridgeClient, "send">;
  readonly busName: string;
  now(): number;
  /** Between 0 and 1. */
  random(): number;
  wait(milliseconds: number): Promise<unknown>;
}

/** The bus in EventBridge. Ten events per call, a few calls at once: consumers order by version, not by arrival. */
export function createEventBus(props: EventBusProps): EventBus {
  return {
    async publish(events, until) {
      let taken = 0;
      while (taken < events.length) {
        if (props.now() >= until) return { taken, cause: OUT_OF_TIME };
        const results = await Promise.all(nextCalls(events, taken).map((part) => putAll(props, part, until)));
        for (const result of results) {
          taken += result.taken;
          if (result.cause !== undefined) return { taken, cause: result.cause };
        }
      }
      return { taken };
    },
  };
}

function nextCalls(events: readonly DirectoryEvent[], from: number): DirectoryEvent[][] {
  const starts = Array.from({ length: CALLS_AT_ONCE }, (_, call) => from + call * ENTRIES_PER_CALL);
  return starts.map((start) => events.slice(start, start + ENTRIES_PER_CALL)).filter((part) => part.length > 0);
}

async function putAll(props: EventBusProps, events: readonly DirectoryEvent[], until: number): Promise<Published> {
  let waiting = events.map((event, index) => ({ index, entry: entryOf(event, props.busName) }));
  for (let tries = 1; ; tries++) {
    const refused = await put(props, waiting, Math.min(CALL_MS, until - props.now()));
    waiting = waiting.filter((_, index) => refused.has(index));
    const first = waiting[0];
    if (first === undefined) return { taken: events.length };
    const pause = props.random() * FIRST_PAUSE_MS * 2 ** tries;
    if (tries === TRIES || props.now() + pause >= until) return { taken: first.index, cause: [...refused.values()][0] };
    await props.wait(pause);
  }
}

/** @param milliseconds limit of the call @returns why entries were refused, by position: all, where the call failed after the client's retries */
async function put(
  { client }: EventBusProps,
  waiting: readonly { readonly entry: ReturnType<typeof entryOf> }[],
  milliseconds: number,
): Promise<ReadonlyMap<number, string>> {
  const refused = new Map<number, string>();
  try {
    const { Entries = [] } = await client.send(
      new PutEventsCommand({ Entries: waiting.map(({ entry }) => entry) }),
      // Also limits an answer that never ends, which the client's own limit does not cover.
      { abortSignal: AbortSignal.timeout(Math.max(0, Math.floor(milliseconds))) },
    );
    for (const index of waiting.keys()) {
      const result = Entries[index];
      if (result?.EventId === undefined) refused.set(index, result?.ErrorCode ?? "NoAnswer");
    }
  } catch (error) {
    for (const index of waiting.keys()) refused.set(index, error instanceof Error ? error.name : typeof error);
  }
  return refused;
}

function entryOf(event: DirectoryEvent, busName: string) {
  const { source, detail, time, "detail-type": type } = envelopeOf(event);
  return {
    EventBusName: busName,
    Source: source,
    DetailType: type,
    Detail: JSON.stringify(detail),
    // The SDK writes an invalid date as NaN, and EventBridge refuses that call each time: it is no JSON.
    ...(!Number.isNaN(Date.parse(time)) && { Time: new Date(time) }),
  };
}
