import { setTimeout as wait } from "node:timers/promises";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { createEventBus } from "./bus/eventBus.ts";
import type { EventsEndpoint } from "./edge/events.ts";
import { readChanges } from "./store/changes.ts";

/** Composition of the function that publishes events. It has no table: the stream comes to it. */
export function eventsFromEnvironment(env: NodeJS.ProcessEnv = process.env): EventsEndpoint {
  const busName = env.EVENT_BUS_NAME;
  if (busName === undefined) throw new Error("EVENT_BUS_NAME is not set");
  const client = new EventBridgeClient({
    maxAttempts: 4,
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: 3_000,
      httpsAgent: { maxSockets: 50, keepAlive: true },
    },
  });
  return {
    readChanges,
    bus: createEventBus({ client, busName, now: Date.now, random: Math.random, wait: (ms) => wait(ms) }),
    now: Date.now,
    log: (line) => {
      process.stdout.write(`${JSON.stringify(line)}\n`);
    },
    version: env.ROLLCALL_VERSION ?? "0",
    initMs: Math.round(performance.now()),
  };
}
