import { eventsFromEnvironment } from "./eventsRuntime.ts";
import { eventsOrAgain } from "./http/retell.ts";

export const handler = eventsOrAgain(eventsFromEnvironment());
