import { eventsOrAgain } from "./edge/retell.ts";
import { eventsFromEnvironment } from "./eventsRuntime.ts";

export const handler = eventsOrAgain(eventsFromEnvironment());
