import { StoredOrgData } from "./orgData.ts";
import type { SessionParts } from "./session.ts";

/** What the function of administration needs beside the rest: all that belongs to an org, to purge it. */
export const administrationParts: SessionParts = {
  orgData: (database, orgId, types) => new StoredOrgData(database, orgId, types),
};
