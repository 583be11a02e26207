import { expect, test } from "@jest/globals";
import { Bent } from "../../../functions/scim/bent.ts";
import type { Json } from "../../../functions/scim/json.ts";
import { readValue } from "../../../functions/scim/readValue.ts";
import { define } from "../../../functions/scim/schemas/define.ts";

const reading = { bent: new Bent(), unknownAttributes: "ignore" as const };

/** No schema has a number yet: what RFC 7643 sections 2.3.3 and 2.3.4 say of them waits here for the first one. */
test.each<["integer" | "decimal" | "dateTime", readonly Json[], readonly Json[]]>([
  ["integer", [0, -1, 2 ** 40], [1.5, "1", true, {}, [1, 2]]],
  ["decimal", [0, -1, 1.5], ["1.5", false, {}]],
  ["dateTime", ["2024-01-01T00:00:00Z", "2024-01-01T00:00:00.5+02:00"], ["2024-01-01", "now", 5]],
])("a value of type %s is what it must be, or refused", (type, fitting, wrong) => {
  const attribute = define("a", "An attribute.", { type });
  for (const value of fitting) expect(readValue(attribute, value, reading)).toEqual(value);
  for (const value of wrong) {
    expect(() => readValue(attribute, value, reading)).toThrow(expect.objectContaining({ scimType: "invalidValue" }));
  }
});
