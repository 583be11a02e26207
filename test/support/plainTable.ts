import type {
  Action,
  Condition,
  IndexKey,
  Item,
  Key,
  Range,
  ReverseRange,
  Table,
  Test,
} from "../../functions/store/table.ts";

const FREE = { rcu: 0, wcu: 0, attempts: 1 };

/** The port said again in the plainest way, over a map and without limits, prices or tokens: what laws compare with. */
export class PlainTable implements Table {
  #items = new Map<string, Item>();

  async get(key: Key) {
    return { item: this.#items.get(nameOf(key)), consumed: FREE };
  }

  async getMany(keys: readonly Key[], only?: readonly string[]) {
    const items = keys.map((key) => this.#items.get(nameOf(key))).filter((item) => item !== undefined);
    return { items: items.map((item) => part(item, only)), left: [], consumed: FREE };
  }

  async getTogether(keys: readonly Key[]) {
    return { items: keys.map((key) => this.#items.get(nameOf(key))), consumed: FREE };
  }

  async query(wanted: string, { prefix = "", from = "", after, limit = 1000, only, having }: Range) {
    const inRange = ({ pk, sk }: Item) =>
      pk === wanted && startsWith(sk, prefix) && order(sk, from) >= 0 && (after === undefined || order(sk, after) > 0);
    const read = [...this.#items.values()]
      .filter(inRange)
      .sort((one, other) => order(one.sk, other.sk))
      .slice(0, limit);
    const items = read.filter((item) => having === undefined || item[having] !== undefined);
    const last = read.length === limit ? String(read.at(-1)?.sk) : undefined;
    return { items: items.map((item) => part(item, only)), last, consumed: FREE };
  }

  async queryReverse(wanted: string, { before }: ReverseRange) {
    const items: IndexKey[] = [];
    for (const { pk, sk, g1p, g1s } of this.#items.values()) {
      if (g1p !== wanted || g1s === undefined || (before !== undefined && order(g1s, before) >= 0)) continue;
      items.push({ pk: String(pk), sk: String(sk), g1p, g1s: String(g1s) });
    }
    return { items, last: undefined, consumed: FREE };
  }

  async write(actions: readonly Action[]) {
    const refusals = actions.flatMap((action, index) => {
      const stored = this.#items.get(nameOf(keyIn(action)));
      return action.condition === undefined || isMet(action.condition, stored) ? [] : [{ index, stored }];
    });
    if (refusals.length > 0) return { refusals, consumed: FREE };
    const next = new Map(this.#items);
    for (const action of actions) apply(next, action);
    this.#items = next;
    return { refusals, consumed: FREE };
  }

  async writeLoose(puts: readonly Item[], deletes: readonly Key[]) {
    for (const put of puts) apply(this.#items, { put });
    for (const key of deletes) apply(this.#items, { delete: key });
    return { left: { puts: [], deletes: [] }, consumed: FREE };
  }
}

function apply(items: Map<string, Item>, action: Action): void {
  const name = nameOf(keyIn(action));
  if ("put" in action) items.set(name, action.put);
  if ("delete" in action) items.delete(name);
  if (!("update" in action)) return;
  const item: Record<string, Item[string]> = { ...(items.get(name) ?? action.update), ...action.set };
  for (const [of, by] of Object.entries(action.add ?? {})) item[of] = numberIn(item, of) + by;
  for (const [of, member] of Object.entries(action.include ?? {})) item[of] = new Set([...setIn(item, of), member]);
  for (const [of, member] of Object.entries(action.exclude ?? {})) {
    const rest = [...setIn(item, of)].filter((one) => one !== member);
    if (rest.length > 0) item[of] = new Set(rest);
    else delete item[of];
  }
  for (const of of action.remove ?? []) delete item[of];
  items.set(name, item);
}

function isMet({ all, orAbsent }: Condition, item: Item | undefined): boolean {
  if (orAbsent === true && item === undefined) return true;
  return !all.some((test) => !holds(test, item ?? {}));
}

function holds(test: Test, item: Item): boolean {
  if ("exists" in test) return test.exists in item;
  if ("missing" in test) return !(test.missing in item);
  if ("equals" in test) return item[test.equals[0]] === test.equals[1];
  if ("atMost" in test) {
    const value = item[test.atMost[0]];
    return typeof value === typeof test.atMost[1] && order(value, test.atMost[1]) <= 0;
  }
  if ("holds" in test) return [...setIn(item, test.holds[0])].includes(test.holds[1]);
  const members = [...setIn(item, test.size[0])].length;
  return test.size[1] === "one" ? members === 1 : members >= 2;
}

/** @throws Error as every table refuses it */
function numberIn(item: Item, name: string): number {
  const value = item[name] ?? 0;
  if (typeof value !== "number") throw new Error("no number");
  return value;
}

function setIn(item: Item, name: string): ReadonlySet<string> {
  const value = item[name] ?? new Set();
  if (typeof value !== "object") throw new Error("no set");
  return value;
}

/** Code points have the order of their UTF-8 bytes. */
function order(left: Item[string], right: Item[string]): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  const [one, other] = [[...String(left)], [...String(right)]];
  for (let at = 0; at < Math.min(one.length, other.length); at++) {
    const difference = (one[at]?.codePointAt(0) ?? 0) - (other[at]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

function startsWith(value: Item[string], prefix: string): boolean {
  return String(value).slice(0, prefix.length) === prefix;
}

function part(item: Item, only: readonly string[] | undefined): Item {
  return Object.fromEntries(Object.entries(item).filter(([name]) => only === undefined || only.includes(name)));
}

function keyIn(action: Action): Key {
  if ("put" in action) return { pk: String(action.put.pk), sk: String(action.put.sk) };
  if ("delete" in action) return action.delete;
  return "check" in action ? action.check : action.update;
}

function nameOf({ pk, sk }: Key): string {
  return JSON.stringify([pk, sk]);
}
