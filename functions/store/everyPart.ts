import { administrationParts } from "./administrationParts.ts";
import { maintenanceParts } from "./maintenanceParts.ts";
import type { SessionParts } from "./session.ts";

/** For a process that is every function at once: the local server, and tests. */
export const everyPart: SessionParts = { ...administrationParts, ...maintenanceParts };
