import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { describe, expect, test } from "@jest/globals";
import { createEventBus } from "../../functions/bus/eventBus.ts";
import type { DirectoryEvent } from "../../functions/provisioning/events/busEvents.ts";

interface Entry {
  readonly EventBusName: string;
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
}

function event(version: number): DirectoryEvent {
  const stamp = { at: "2026-01-02T03:04:05.678Z", tokenId: "token1", reference: "request-1" };
  const org = { org: "Acme0000", orgName: "acme", seq: version };
  return { type: "user.updated", ...org, managed: true, id: "u1", version, ...stamp, changed: ["emails"] };
}

/** A bus in front of a client that decides entry by entry; time passes by pauses only. */
function busBefore(answer: (version: number, call: number) => "taken" | "refused" | "broken") {
  const taken: Entry[] = [];
  const sizes: number[] = [];
  let now = 0;
  const send = async (command: { readonly input: { readonly Entries: readonly Entry[] } }) => {
    const { Entries } = command.input;
    sizes.push(Entries.length);
    const answers = Entries.map((entry) => answer(JSON.parse(entry.Detail).version, sizes.length));
    if (answers.includes("broken")) throw Object.assign(new Error("no"), { name: "TimeoutError" });
    taken.push(...Entries.filter((_, index) => answers[index] === "taken"));
    return {
      Entries: answers.map((one) => (one === "taken" ? { EventId: "e" } : { ErrorCode: "ThrottlingException" })),
    };
  };
  const bus = createEventBus({
    // It stands for the one method that is used.
    client: { send } as unknown as Pick<EventBridgeClient, "send">,
    busName: "bus",
    now: () => now,
    random: () => 0.5,
    wait: async (milliseconds) => {
      now += milliseconds;
    },
  });
  return { bus, taken, sizes };
}

const LONG = 1_000_000;
const many = (count: number): DirectoryEvent[] => Array.from({ length: count }, (_, index) => event(index + 1));

describe("the bus", () => {
  test("gets events as entries of a source and a type, the rest as detail, ten a call", async () => {
    const { bus, sizes, taken } = busBefore(() => "taken");
    expect(await bus.publish(many(95), LONG)).toEqual({ taken: 95 });
    expect(sizes).toEqual([10, 10, 10, 10, 10, 10, 10, 10, 10, 5]);
    const { type, ...detail } = event(1);
    expect(taken[0]).toMatchObject({ EventBusName: "bus", Source: "rollcall", DetailType: type });
    expect(JSON.parse(taken[0]?.Detail ?? "")).toEqual(detail);
  });

  test("gets again what it refused, and only that", async () => {
    const { bus, sizes, taken } = busBefore((version, call) => (version === 3 && call < 3 ? "refused" : "taken"));
    expect(await bus.publish(many(10), LONG)).toEqual({ taken: 10 });
    expect(sizes).toEqual([10, 1, 1]);
    expect(taken).toHaveLength(10);
  });

  test("is left alone after a few tries: what comes before the first refused one counts, and the cause is named", async () => {
    const { bus } = busBefore((version) => (version === 13 ? "refused" : "taken"));
    expect(await bus.publish(many(30), LONG)).toEqual({ taken: 12, cause: "ThrottlingException" });
  });

  test("may be away altogether", async () => {
    const { bus } = busBefore(() => "broken");
    expect(await bus.publish(many(3), LONG)).toEqual({ taken: 0, cause: "TimeoutError" });
  });

  test("gets nothing after the time is over", async () => {
    const { bus, sizes } = busBefore(() => "taken");
    expect(await bus.publish(many(3), 0)).toEqual({ taken: 0, cause: "OutOfTime" });
    expect(sizes).toEqual([]);
  });

  test("is waited for no longer than there is time where it never answers", async () => {
    const end = Object.assign(new Error("no answer"), { name: "TimeoutError" });
    const send = (_command: unknown, { abortSignal }: { readonly abortSignal: AbortSignal }) =>
      new Promise((_resolve, reject) => abortSignal.addEventListener("abort", () => reject(end)));
    // It stands for the one method that is used.
    const client = { send } as unknown as Pick<EventBridgeClient, "send">;
    const bus = createEventBus({ client, busName: "bus", now: () => 0, random: () => 1, wait: async () => undefined });
    expect(await bus.publish(many(3), 20)).toEqual({ taken: 0, cause: "TimeoutError" });
  });

  // `fsck --events --repair` logs such events: nobody knows any more when somebody was deleted.
  test("gets a call that it can read where the time of an event is unknown", async () => {
    const bodies: string[] = [];
    const client = new EventBridgeClient({
      region: "eu-central-1",
      credentials: { accessKeyId: "of a test", secretAccessKey: "of a test" },
      maxAttempts: 1,
      requestHandler: {
        handle: async ({ body }: { readonly body: Uint8Array }) => {
          bodies.push(new TextDecoder().decode(body));
          throw new Error("nobody answers");
        },
      },
    });
    const wait = async () => undefined;
    const bus = createEventBus({ client, busName: "bus", now: () => 0, random: () => 1, wait });
    await bus.publish([event(1), { ...event(2), at: "" }, { ...event(3), at: "damaged" }], 1_000);
    const [known, unknown, damaged] = JSON.parse(bodies[0] ?? "").Entries;
    expect(known.Time).toBe(Date.parse(event(1).at) / 1_000);
    for (const one of [unknown, damaged]) expect(one).not.toHaveProperty("Time");
    expect(JSON.parse(unknown.Detail).at).toBe("");
  });

  test("is not called for nothing", async () => {
    const { bus, sizes } = busBefore(() => "taken");
    expect(await bus.publish([], LONG)).toEqual({ taken: 0 });
    expect(sizes).toEqual([]);
  });
});
