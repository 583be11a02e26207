import { describe, expect, test } from "@jest/globals";
import { MAX_PAGE_SIZE } from "../../functions/scim/query.ts";
import { memoryTarget } from "../support/memoryTarget.ts";
import { at } from "../support/wire.ts";

const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
/** What a synchronous Lambda function may answer, its JSON included. */
const LAMBDA_BYTES = 6_291_556;

describe("a list of users as large as users may be", () => {
  test.each([
    { of: "plain text", title: "x".repeat(47_000) },
    { of: "characters that JSON escapes", title: "\\".repeat(23_000) },
    { of: "characters that JSON writes as numbers", title: "\u0001".repeat(7_800) },
    { of: "characters beyond Latin", title: "\u4e16".repeat(15_600) },
  ])("fits into an answer and shows everybody in turn: $of", async ({ title }) => {
    const org = await memoryTarget().org({ preset: "open" });
    for (let index = 0; index < MAX_PAGE_SIZE; index++) {
      const body = { schemas: [USER], userName: `user${index}`, title };
      const { status } = await org.request({ method: "POST", path: "/Users", body });
      expect(status).toBe(201);
    }
    const seen: unknown[] = [];
    while (seen.length < MAX_PAGE_SIZE) {
      const path = `/Users?count=${MAX_PAGE_SIZE}&startIndex=${seen.length + 1}`;
      const answer = await org.request({ method: "GET", path });
      expect(answer.status).toBe(200);
      expect(Buffer.byteLength(JSON.stringify({ statusCode: 200, body: answer.text }))).toBeLessThan(LAMBDA_BYTES);
      const resources = at(answer.json, "Resources");
      if (!Array.isArray(resources) || resources.length === 0) throw new Error("a page without users");
      expect(at(answer.json, "itemsPerPage")).toBe(resources.length);
      expect(at(answer.json, "totalResults")).toBe(MAX_PAGE_SIZE);
      seen.push(...resources.map((user) => at(user, "id")));
    }
    expect(new Set(seen).size).toBe(MAX_PAGE_SIZE);
  });
});
