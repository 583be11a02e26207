import { describe, expect, test } from "@jest/globals";
import { DETAIL_CODES, textOf } from "../../functions/scim/catalogue/allTexts.ts";
import { type DetailCode, kindOf } from "../../functions/scim/catalogue/catalogue.ts";
import { isObject, type Json } from "../../functions/scim/json.ts";
import { type Answer, at } from "../support/wire.ts";
import { OPERATOR_CODES } from "./everyCode/operatorCodes.ts";
import { REQUEST_CODES } from "./everyCode/requestCodes.ts";
import { RESOURCE_CODES } from "./everyCode/resourceCodes.ts";
import { type Row, Stage } from "./everyCode/stage.ts";

/** A code without a row does not compile; one that is emitted and has none fails every test (logLines.ts). */
const ROWS: Readonly<Record<DetailCode, Row>> = { ...REQUEST_CODES, ...RESOURCE_CODES, ...OPERATOR_CODES };

/** Codes that no request can cause, with the reason beside each row; more than these are a gap. */
const UNPROVOKED = 1;

describe("a request is refused with", () => {
  test.each(DETAIL_CODES)("%s", async (code) => {
    const row = ROWS[code];
    if ("because" in row) return expect(row.because.length).toBeGreaterThan(20);
    const [rules, seed] = "seed" in row ? [row.rules, row.seed] : [undefined, row];
    const stage = await new Stage().begin(rules);
    const answer = await seed(stage);
    const { status, scimType } = kindOf(code);
    const last = stage.lines.at(-1);
    const error = errorsIn(answer).find((one) => shapeOf(code).test(String(at(one, "detail"))));
    expect({ code, error, answer: answer.text.slice(0, 300) }).toMatchObject({
      error: { status: String(status), ...(scimType === undefined ? {} : { scimType }) },
    });
    // A bulk request is carried out; which of its operations were refused, and why, is told by code.
    if (answer.status === 200) expect(last?.codes).toMatchObject({ [code]: expect.any(Number) });
    else expect(last).toMatchObject({ detailCode: code, status });
  });

  test("all but a known few, whose rows say why no request can", () => {
    expect(Object.values(ROWS).filter((row) => "because" in row)).toHaveLength(UNPROVOKED);
  });
});

/** The answer itself, or those of the operations of a bulk request. */
function errorsIn({ status, json }: Answer): readonly Json[] {
  if (status >= 400) return json === undefined ? [] : [json];
  const operations = at(json, "Operations");
  return Array.isArray(operations) ? operations.map((one) => at(one, "response") ?? null).filter(isObject) : [];
}

/** The text of the catalogue, whatever its values, and the reference behind it. */
function shapeOf(code: DetailCode): RegExp {
  const hole = "\u0001";
  const text = textOf(code, [hole, hole, hole, hole]).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${text.replaceAll(hole, ".*")} \\(ref: [0-9a-f]{12}\\)$`, "s");
}
