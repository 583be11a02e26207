import type { Directory } from "../provisioning/directoryPorts.ts";
import type { ImportState, OrgImport } from "../provisioning/importPorts.ts";
import type { Inspection } from "../provisioning/inspection.ts";
import type {
  Claim,
  Estate,
  OpenDeletions,
  Opened,
  OrgId,
  StoreSession,
  Usage,
  Wanted,
} from "../provisioning/ports.ts";
import { isGroupId, isUserId } from "../scim/identifiers.ts";
import { DynamoCursorKeys } from "./cursorKeys.ts";
import { Database, type DatabaseOptions } from "./database.ts";
import { DynamoDeletions } from "./deletions.ts";
import { DynamoGroups } from "./groups.ts";
import { readImportState } from "./importState.ts";
import { DynamoJobs } from "./jobs.ts";
import {
  isOrgId,
  isTokenHash,
  isTokenId,
  type Key,
  keyText,
  OrgKeys,
  type Side,
  settingsKeys,
  valuePrefix,
} from "./keys.ts";
import type { UseMarks } from "./lastUsed.ts";
import { DynamoMemberships, readGroupsOf } from "./memberships.ts";
import { readOpenDeletions } from "./openDeletions.ts";
import { DynamoSettings } from "./settings.ts";
import { orgRecord, tokenRecord } from "./settingsItems.ts";
import { DynamoUsers } from "./users.ts";
import { listName, OrgView, ReadAhead } from "./view.ts";

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
    const { keys, lists } = readsFor(view, wanted);
    const { secretId } = claim;
    if (secretId !== undefined && !isTokenId(secretId)) return { token: undefined, org: undefined };
    const tokenKey =
      secretId === undefined
        ? settingsKeys.token(claim.tokenHash)
        : settingsKeys.accessToken(claim.orgId, claim.tokenHash);
    const secretKeys = secretId === undefined ? [] : [settingsKeys.listedToken(claim.orgId, secretId)];
    const orgKey = settingsKeys.org(claim.orgId);
    const [items, ids] = await Promise.all([
      this.#database.getMany([tokenKey, orgKey, ...secretKeys, ...keys]),
      Promise.all(lists.map((list) => list.read())),
    ]);

    const found = new Map(items.map((item) => [`${item.pk}\n${item.sk}`, item]));
    const token = found.get(keyText(tokenKey));
    const org = found.get(keyText(orgKey));
    if (org !== undefined) {
      for (const key of keys) view.ahead.putItem(key, found.get(keyText(key)));
      for (const [index, list] of lists.entries()) view.ahead.putList(list.name, ids[index] ?? []);
      this.#views.set(view.keys.prefix, view);
    }
    const [secret] = secretKeys.map((key) => found.get(keyText(key)));
    return { token: token && tokenRecord(token), org: org && orgRecord(org), secret: secret && tokenRecord(secret) };
  }
}

interface ListRead {
  readonly name: string;
  readonly read: () => Promise<readonly string[]>;
}

/** What to read for the wishes of a request. A wish that no stored item can fulfil is left out. */
function readsFor(view: OrgView, wanted: readonly Wanted[]): { keys: readonly Key[]; lists: readonly ListRead[] } {
  const keys: Key[] = [];
  const lists: ListRead[] = [];
  const byValue = (pk: string, value: string) =>
    lists.push({ name: listName(pk, valuePrefix(value)), read: () => view.readIdsByValue(pk, value) });
  for (const wish of wanted) {
    switch (wish.kind) {
      case "user":
        if (isUserId(wish.id)) keys.push(view.keys.user(wish.id));
        break;
      case "group":
        if (isGroupId(wish.id)) keys.push(view.keys.group(wish.id));
        break;
      case "userName":
        if (wish.key !== "") keys.push(view.keys.userName(wish.key));
        break;
      case "groupName":
        if (wish.key !== "") keys.push(view.keys.groupName(wish.key));
        break;
      case "membership":
        if (isGroupId(wish.groupId) && (isUserId(wish.memberId) || isGroupId(wish.memberId))) {
          keys.push(view.keys.edge(wish.groupId, wish.memberId));
        }
        break;
      case "userEmail":
        byValue(view.keys.emails(), wish.key);
        break;
      case "userExternalId":
        byValue(view.keys.userExternalIds(), wish.value);
        break;
      case "groupExternalId":
        byValue(view.keys.groupExternalIds(), wish.value);
        break;
      case "groupsOf":
        if (isUserId(wish.memberId) || isGroupId(wish.memberId)) {
          const { memberId } = wish;
          lists.push({ name: view.keys.reverse(memberId), read: () => readGroupsOf(view, memberId) });
        }
        break;
    }
  }
  return { keys, lists };
}
