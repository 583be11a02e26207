import { DynamoCursorKeys } from "./cursorKeys.ts";
import { Database, type DatabaseOptions } from "./database.ts";
import { DynamoDeletions } from "./deletions.ts";
import type { Directory } from "./directoryPorts.ts";
import { DynamoGroups } from "./groups.ts";
import type { ImportState, OrgImport } from "./importPorts.ts";
import { readImportState } from "./importState.ts";
import type { Inspection } from "./inspection/findings.ts";
import { DynamoJobs } from "./jobs.ts";
import { isOrgId, isTokenHash, isTokenId, keyText, type OrgId, OrgKeys, type Side, settingsKeys } from "./keys.ts";
import type { UseMarks } from "./lastUsed.ts";
import { DynamoMemberships } from "./memberships.ts";
import { readOpenDeletions } from "./openDeletions.ts";
import type { Claim, Estate, OpenDeletions, Opened, StoreSession, Usage, Wanted } from "./ports.ts";
import { readsAhead } from "./readsAhead.ts";
import { DynamoSettings } from "./settings.ts";
import { orgRecord, tokenRecord } from "./settingsItems.ts";
import { DynamoUsers } from "./users.ts";
import { OrgView, ReadAhead } from "./view.ts";

/** What works on all of an org at once: only the functions that do it carry the code (`administrationParts`, `maintenanceParts`). */
export interface SessionParts {
  readonly inspections?: (database: Database, orgId: OrgId) => Inspection;
  readonly estates?: (database: Database, orgId: OrgId) => Estate;
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

  constructor(options: DatabaseOptions, marks: UseMarks, parts: SessionParts = {}) {
    this.#marks = marks;
    this.#parts = parts;
    this.#database = new Database(options);
    this.usage = this.#database.usage;
    this.settings = new DynamoSettings(this.#database);
  }

  directory(orgId: OrgId): Directory {
    return this.#side(new OrgKeys(orgId));
  }

  unmanaged(orgId: OrgId): Directory {
    return this.#side(new OrgKeys(orgId, "unmanaged"));
  }

  importState(orgId: OrgId): Promise<ImportState | undefined> {
    return readImportState(this.#view(new OrgKeys(orgId)));
  }

  orgImport(orgId: OrgId): OrgImport {
    if (this.#parts.imports === undefined) throw new Error("this function was composed without imports");
    const unmanaged = this.#view(new OrgKeys(orgId, "unmanaged"));
    return this.#parts.imports({ managed: this.#view(new OrgKeys(orgId)), unmanaged });
  }

  #view(keys: OrgKeys): OrgView {
    const known = this.#views.get(keys.prefix);
    if (known !== undefined) return known;
    const view = new OrgView(this.#database, keys, new ReadAhead());
    this.#views.set(keys.prefix, view);
    return view;
  }

  #side(keys: OrgKeys): Directory {
    const view = this.#view(keys);
    return {
      users: new DynamoUsers(view),
      groups: new DynamoGroups(view),
      memberships: new DynamoMemberships(view),
      deletions: new DynamoDeletions(view),
      jobs: new DynamoJobs(view),
      cursorKeys: new DynamoCursorKeys(view),
    };
  }

  estate(orgId: OrgId): Estate {
    if (this.#parts.estates === undefined) throw new Error("this function was composed without estates");
    return this.#parts.estates(this.#database, orgId);
  }

  inspection(orgId: OrgId): Inspection {
    if (this.#parts.inspections === undefined) throw new Error("this function was composed without inspections");
    return this.#parts.inspections(this.#database, orgId);
  }

  openDeletions(before: string): Promise<OpenDeletions> {
    return readOpenDeletions(this.#database, before);
  }

  markUsed(tokenId: string, now: number): Promise<void> {
    return this.#marks.mark(this.#database, tokenId, now);
  }

  async open(claim: Claim, wanted: readonly Wanted[]): Promise<Opened> {
    // The claim is text from outside: nothing but these forms gets near a key.
    if (!isOrgId(claim.orgId) || !isTokenHash(claim.tokenHash)) return { token: undefined, org: undefined };
    const view = new OrgView(this.#database, new OrgKeys(claim.orgId), new ReadAhead());
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
