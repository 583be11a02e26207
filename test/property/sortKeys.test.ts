import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { plainOutput } from "../../functions/store/signed/attributeValues.ts";
import { parseSortKeys } from "../../functions/store/signed/sortKeys.ts";
import { codePoint } from "../support/anyText.ts";
import { amountOf } from "../support/proof.ts";

/** Texts that look like parts of the answer. */
const PARTS = [
  '"',
  "\\",
  '"}}',
  '"}},{"sk":{"S":"',
  '"}}]',
  '"Items":[',
  ",",
  "]",
  "{",
  "}",
  "sk",
  "ü",
  "\u{1F600}",
  "\n",
];
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom("u", "0", "z", ...PARTS), maxLength: 6 }),
  fc.string({ unit: codePoint, maxLength: 6 }),
);
const key = text.map((sk) => ({ sk: { S: sk } }));
const other = fc.oneof(
  fc.record({ sk: text.map((sk) => ({ S: sk })), pk: text.map((pk) => ({ S: pk })) }),
  fc.record({ pk: text.map((pk) => ({ S: pk })), sk: text.map((sk) => ({ S: sk })) }),
  fc.integer().map((n) => ({ sk: { N: String(n) } })),
  fc.array(text, { minLength: 1, maxLength: 3 }).map((SS) => ({ sk: { SS } })),
  fc.constant({}),
);
const items = fc.oneof(
  { weight: 3, arbitrary: fc.array(key, { maxLength: 5 }) },
  fc.array(fc.oneof(key, other), { maxLength: 5 }),
);
/** In any order of its members, with whitespace or without. */
const answer = fc
  .record({
    Items: items,
    Count: fc.nat(),
    LastEvaluatedKey: fc.option(fc.record({ pk: text.map((S) => ({ S })), sk: text.map((S) => ({ S })) }), {
      nil: undefined,
    }),
    ConsumedCapacity: fc.record({ TableName: text, CapacityUnits: fc.nat() }),
  })
  .chain((members) => fc.shuffledSubarray(Object.entries(members), { minLength: 3 }))
  .chain((members) =>
    fc.constantFrom(undefined, undefined, 1).map((space) => JSON.stringify(Object.fromEntries(members), null, space)),
  );
/** Cut off, with something else in a place, or with a member twice. */
const damaged = fc
  .tuple(answer, fc.nat(), fc.nat({ max: 3 }), fc.constantFrom("", '","', '":"', ...PARTS))
  .map(([json, at, length, put]) => {
    const from = at % (json.length + 1);
    return json.slice(0, from) + put + json.slice(from + length);
  });
const doubled = fc.tuple(answer, items).map(([json, more]) => `${json.slice(0, -1)},"Items":${JSON.stringify(more)}}`);

/** Keys that nobody has escaped. */
const raw = fc
  .array(fc.string({ unit: fc.constantFrom("u", '","', '\\"', ...PARTS), maxLength: 2 }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((keys) => `{"Items":[${keys.map((sk) => `{"sk":{"S":"${sk}"}}`).join()}]}`);

function generally(json: string): unknown {
  try {
    return plainOutput(JSON.parse(json));
  } catch {
    return undefined;
  }
}

test("an answer that is read for its sort keys alone is what it is when all of it is read, damaged ones included", () => {
  let read = 0;
  fc.assert(
    fc.property(fc.oneof(answer, damaged, doubled, raw), (json) => {
      const fast = parseSortKeys(json);
      if (fast === undefined) return;
      read += 1;
      expect(plainOutput(fast)).toEqual(generally(json));
    }),
    { numRuns: amountOf("sortKeys") },
  );
  expect(read).toBeGreaterThan(0);
});

test("the answers of DynamoDB to a query for sort keys are read so", () => {
  const json =
    '{"ConsumedCapacity":{"CapacityUnits":0.5,"TableName":"t"},"Count":2,"Items":[{"sk":{"S":"u1"}},{"sk":{"S":"\\u00fc\\"]"}}],"ScannedCount":2}';
  expect(parseSortKeys(json)).toMatchObject({ Count: 2, Items: [], ScannedCount: 2, sortKeys: ["u1", 'ü"]'] });
});

test.each([
  ["a backslash before the end of a key, and a quote behind its beginning", ["\\", ',"}}']],
  ["keys that hold the pieces of an object", ['a",{"x":"', 'y":"', 'w":""},"b']],
])("a damaged answer with %s is none", (_what, keys) => {
  const json = `{"Items":[${keys.map((sk) => `{"sk":{"S":"${sk}"}}`).join()}]}`;
  expect([parseSortKeys(json), generally(json)]).toEqual([undefined, undefined]);
});
