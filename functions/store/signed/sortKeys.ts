import type { DynamoCalls } from "../dynamoCalls.ts";
import type { WireAnswer } from "./attributeValues.ts";

/** Whether the items of the answer hold only their sort keys. */
export function asksForSortKeys(input: DynamoCalls[keyof DynamoCalls][0]): boolean {
  if (!("ProjectionExpression" in input) || input.ProjectionExpression === undefined) return false;
  return input.ExpressionAttributeNames?.[input.ProjectionExpression] === "sk";
}

const NAME = '"Items":[';
const FIRST = '"Items":[{"sk":{"S":"';
const BETWEEN = '"}},{"sk":{"S":"';
const LAST = '"}}]';

/**
 * Parses the answer to a query for sort keys in less than half the time of `JSON.parse`, which makes two objects of each
 * key: turns the items' JSON into a list of texts first.
 * @returns undefined for an answer of any other form, damaged ones included
 */
export function parseSortKeys(text: string): WireAnswer | undefined {
  const start = text.indexOf(FIRST);
  const from = start + FIRST.length;
  // Inside a text the quote would be escaped: then neither part is valid JSON.
  const end = text.indexOf(LAST, from);
  // Behind a backslash, the quote at the end of a key would be part of a text.
  if (start < 0 || end < 0 || text.includes(NAME, from) || text.includes('\\"}}', from)) return undefined;
  const keys = text.slice(from, end).split(BETWEEN);
  try {
    const sortKeys: string[] = JSON.parse(`["${keys.join('","')}"]`);
    const others = JSON.parse(`${text.slice(0, start + NAME.length)}${text.slice(end + LAST.length - 1)}`);
    // As many texts as keys, and nothing else: then no key contains a quote that ends it.
    const isWhole = sortKeys.length === keys.length && sortKeys.every((key) => typeof key === "string");
    return isWhole ? { ...others, sortKeys } : undefined;
  } catch {
    return undefined;
  }
}
