import { isUserId } from "../scim/schema.ts";
import type {
  Changed,
  Created,
  Deleted,
  Listed,
  Page,
  ResourceRecord,
  ResourceWrite,
  Stamp,
  Users,
} from "../store/directoryPorts.ts";
import type { MemoryOrg } from "./org.ts";

/** Users in memory. Every method does its work in one go: nothing comes between. */
export class MemoryUsers implements Users {
  readonly #org: MemoryOrg;
  readonly #count: () => void;

  /** @param count called once per operation */
  constructor(org: MemoryOrg, count: () => void) {
    this.#org = org;
    this.#count = count;
  }

  async find(id: string): Promise<ResourceRecord | undefined> {
    this.#count();
    return this.#org.users.get(id);
  }

  async findMany(ids: readonly string[]): Promise<ResourceRecord[]> {
    this.#count();
    return this.#org.users.many(ids);
  }

  async idsByName(key: string): Promise<string[]> {
    this.#count();
    const id = this.#org.userNames.get(key);
    return id === undefined ? [] : [id];
  }

  async idsByExternalId(externalId: string): Promise<string[]> {
    this.#count();
    return this.#org.userExternalIds.of(externalId);
  }

  async idsByValue(key: string): Promise<string[]> {
    this.#count();
    return this.#org.emails.of(key);
  }

  async idsByNamePrefix(prefix: string, limit: number): Promise<string[] | undefined> {
    this.#count();
    const ids = [...this.#org.userNames].flatMap(([key, id]) => (key.startsWith(prefix) ? [id] : []));
    return ids.length > limit ? undefined : ids;
  }

  async create(id: string, write: ResourceWrite, stamp: Stamp): Promise<Created<ResourceRecord>> {
    this.#count();
    if (!isUserId(id)) throw new Error("not the id of a user");
    if (this.#org.users.get(id) !== undefined) throw new Error("a new user's id is in use");
    const holder = this.#org.userNames.get(write.keys.name);
    if (holder !== undefined) return { outcome: "taken", holder };
    const record = {
      id,
      version: 1,
      created: stamp.at,
      lastModified: stamp.at,
      attributes: write.attributes,
      keys: write.keys,
    };
    this.#org.users.set(record);
    this.#org.indexUser(id, write.keys);
    return { outcome: "created", record };
  }

  async replace(previous: ResourceRecord, write: ResourceWrite, stamp: Stamp): Promise<Changed<ResourceRecord>> {
    this.#count();
    const { id } = previous;
    const stored = this.#org.users.get(id);
    if (stored === undefined) return { outcome: "missing" };
    if (stored.version !== previous.version) return { outcome: "stale" };
    const holder = this.#org.userNames.get(write.keys.name);
    if (holder !== undefined && holder !== id) return { outcome: "taken", holder };
    const version = stored.version + 1;
    const record = {
      id,
      version,
      created: stored.created,
      lastModified: stamp.at,
      attributes: write.attributes,
      keys: write.keys,
    };
    this.#org.unindexUser(id, stored.keys);
    this.#org.indexUser(id, write.keys);
    this.#org.users.set(record);
    return { outcome: "changed", record };
  }

  async delete(previous: ResourceRecord, stamp: Stamp): Promise<Deleted> {
    this.#count();
    const stored = this.#org.users.get(previous.id);
    if (stored === undefined) return { outcome: "missing" };
    if (stored.version !== previous.version) return { outcome: "stale" };
    this.#org.unindexUser(previous.id, stored.keys);
    this.#org.users.delete(previous.id);
    this.#org.bury(previous.id, "user", stamp);
    return { outcome: "deleted" };
  }

  async page(start: number, limit: number): Promise<Page<ResourceRecord>> {
    this.#count();
    return this.#org.users.page(start, limit);
  }

  async list(limit: number, after?: string): Promise<Listed<ResourceRecord>> {
    this.#count();
    return this.#org.users.list(limit, after);
  }

  scan(): AsyncIterable<readonly ResourceRecord[]> {
    this.#count();
    return this.#org.users.pages();
  }
}
