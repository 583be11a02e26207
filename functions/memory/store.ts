import type { Directory } from "../store/directoryPorts.ts";
import type { ImportState, OrgImport } from "../store/importPorts.ts";
import type { OrgId } from "../store/keys.ts";
import {
  type Claim,
  type OpenDeletions,
  type Opened,
  type OrgData,
  type Store,
  StoreBusy,
  type StoreSession,
  type Usage,
  type WaitingDeletion,
} from "../store/ports.ts";
import { MemoryDeletions } from "./deletions.ts";
import { MemoryEstate } from "./estate.ts";
import { MemoryGroups } from "./groups.ts";
import { MemoryImport } from "./import.ts";
import { MemoryInspection } from "./inspection.ts";
import { MemoryJobs } from "./jobs.ts";
import { MemoryMemberships } from "./memberships.ts";
import { MemoryOrg } from "./org.ts";
import { MemorySettings, type SettingsTables } from "./settings.ts";
import { MemoryUsers } from "./users.ts";

const HOUR = 3_600_000;

/** What all sessions of one store share. */
interface Tables {
  readonly settings: SettingsTables;
  readonly directories: Map<string, MemoryOrg>;
  readonly unmanaged: Map<string, MemoryOrg>;
}

/**
 * The store of one process, for platforms without the embedded database and for tests: it keeps every promise of the
 * ports, and nothing beyond the end of the process. It reads nothing ahead, because nothing is far away.
 */
export function createMemoryStore(): Store {
  const tables: Tables = {
    settings: { orgs: new Map(), slugs: new Map(), tokensByHash: new Map(), lastUsed: new Map() },
    directories: new Map(),
    unmanaged: new Map(),
  };
  return { begin: (allowance) => new MemorySession(tables, allowance?.signal) };
}

class MemorySession implements StoreSession {
  /** One call and one trip per operation; no capacity. */
  readonly usage: Usage = { calls: 0, trips: 0, rcu: 0, wcu: 0, retries: 0, conflicts: 0 };
  readonly settings: MemorySettings;
  readonly #tables: Tables;
  readonly #signal: AbortSignal | undefined;
  readonly #count = () => {
    if (this.#signal?.aborted) throw new StoreBusy("timeout");
    this.usage.calls++;
    this.usage.trips++;
  };

  constructor(tables: Tables, signal: AbortSignal | undefined) {
    this.#tables = tables;
    this.#signal = signal;
    this.settings = new MemorySettings(tables.settings, this.#count);
  }

  async open(claim: Claim): Promise<Opened> {
    this.#count();
    const { tokensByHash, orgs } = this.#tables.settings;
    const opened = { token: tokensByHash.get(claim.tokenHash), org: orgs.get(claim.orgId) };
    if (claim.secretId === undefined) return opened;
    const secret = [...tokensByHash.values()].find(({ id, orgId }) => id === claim.secretId && orgId === claim.orgId);
    return { ...opened, secret };
  }

  async markUsed(tokenId: string, now: number): Promise<void> {
    const { lastUsed } = this.#tables.settings;
    const before = lastUsed.get(tokenId);
    if (before === undefined || now - Date.parse(before) >= HOUR) lastUsed.set(tokenId, new Date(now).toISOString());
  }

  orgData(orgId: OrgId): OrgData {
    return new MemoryEstate(orgId, this.#tables.settings, [this.#tables.directories, this.#tables.unmanaged]);
  }

  inspection(orgId: OrgId): MemoryInspection {
    const { directories, unmanaged } = this.#tables;
    return new MemoryInspection(directories.get(orgId) ?? new MemoryOrg(), unmanaged.get(orgId) ?? new MemoryOrg());
  }

  async importState(orgId: OrgId): Promise<ImportState | undefined> {
    return this.#tables.directories.get(orgId)?.importState;
  }

  orgImport(orgId: OrgId): OrgImport {
    return new MemoryImport(
      { managed: orgOf(this.#tables.directories, orgId), unmanaged: orgOf(this.#tables.unmanaged, orgId) },
      this.#count,
    );
  }

  async openDeletions(before: string): Promise<OpenDeletions> {
    this.#count();
    const { directories, unmanaged } = this.#tables;
    const open = [...openIn(directories, true), ...openIn(unmanaged, false)];
    const deletions = open.filter(({ at }) => at < before).sort((a, b) => (a.at < b.at ? -1 : 1));
    return { deletions, unreadable: 0 };
  }

  directory(orgId: OrgId): Directory {
    return this.#side(this.#tables.directories, orgId);
  }

  unmanaged(orgId: OrgId): Directory {
    return this.#side(this.#tables.unmanaged, orgId);
  }

  #side(directories: Map<string, MemoryOrg>, orgId: OrgId): Directory {
    const org = orgOf(directories, orgId);
    return {
      users: new MemoryUsers(org, this.#count),
      groups: new MemoryGroups(org, this.#count),
      memberships: new MemoryMemberships(org, this.#count),
      deletions: new MemoryDeletions(org, this.#count),
      jobs: new MemoryJobs(org, this.#count),
      cursorKeys: {
        key: async (fresh) => {
          this.#count();
          org.cursorKey ??= fresh;
          return org.cursorKey;
        },
      },
    };
  }
}

function orgOf(directories: Map<string, MemoryOrg>, orgId: OrgId): MemoryOrg {
  const known = directories.get(orgId);
  if (known !== undefined) return known;
  const org = new MemoryOrg();
  directories.set(orgId, org);
  return org;
}

function openIn(directories: ReadonlyMap<string, MemoryOrg>, managed: boolean): WaitingDeletion[] {
  return [...directories].flatMap(([orgId, { dead }]) =>
    // The maps are filled by org id alone.
    [...dead.values()].map(({ id, at }) => ({ orgId: orgId as OrgId, managed, id, at })),
  );
}
