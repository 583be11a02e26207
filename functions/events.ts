import { eventsHandler } from "./edge/events.ts";
import { eventsFromEnvironment } from "./eventsRuntime.ts";

export const handler = eventsHandler(eventsFromEnvironment());
