import { randomUUID } from "node:crypto";
import fc from "fast-check";
import type {
  Action,
  Condition,
  Item,
  Key,
  Range,
  ReverseRange,
  Table,
  Test,
  Update,
} from "../../functions/store/table.ts";

/** Calls of a table's port with few keys and values, so that they collide. */

const optionally: { requiredKeys: [] } = { requiredKeys: [] };
const text = fc.constantFrom("a", "ab", "a\u0000", "b", "é", "\uE000", "\u{10000}");
const number = fc.integer({ min: -3, max: 3 });
/** Without U+0000 at the end: dynoxide 1.2.1 also finds the key without it. */
const prefix = text.filter((part) => !part.endsWith("\u0000"));
const pk = fc.constantFrom("P#1", "P#1#U");
const key = fc.record({ pk, sk: text });
const keys = fc.uniqueArray(key, { minLength: 1, maxLength: 5, selector: nameOf });
const index = { g1p: fc.constantFrom("R#1", "R#2"), g1s: text };
const set = fc.uniqueArray(text, { minLength: 1, maxLength: 3 }).map((members) => new Set(members));
const attributes = fc.record(
  {
    n: number,
    d: fc.oneof(
      text,
      text.map((part) => part.repeat(700)),
    ),
    ids: set,
    ...index,
  },
  { requiredKeys: [] },
);
const item = fc.tuple(key, attributes).map(([at, more]): Item => ({ ...at, ...more }));

const name = fc.constantFrom("n", "d", "ids", "g1p");
const oneTest = fc.oneof<fc.Arbitrary<Test>[]>(
  fc.oneof(name, fc.constant("pk")).map((exists) => ({ exists })),
  fc.oneof(name, fc.constant("pk")).map((missing) => ({ missing })),
  fc.tuple(fc.constantFrom("n", "d"), fc.oneof(text, number)).map((equals) => ({ equals })),
  fc.tuple(fc.constantFrom("n", "d"), fc.oneof(text, number)).map((atMost) => ({ atMost })),
  text.map((member) => ({ holds: ["ids", member] })),
  fc.constantFrom("one" as const, "several" as const).map((members) => ({ size: ["ids", members] })),
);
const condition = fc.record<Condition>(
  { all: fc.array(oneTest, { minLength: 1, maxLength: 2 }), orAbsent: fc.constant(true as const) },
  { requiredKeys: ["all"] },
);
const optional = fc.option(condition, { nil: undefined, freq: 2 });
/** Clauses that set attributes, each attribute in one clause. */
const giving = fc
  .record<Omit<Update, "update">>(
    {
      set: fc.record({ d: text, ...index }, optionally),
      add: fc.record({ n: number }),
      include: fc.record({ ids: text }),
      exclude: fc.record({ ids: text }),
      remove: fc.subarray(["d", "g1p"]),
    },
    optionally,
  )
  .filter(({ set = {}, add = {}, include = {}, exclude = {}, remove = [] }) => {
    const names = [...[set, add, include, exclude].flatMap((values) => Object.keys(values)), ...remove];
    return new Set(names).size === names.length && [set, add, include].some((values) => Object.keys(values).length > 0);
  });
const taking = fc.constantFrom<Omit<Update, "update">>({ remove: ["d", "g1s"] }, { exclude: { ids: "a" } });
const action = fc.oneof<fc.Arbitrary<Action>[]>(
  fc.record({ put: item, condition: optional }),
  fc.record({ delete: key, condition: optional }),
  fc.tuple(key, giving, optional).map(([update, changes, on]) => ({ ...changes, update, condition: on })),
  fc.tuple(key, taking).map(([update, changes]) => ({ ...changes, update, condition: { all: [{ exists: "d" }] } })),
);
/** Alone: in a transaction, a refused condition and a fault hide each other in either order. */
const wrong = fc.constantFrom<Omit<Update, "update">>({ include: { n: "a" } }, { add: { d: 1 } });
const actions = fc.uniqueArray(fc.oneof(action, fc.record({ check: key, condition })), {
  minLength: 1,
  maxLength: 4,
  selector: (one) =>
    nameOf("put" in one ? one.put : "delete" in one ? one.delete : "check" in one ? one.check : one.update),
});
const limit = fc.integer({ min: 1, max: 3 });

export type TableCall =
  | { readonly write: readonly Action[] }
  | { readonly transact: readonly Action[]; readonly token: string }
  | { readonly remove: readonly Key[] }
  | { readonly get: Key }
  | { readonly getMany: readonly Key[] }
  | { readonly getTogether: readonly Key[] }
  | { readonly query: Range; readonly pk: string }
  | { readonly queryReverse: ReverseRange };

export const tableCall = fc.oneof<fc.Arbitrary<TableCall>[]>(
  action.map((write) => ({ write: [write] })),
  fc.tuple(key, wrong).map(([update, changes]) => ({ write: [{ update, ...changes }] })),
  fc.record({ transact: actions, token: fc.constantFrom("fresh", "one", "other") }),
  keys.map((remove) => ({ remove })),
  key.map((get) => ({ get })),
  keys.map((getMany) => ({ getMany })),
  keys.map((getTogether) => ({ getTogether })),
  fc.record({ pk, query: fc.record({ prefix, limit, having: name, only: fc.constant(["sk", "d"]) }, optionally) }),
  fc.record({ pk, query: fc.record({ from: text, limit }, optionally) }),
  fc.record({ queryReverse: fc.record({ before: text }, optionally) }),
);
/** @param tokens by their name in calls; unnamed ones are new each time */
export async function called(table: Table, call: TableCall, tokens: ReadonlyMap<string, string>): Promise<object> {
  if ("write" in call) return table.write(call.write);
  if ("transact" in call) return table.write(call.transact, tokens.get(call.token) ?? randomUUID());
  if ("remove" in call) return table.deleteMany(call.remove);
  if ("get" in call) return table.get(call.get);
  if ("getTogether" in call) return table.getTogether(call.getTogether);
  if ("query" in call) return table.query(call.pk, call.query);
  return "getMany" in call
    ? table.getMany(call.getMany, ["pk", "sk", "n"])
    : table.queryReverse("R#1", call.queryReverse);
}

function nameOf({ pk, sk }: Item | Key): string {
  return JSON.stringify([pk, sk]);
}
