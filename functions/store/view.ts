import { type Database, pagesOf, type QueryPage } from "./database.ts";
import type { ListCount } from "./groupLists.ts";
import { idBehindValue, keyText, OPEN_DELETIONS, type OrgKeys, valuePrefix } from "./keys.ts";
import type { Action, Fitting, Item, Key, Range, Refusal } from "./table.ts";

/** How often a transaction is sent in other forms, while items differ from what was seen. */
const FORM_TRIES = 8;

/** The first part of a list. */
interface IdList {
  readonly ids: readonly string[];
  /** Pass it as `after` to get the next page; undefined: the list is complete. */
  readonly last: string | undefined;
}

type PageOptions = Pick<Range, "after" | "limit">;

/** A list of ids, page by page. */
export interface IdPages {
  /** Unique among the lists of a session. */
  readonly name: string;
  page(options: PageOptions): Promise<IdList>;
}

/** The database for one side of one org: keys of another org, or of the other side, are neither sent nor returned. */
export class OrgView {
  readonly database: Database;
  readonly keys: OrgKeys;
  /** Ids this request deleted: their memberships are swept first. */
  readonly deleted = new Set<string>();
  /** How many groups each user lists, as this request last saw it. */
  readonly listed = new Map<string, ListCount>();
  /** Items that were read with the token, by `keyText`; each serves one read. A key without an item is known to be missing. */
  readonly ahead = new Map<string, Item | undefined>();
  /** The same for lists, by name. */
  readonly listsAhead = new Map<string, IdList>();

  constructor(database: Database, keys: OrgKeys) {
    this.database = database;
    this.keys = keys;
  }

  async get(key: Key): Promise<Item | undefined> {
    const text = keyText(key);
    const isKnown = this.ahead.has(text);
    const item = this.ahead.get(text);
    this.ahead.delete(text);
    return this.#own(isKnown ? item : await this.database.get(key));
  }

  /** The item read ahead, where no `get` has used it yet; the next `get` returns the same item. */
  peek(key: Key): Item | undefined {
    return this.#own(this.ahead.get(keyText(key)));
  }

  /** In the order of the keys, without missing items. @param only attributes, including those of the key; absent: all */
  async getMany(keys: readonly Key[], only?: readonly string[]): Promise<Item[]> {
    const found = new Map<string, Item | undefined>();
    const unknown: Key[] = [];
    for (const key of keys) {
      const text = keyText(key);
      if (!this.ahead.has(text)) unknown.push(key);
      else found.set(text, this.ahead.get(text));
      this.ahead.delete(text);
    }
    if (unknown.length > 0) {
      for (const item of await this.database.getMany(unknown, only)) found.set(keyText(item), item);
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

  /** The whole partition, or the given range, page by page. */
  pages(pk: string, range?: Range): AsyncIterable<readonly Item[]> {
    return pagesOf(this, pk, range);
  }

  /**
   * Ids of the member's groups, ascending: one page of the index, eventually consistent.
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

  /** All ids of a list, starting with the part that was read ahead. */
  async idsOf(list: IdPages): Promise<string[]> {
    const ahead = this.listsAhead.get(list.name);
    this.listsAhead.delete(list.name);
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

  /** Ids under a value in an externalId or e-mail index, ascending. */
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

  /** Ids of the member's groups from the index: eventually consistent, ascending. */
  groupsOf(memberId: string): IdPages {
    return { name: this.keys.reverse(memberId), page: (options) => this.groupPage(memberId, options) };
  }

  /**
   * Ids in items whose sort keys begin with `prefix`, in no order; undefined when there are more than `limit`.
   * @param idsIn the ids in one item
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

  /**
   * All actions or none. Where only forms are refused, the transaction is sent again in the forms that fit the items in the
   * refusals.
   * @param actions forms that may have nothing to write come last
   * @returns the conditions that did not hold; none: everything was written. Only forms: others changed the items each time
   */
  async write(actions: readonly (Action | Fitting)[]): Promise<readonly Refusal[]> {
    // After a write, everything read before may be outdated.
    this.ahead.clear();
    this.listsAhead.clear();
    for (let tries = 1; ; tries++) {
      const sent: Action[] = [];
      const sources: (Action | Fitting)[] = [];
      for (const source of actions) {
        const action = "form" in source ? source.form() : source;
        if (action === undefined) continue;
        sent.push(action);
        sources.push(source);
      }
      const refusals = await this.database.write(sent);
      let decided = refusals.length === 0 || tries === FORM_TRIES;
      for (const { index, stored } of refusals) {
        const source = sources[index];
        if (source !== undefined && "form" in source) source.learn(stored);
        else decided = true;
      }
      if (decided) return refusals;
    }
  }

  /**
   * A second defence after the keys: never returns an item of another org, whatever went wrong before. Where only part of
   * an item was read, the requested partition was checked instead.
   */
  #own(item: Item | undefined): Item | undefined {
    const { prefix } = this.keys;
    const isForeign = typeof item?.pk === "string" && !item.pk.startsWith(prefix);
    const isListedForeign = typeof item?.g1p === "string" && !item.g1p.startsWith(prefix) && !isOpenDeletion(item);
    if (isForeign || isListedForeign) throw new Error("the store answered with an item of another org");
    return item;
  }
}

/** Only deletion markers share an index partition with other orgs. */
function isOpenDeletion({ g1p }: Item): boolean {
  return OPEN_DELETIONS.includes(String(g1p));
}
