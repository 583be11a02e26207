import { randomBytes } from "node:crypto";
import type { Administration } from "../../functions/provisioning/changeOrg.ts";
import { SettingsStore } from "../../functions/store/settings.ts";
import { localStore } from "./localStore.ts";

/** In memory, without orgs and tokens. */
export function emptySettings(): SettingsStore {
  return new SettingsStore(localStore().begin().database);
}

/** @param now an ISO 8601 time */
export function administrationOf(settings: SettingsStore, now = "2026-01-01T00:00:00.000Z"): Administration {
  const session = localStore().begin();
  return {
    settings,
    directory: (orgId) => session.directory(orgId),
    now: Date.parse(now),
    randomBytes,
    actor: "000000000000:user/local",
    reference: "request-1",
    adoption: true,
    wait: () => new Promise((resolve) => setImmediate(resolve)),
  };
}
