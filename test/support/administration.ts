import { randomBytes } from "node:crypto";
import type { Administration } from "../../functions/provisioning/changeOrg.ts";
import type { Settings } from "../../functions/store/ports.ts";
import { localStore } from "./localStore.ts";

/** No orgs and no tokens, kept in this process. */
export function emptySettings(): Settings {
  return localStore().begin().settings;
}

/** @param now an ISO 8601 time */
export function administrationOf(settings: Settings, now = "2026-01-01T00:00:00.000Z"): Administration {
  const session = localStore().begin();
  return {
    settings,
    directory: (orgId) => session.directory(orgId),
    now: Date.parse(now),
    randomBytes,
    actor: "000000000000:user/local",
    wait: () => new Promise((resolve) => setImmediate(resolve)),
  };
}
