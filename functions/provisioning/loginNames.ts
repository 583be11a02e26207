import type { OrgId } from "../store/keys.ts";
import type { SettingsStore } from "../store/settings.ts";
import type { DirectoryEvent } from "./events.ts";

/** Gives each event its org's login name; none where it cannot be read, or the org was purged: no event waits for a repair. */
export type LoginNames = (events: readonly DirectoryEvent[]) => Promise<DirectoryEvent[]>;

/** Orgs to be remembered: a megabyte. */
const MOST = 10_000;

/** A login name never changes, so each org's settings are read once in a process. */
export function loginNames(settings: Pick<SettingsStore, "orgById">): LoginNames {
  const known = new Map<string, string>();
  return async (events) => {
    if (known.size > MOST) known.clear();
    const ids = new Set(events.map(({ org }) => org));
    const read = async (id: string): Promise<void> => {
      // Out of the key of an item that our own store wrote for an org that was authenticated.
      const org = await settings.orgById(id as OrgId).catch(() => undefined);
      if (org !== undefined) known.set(id, org.slug);
    };
    await Promise.all([...ids].filter((id) => !known.has(id)).map(read));
    return events.map((event) => ({ ...event, orgName: known.get(event.org) }));
  };
}
