import { beforeEach, describe, expect, test } from "@jest/globals";
import type { JsonObject } from "../../functions/scim/json.ts";
import { type Ask, documented } from "../support/documented.ts";
import { localStore, localTable } from "../support/localStore.ts";
import { contents } from "../support/tables.ts";

/** What an org, or the deployment, keeps of credentials that ended. */
const KEPT = 200;
const TRUST = {
  entra: {
    tenant: "11111111-2222-3333-4444-555555555555",
    objectId: "66666666-7777-8888-9999-000000000000",
    appId: "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
  },
};

describe("of credentials that ended, 200 are kept: the next one removes the oldest of", () => {
  const table = localTable();
  const store = localStore(table);
  let now = Date.parse("2026-03-01T00:00:00.000Z");
  const ask: Ask = documented(store, [], "admin", () => (now += 1_000));
  let orgs = 0;
  let of: string;
  beforeEach(async () => {
    orgs += 1;
    await ask("POST", "orgs", { org: `org-${orgs}`, sso: {}, admins: ["1", "2"] });
    of = `orgs/org-${orgs}`;
  });

  const isCredential = ({ pk, sk }: { readonly pk: unknown; readonly sk: unknown }) =>
    /^[TKL]#/.test(String(pk)) || /^[TK]#/.test(String(sk));
  const revoked = async (path: string, wishes: JsonObject) => {
    const { json } = await ask("POST", path, wishes);
    const { id } = Object(Object.values(json).find((value) => Object(value).id !== undefined));
    await ask("DELETE", `${path}/${id}`);
    return id;
  };
  const WAYS: readonly (readonly [what: string, path: () => string, make: () => Promise<string>])[] = [
    [
      "the tokens that regenerating ended",
      () => `${of}/tokens`,
      async () => Object((await ask("POST", `${of}/tokens/regenerate`, {})).json.token).id,
    ],
    ["revoked tokens", () => `${of}/tokens`, () => revoked(`${of}/tokens`, {})],
    ["revoked client secrets", () => `${of}/clients`, () => revoked(`${of}/clients`, {})],
    ["revoked trusts", () => `${of}/trusts`, () => revoked(`${of}/trusts`, TRUST)],
    [
      "application keys of every organization",
      () => "app-keys",
      () => revoked("app-keys", { scope: "directory.read" }),
    ],
  ];

  test.each(WAYS)("%s", async (_what, path, make) => {
    const before = contents(table).filter(isCredential).length;
    const ids: string[] = [];
    for (let n = 0; n < KEPT + 15; n++) {
      const id = await make();
      ids.push(id);
      await store.begin().markUsed(id, now);
    }
    const [list = []] = Object.values((await ask("GET", path())).json).filter(Array.isArray);
    const listed: string[] = list.map(({ id }: { readonly id: string }) => id);
    // The newest, one of which may have been live when the last one was made.
    expect([KEPT, KEPT + 1, KEPT + 2]).toContain(listed.length);
    expect(listed).toEqual(ids.slice(-listed.length).reverse());
    // Each is stored as listed, as presented, and with its last use; nothing is left of the others.
    expect(contents(table).filter(isCredential).length - before).toBe(3 * listed.length);
  });
});
