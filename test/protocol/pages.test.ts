import { describe, expect, test } from "@jest/globals";
import { MAX_PAGE_SIZE } from "../../functions/scim/query.ts";
import { orgIdBehind } from "../support/cascade.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { localStore, localTable } from "../support/localStore.ts";
import { storeManyUsers } from "../support/manyUsers.ts";
import { share } from "../support/proof.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { at } from "../support/wire.ts";

const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
/** What a synchronous Lambda function may answer, its JSON included. */
const LAMBDA_BYTES = 6_291_556;
/** Together larger than any answer, though one may name as many. */
const PEOPLE = 150;

describe("a list of users as large as users may be", () => {
  const TITLES = [
    { of: "plain text", title: "x".repeat(47_000) },
    { of: "characters that JSON escapes", title: "\\".repeat(23_000) },
    { of: "characters that JSON writes as numbers", title: "\u0001".repeat(7_800) },
    { of: "characters beyond Latin", title: "\u4e16".repeat(15_600) },
  ];
  // Two of them by turns: one is read with 7 MB in every page.
  test.each(share(TITLES, 2))("fits into an answer and shows everybody in turn: $of", async ({ title }) => {
    const table = localTable();
    const target = inProcessTarget("memory", testEndpoint(localStore(table)), 1);
    const userOf = (userName: string) => ({ schemas: [USER], userName, title });
    const alone = await target.org({ preset: "open" });
    const body = userOf("user0@crowd.example");
    expect((await alone.request({ method: "POST", path: "/Users", body })).status).toBe(201);
    const org = await target.org({ preset: "open" });
    const attributesOf = (userName: string) => JSON.stringify(userOf(userName));
    await storeManyUsers({ table, orgId: orgIdBehind(org), count: PEOPLE, attributesOf });
    const seen: unknown[] = [];
    let pages = 0;
    while (seen.length < PEOPLE) {
      pages += 1;
      const path = `/Users?count=${MAX_PAGE_SIZE}&startIndex=${seen.length + 1}`;
      const answer = await org.request({ method: "GET", path });
      expect(answer.status).toBe(200);
      expect(Buffer.byteLength(JSON.stringify({ statusCode: 200, body: answer.text }))).toBeLessThan(LAMBDA_BYTES);
      const resources = at(answer.json, "Resources");
      if (!Array.isArray(resources) || resources.length === 0) throw new Error("a page without users");
      expect(at(answer.json, "itemsPerPage")).toBe(resources.length);
      expect(at(answer.json, "totalResults")).toBe(PEOPLE);
      seen.push(...resources.map((user) => at(user, "id")));
    }
    expect(new Set(seen).size).toBe(PEOPLE);
    expect(pages).toBeGreaterThan(1);
  });
});
