import type { Database, QueryPage } from "./database.ts";
import type { ListCount } from "./groupLists.ts";
import { idBehindValue, keyText, OPEN_DELETIONS, type OrgKeys, valuePrefix } from "./keys.ts";
import type { Action, Item, Key, Range, Refusal } from "./table.ts";

/** The beginning of a list. */
export interface IdList {
  readonly ids: readonly string[];
  /** Give it as `after` to go on; undefined where this is all of it. */
  readonly last: string | undefined;
}

type PageOptions = Pick<Range, "after" | "limit">;

/** A list of ids, page by page. */
export interface IdPages {
  /** No two lists of a session have the same. */
  readonly name: string;
  page(options: PageOptions): Promise<IdList>;
}

/** The database seen by one side of one org: no key of another org, or of the other side, gets in or out. */
export class OrgView {
  readonly database: Database;
  readonly keys: OrgKeys;
  /** Ids this request deleted: their memberships are swept first. */
  readonly deleted = new Set<string>();
  /** How many groups users list, each as this request saw it last. */
  readonly listed = new Map<string, ListCount>();
  /** What `open` read ahead: each answer serves one read. A key that is here without an item is known to be missing. */
  readonly #ahead = new Map<string, Item | undefined>();
  readonly #listsAhead = new Map<string, IdList>();

  constructor(database: Database, keys: OrgKeys) {
    this.database = database;
    this.keys = keys;
  }

  keepAhead(key: Key, item: Item | undefined): void {
    this.#ahead.set(keyText(key), item);
  }
  keepListAhead({ name }: IdPages, list: IdList): void {
    this.#listsAhead.set(name, list);
  }

  async get(key: Key): Promise<Item | undefined> {
    const text = keyText(key);
    const isKnown = this.#ahead.has(text);
    const item = this.#ahead.get(text);
    this.#ahead.delete(text);
    return this.#own(isKnown ? item : await this.database.get(key));
  }

  /** What was read ahead, where nobody has asked for it yet: the next `get` gives the same. */
  peek(key: Key): Item | undefined {
    return this.#own(this.#ahead.get(keyText(key)));
  }

  /** In the order of the keys, without those that are missing. @param only attributes, the key's among them */
  async getMany(keys: readonly Key[], only: readonly string[]): Promise<Item[]> {
    const found = new Map<string, Item | undefined>();
    const unknown: Key[] = [];
    for (const key of keys) {
      const text = keyText(key);
      if (!this.#ahead.has(text)) unknown.push(key);
      else found.set(text, this.#ahead.get(text));
      this.#ahead.delete(text);
    }
    if (unknown.length > 0) {
      for (const item of await this.database.getMany(unknown, only)) found.set(`${item.pk}\n${item.sk}`, item);
    }
    const items: Item[] = [];
    for (const key of keys) {
      const item = this.#own(found.get(keyText(key)));
      if (item !== undefined) items.push(item);
    }
    return items;
  }

  async query(pk: string, options?: Range): Promise<QueryPage> {
    if (!pk.startsWith(this.keys.prefix)) throw new Error("a query outside the org");
    const page = await this.database.query(pk, options);
    for (const item of page.items) this.#own(item);
    return page;
  }

  /** The whole partition, or its part, page by page. */
  async *pages(pk: string, options: Range = {}): AsyncIterable<readonly Item[]> {
    let { after } = options;
    do {
      const page = await this.query(pk, { ...options, after });
      if (page.items.length > 0) yield page.items;
      after = page.last;
    } while (after !== undefined);
  }

  /**
   * Ids of groups that this member is in, ascending: one page of the index, eventually consistent.
   * @param after a group's id
   */
  async groupPage(memberId: string, { after, limit }: PageOptions): Promise<IdList> {
    const { keys } = this;
    const reached = { g1p: keys.reverse(memberId), g1s: after ?? "", ...keys.membership(after ?? "", memberId) };
    const page = await this.database.queryReverse(reached.g1p, {
      after: after === undefined ? undefined : reached,
      limit,
    });
    for (const { pk, g1p, g1s } of page.items) this.#own({ pk, g1p, g1s });
    return { ids: page.items.map(({ g1s }) => g1s), last: page.last?.g1s };
  }

  /** All of a list, beginning with what was read ahead of it. */
  async idsOf(list: IdPages): Promise<string[]> {
    const ahead = this.#listsAhead.get(list.name);
    this.#listsAhead.delete(list.name);
    const ids = [...(ahead?.ids ?? [])];
    let last = ahead?.last;
    if (ahead !== undefined && last === undefined) return ids;
    do {
      const page = await list.page({ after: last });
      ids.push(...page.ids);
      last = page.last;
    } while (last !== undefined);
    return ids;
  }

  /** Ids filed under a value in an externalId or e-mail index, ascending. */
  byValue(pk: string, value: string): IdPages {
    const prefix = valuePrefix(value);
    return {
      name: `${pk}\n${prefix}`,
      page: async ({ after, limit }) => {
        const { items, last } = await this.query(pk, { prefix, after, limit });
        return { ids: items.map(({ sk }) => idBehindValue(String(sk))), last };
      },
    };
  }

  /** Ids of the groups that this member is in, from the index: eventually consistent, ascending. */
  groupsOf(memberId: string): IdPages {
    return { name: this.keys.reverse(memberId), page: (options) => this.groupPage(memberId, options) };
  }

  /**
   * Ids kept by the items of a partition whose sort keys begin so, in no order; undefined when there are more than `limit`.
   * @param ids the attributes that hold them, of one item
   */
  async idsByPrefix(
    pk: string,
    prefix: string,
    limit: number,
    idsIn: (item: Item) => readonly string[],
  ): Promise<string[] | undefined> {
    const ids: string[] = [];
    for await (const items of this.pages(pk, { prefix, only: ["pk", "id", "ids"] })) {
      ids.push(...items.flatMap(idsIn));
      if (ids.length > limit) return undefined;
    }
    return ids;
  }

  /** All actions or none. @returns the conditions that did not hold: none means written */
  write(actions: readonly Action[]): Promise<readonly Refusal[]> {
    // A write makes everything read before it doubtful.
    this.#ahead.clear();
    this.#listsAhead.clear();
    return this.database.write(actions);
  }

  /**
   * The defence behind the keys: an item of another org is never handed out, whatever went wrong before. Where only part
   * of an item was read, the partition asked for has been checked instead.
   */
  #own(item: Item | undefined): Item | undefined {
    const { prefix } = this.keys;
    const isForeign = typeof item?.pk === "string" && !item.pk.startsWith(prefix);
    const isListedForeign = typeof item?.g1p === "string" && !item.g1p.startsWith(prefix) && !isOpenDeletion(item);
    if (isForeign || isListedForeign) throw new Error("the store answered with an item of another org");
    return item;
  }
}

/** Markers alone stand in the index beside those of other orgs. */
function isOpenDeletion({ g1p }: Item): boolean {
  return OPEN_DELETIONS.includes(String(g1p));
}
