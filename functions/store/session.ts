import { DynamoCursorKeys } from "./cursorKeys.ts";
import { Database, type DatabaseOptions } from "./database.ts";
import type { Directory } from "./directoryPorts.ts";
import { GroupStore } from "./groupStore.ts";
import type { ImportState, OrgImport } from "./importPorts.ts";
import { readImportState } from "./importState.ts";
import type { Inspection } from "./inspection/findings.ts";
import { JobStore } from "./jobs.ts";
import { isOrgId, isTokenHash, isTokenId, keyText, type OrgId, OrgKeys, type Side, settingsKeys } from "./keys.ts";
import type { UseMarks } from "./lastUsed.ts";
import { MembershipStore } from "./memberships.ts";
import { readOpenDeletions } from "./openDeletions.ts";
import type { Claim, OpenDeletions, Opened, OrgData, StoreSession, Usage, Wanted } from "./ports.ts";
import { readsAhead } from "./readsAhead.ts";
import { ResourceStore } from "./resourceStore.ts";
import { DynamoSettings } from "./settings.ts";
import { orgRecord, tokenRecord } from "./settingsItems.ts";
import { GROUP_LAYOUT, LAYOUTS, type TypeLayout, USER_LAYOUT } from "./storedType.ts";
import { DeletionStore } from "./tombstone.ts";
import { OrgView, ReadAhead } from "./view.ts";

/** What works on all of an org at once: only the functions that do it carry the code (`administrationParts`, `maintenanceParts`). */
export interface SessionParts {
  readonly inspections?: (database: Database, orgId: OrgId) => Inspection;
  readonly orgData?: (database: Database, orgId: OrgId, types: readonly TypeLayout[]) => OrgData;
  readonly imports?: (views: Readonly<Record<Side, OrgView>>) => OrgImport;
}

/** One request's view of the table. */
export class DynamoSession implements StoreSession {
  readonly usage: Usage;
  readonly settings: DynamoSettings;
  readonly #database: Database;
  readonly #views = new Map<string, OrgView>();

  readonly #marks: UseMarks;

  readonly #parts: SessionParts;

  readonly #types: readonly TypeLayout[];

  constructor(options: DatabaseOptions, marks: UseMarks, parts: SessionParts = {}, types = LAYOUTS) {
    this.#marks = marks;
    this.#types = types;
    this.#parts = parts;
    this.#database = new Database(options);
    this.usage = this.#database.usage;
    this.settings = new DynamoSettings(this.#database);
  }

  directory(orgId: OrgId): Directory {
    return this.#directory(orgId, "managed");
  }

  unmanaged(orgId: OrgId): Directory {
    return this.#directory(orgId, "unmanaged");
  }

  importState(orgId: OrgId): Promise<ImportState | undefined> {
    return readImportState(this.#view(orgId, "managed"));
  }

  orgImport(orgId: OrgId): OrgImport {
    if (this.#parts.imports === undefined) throw new Error("this function was composed without imports");
    return this.#parts.imports({
      managed: this.#view(orgId, "managed"),
      unmanaged: this.#view(orgId, "unmanaged"),
    });
  }

  #view(orgId: OrgId, side: Side): OrgView {
    const keys = new OrgKeys(orgId, side, this.#types);
    const known = this.#views.get(keys.prefix);
    if (known !== undefined) return known;
    const view = new OrgView(this.#database, keys, new ReadAhead());
    this.#views.set(keys.prefix, view);
    return view;
  }

  #directory(orgId: OrgId, side: Side): Directory {
    const view = this.#view(orgId, side);
    return {
      users: new ResourceStore(view, USER_LAYOUT),
      groups: new GroupStore(view, GROUP_LAYOUT),
      memberships: new MembershipStore(view),
      deletions: new DeletionStore(view),
      jobs: new JobStore(view),
      cursorKeys: new DynamoCursorKeys(view),
    };
  }

  orgData(orgId: OrgId): OrgData {
    if (this.#parts.orgData === undefined) throw new Error("this function was composed without the data of orgs");
    return this.#parts.orgData(this.#database, orgId, this.#types);
  }

  inspection(orgId: OrgId): Inspection {
    if (this.#parts.inspections === undefined) throw new Error("this function was composed without inspections");
    return this.#parts.inspections(this.#database, orgId);
  }

  openDeletions(before: string): Promise<OpenDeletions> {
    return readOpenDeletions(this.#database, before, this.#types);
  }

  markUsed(tokenId: string, now: number): Promise<void> {
    return this.#marks.mark(this.#database, tokenId, now);
  }

  async open(claim: Claim, wanted: readonly Wanted[]): Promise<Opened> {
    // The claim is text from outside: nothing but these forms gets near a key.
    if (!isOrgId(claim.orgId) || !isTokenHash(claim.tokenHash)) return { token: undefined, org: undefined };
    const view = new OrgView(this.#database, new OrgKeys(claim.orgId, "managed", this.#types), new ReadAhead());
    const { secretId } = claim;
    if (secretId !== undefined && !isTokenId(secretId)) return { token: undefined, org: undefined };
    const tokenKey =
      secretId === undefined
        ? settingsKeys.token(claim.tokenHash)
        : settingsKeys.accessToken(claim.orgId, claim.tokenHash);
    const secretKeys = secretId === undefined ? [] : [settingsKeys.listedToken(claim.orgId, secretId)];
    const orgKey = settingsKeys.org(claim.orgId);
    const claimed = [tokenKey, orgKey, ...secretKeys];
    const { keys, query } = readsAhead(view, wanted, claimed.length);
    const [items, remember] = await Promise.all([this.#database.getMany([...claimed, ...keys]), query?.()]);

    const found = new Map(items.map((item) => [`${item.pk}\n${item.sk}`, item]));
    const token = found.get(keyText(tokenKey));
    const org = found.get(keyText(orgKey));
    if (org !== undefined) {
      for (const key of keys) view.ahead.putItem(key, found.get(keyText(key)));
      remember?.();
      this.#views.set(view.keys.prefix, view);
    }
    const [secret] = secretKeys.map((key) => found.get(keyText(key)));
    return { token: token && tokenRecord(token), org: org && orgRecord(org), secret: secret && tokenRecord(secret) };
  }
}
