import { randomBytes } from "node:crypto";
import { createMemoryStore } from "../../functions/memory/store.ts";
import type { Administration } from "../../functions/provisioning/changeOrg.ts";
import type { Settings } from "../../functions/store/ports.ts";

/** No orgs and no tokens, kept in this process. */
export function emptySettings(): Settings {
  return createMemoryStore().begin().settings;
}

/** @param now an ISO 8601 time */
export function administrationOf(settings: Settings, now = "2026-01-01T00:00:00.000Z"): Administration {
  const session = createMemoryStore().begin();
  return {
    settings,
    directory: (orgId) => session.directory(orgId),
    now: Date.parse(now),
    randomBytes,
    actor: "000000000000:user/local",
    wait: () => new Promise((resolve) => setImmediate(resolve)),
  };
}
