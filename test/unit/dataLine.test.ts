import { describe, expect, test } from "@jest/globals";
import { readDataLine } from "../../functions/provisioning/readExportFile.ts";
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

  test("is read though it holds an address with and without its primary mark, as they were stored once, and keeps one", () => {
    const home = { streetAddress: "1 Main", type: "home" };
    const addresses = [
      { ...home, primary: false },
      { ...home, primary: true },
      { ...home, type: "work" },
    ];
    const read = readDataLine(line({ addresses }));
    expect(read).toMatchObject({ attributes: { addresses: addresses.slice(1) } });
  });

  test("is refused where reading would change anything else", () => {
    expect(readDataLine(line({ emails: [work] }))).toMatchObject({ type: "user" });
    expect(() => readDataLine(line({ active: "True" }))).toThrow("in the form in which Rollcall keeps them");
  });

  test("is read with what the user is linked to, or without, as earlier releases wrote it", () => {
    const link = (value: Json) => ({ ...(line({}) as JsonObject), link: value });
    for (const good of [
      { applicationId: "7", version: 1 },
      { applicationId: null, version: 2 },
    ])
      expect(readDataLine(link(good))).toMatchObject({ link: good });
    expect(readDataLine(line({}))).not.toHaveProperty("link");
    const bads: Json[] = [null, 7, {}, { applicationId: "7" }, { applicationId: "7", version: 0 }];
    for (const bad of bads) expect(() => readDataLine(link(bad))).toThrow(/link/);
    for (const applicationId of ["", "x".repeat(257), 7])
      expect(() => readDataLine(link({ applicationId, version: 1 }))).toThrow("1 to 256 characters");
    expect(() => readDataLine(link({ applicationId: "7", version: 1, id: "8" }))).toThrow("besides");
    const group = {
      ...(line({}) as JsonObject),
      type: "group",
      id: idOf("g", 1),
      link: { applicationId: "7", version: 1 },
    };
    expect(() => readDataLine(group)).toThrow("besides");
  });
});
