import { describe, expect, test } from "@jest/globals";
import { readDataLine } from "../../functions/provisioning/exportFile.ts";
import type { Json, JsonObject } from "../../functions/scim/json.ts";
import { USER_SCHEMA } from "../../functions/scim/schema.ts";
import { idOf } from "../support/records.ts";

const line = (own: JsonObject): Json => ({
  type: "user",
  side: "managed",
  id: idOf("u", 1),
  version: 1,
  created: "2026-01-01T00:00:00.000Z",
  lastModified: "2026-01-01T00:00:00.000Z",
  attributes: { schemas: [USER_SCHEMA], userName: "ada", ...own },
});
const work = { value: "ada@example.com", type: "work" };

describe("a user's line of an export", () => {
  test("is read though it holds elements without a value, as they were stored once, and loses them", () => {
    const read = readDataLine(line({ emails: [work, { type: "home" }], phoneNumbers: [{ type: "work" }] }));
    expect(read).toMatchObject({ attributes: { schemas: [USER_SCHEMA], userName: "ada", emails: [work] } });
    expect(read).not.toHaveProperty("attributes.phoneNumbers");
  });

  test("is refused where reading would change anything else", () => {
    expect(readDataLine(line({ emails: [work] }))).toMatchObject({ type: "user" });
    expect(() => readDataLine(line({ active: "True" }))).toThrow("in the form in which Rollcall keeps them");
  });
});
