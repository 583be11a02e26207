import { DynamoEstate } from "./estate.ts";
import type { SessionParts } from "./session.ts";

/** What the function of administration needs beside the rest: the remains of a purged org. */
export const administrationParts: SessionParts = {
  estates: (database, orgId) => new DynamoEstate(database, orgId),
};
