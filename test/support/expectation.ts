import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";

/**
 * Compares an answer with a partial expectation, and returns one line per difference. An object expects at least its own
 * members; an array expects equally many elements, in order. The strings `$absent`, `$present`, `$empty` (absent, null, "", []
 * or {}), `$integer` and `$string` stand for any such value, and an object with one of the members below checks the value in
 * its place.
 */
export function differences(expected: Json, got: Json | undefined, place = "answer"): string[] {
  if (typeof expected === "string" && Object.hasOwn(SORTS, expected)) {
    return SORTS[expected]?.(got) ? [] : [`${place}: expected ${expected.slice(1)}, got ${shown(got)}`];
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(got)) return [`${place}: expected an array, got ${shown(got)}`];
    const counted =
      got.length === expected.length ? [] : [`${place}: expected ${expected.length} values, got ${shown(got)}`];
    return [...counted, ...expected.flatMap((one, index) => differences(one, got[index], `${place}[${index}]`))];
  }
  if (!isObject(expected)) return expected === got ? [] : [`${place}: expected ${shown(expected)}, got ${shown(got)}`];
  const [name, ...others] = Object.keys(expected);
  const question = name === undefined || others.length > 0 ? undefined : QUESTIONS[name];
  if (name !== undefined && question !== undefined) return question(expected[name] ?? null, got, place);
  if (!isObject(got)) return [`${place}: expected an object, got ${shown(got)}`];
  return Object.entries(expected).flatMap(([key, one]) =>
    differences(one, Object.hasOwn(got, key) ? got[key] : undefined, `${place}.${key}`),
  );
}

const SORTS: Record<string, (got: Json | undefined) => boolean> = {
  $absent: (got) => got === undefined,
  $present: (got) => !isEmpty(got),
  $empty: isEmpty,
  $integer: (got) => typeof got === "number" && Number.isInteger(got),
  $string: (got) => typeof got === "string",
};

type Question = (asked: Json, got: Json | undefined, place: string) => string[];

const QUESTIONS: Record<string, Question> = {
  /** The ids in `members` (or in any list of `{value}`), in any order, each once. */
  $members: (asked, got, place) => {
    const values = elements(got).map((one) => (isObject(one) ? (one.value ?? null) : one));
    return sorted(values) === sorted(elements(asked))
      ? []
      : [`${place}: expected exactly the members ${shown(asked)}, got ${shown(values)}`];
  },
  /** Each of these matches at least one element. */
  $contains: (asked, got, place) =>
    elements(asked)
      .filter((one) => !elements(got).some((element) => differences(one, element).length === 0))
      .map((one) => `${place}: expected an element like ${shown(one)}, got ${shown(got)}`),
  /** No element matches. */
  $none: (asked, got, place) =>
    elements(got).some((element) => differences(asked, element).length === 0)
      ? [`${place}: expected no element like ${shown(asked)}, got ${shown(got)}`]
      : [],
  $length: (asked, got, place) =>
    elements(got).length === asked ? [] : [`${place}: expected ${shown(asked)} values, got ${elements(got).length}`],
  $matches: (asked, got, place) =>
    typeof got === "string" && new RegExp(String(asked), "iu").test(got)
      ? []
      : [`${place}: expected text like /${String(asked)}/, got ${shown(got)}`],
  $anyOf: (asked, got, place) =>
    elements(asked).some((one) => differences(one, got).length === 0)
      ? []
      : [`${place}: expected one of ${shown(asked)}, got ${shown(got)}`],
  /** The exact value. */
  $exactly: (asked, got, place) =>
    canonical(asked) === canonical(got) ? [] : [`${place}: expected exactly ${shown(asked)}, got ${shown(got)}`],
};

function isEmpty(got: Json | undefined): boolean {
  if (got === undefined || got === null || got === "") return true;
  if (Array.isArray(got)) return got.length === 0;
  return isObject(got) && Object.keys(got).length === 0;
}

function elements(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function sorted(values: readonly Json[]): string {
  return JSON.stringify(values.map((value) => JSON.stringify(value)).sort());
}

/** JSON text with sorted members, so that equal values have equal text. */
export function canonical(value: Json | undefined): string {
  return JSON.stringify(value, (_name, one: Json) => (isObject(one) ? ordered(one) : one)) ?? "nothing";
}

function ordered(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function shown(value: Json | readonly Json[] | undefined): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
