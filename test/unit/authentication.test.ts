import { randomBytes } from "node:crypto";
import { expect, test } from "@jest/globals";
import { authenticate } from "../../functions/http/authenticate.ts";
import { openRequest } from "../../functions/http/requestContext.ts";
import { openSession, readClaim } from "../../functions/provisioning/session.ts";
import { hashToken, newToken } from "../../functions/provisioning/token.ts";
import { Quirks } from "../../functions/scim/quirks.ts";
import { SettingsStore } from "../../functions/store/settings.ts";

import { lambdaContext } from "../support/lambdaContext.ts";
import { localStore } from "../support/localStore.ts";
import { ACME, OTHER, orgRecord, STAMP, tokenRecord } from "../support/records.ts";
import { testEndpoint } from "../support/testEndpoint.ts";

/** The token's text names acme; what is stored under its hash belongs to the given org. */
async function present(owner: typeof ACME) {
  const store = localStore();
  const text = newToken(ACME, randomBytes);
  const settings = new SettingsStore(store.begin().database);
  for (const [id, slug] of [[ACME, "acme"] as const, [OTHER, "other"] as const]) {
    const org = orgRecord(id, slug);
    await settings.createOrg(org, STAMP);
    if (id === owner) await settings.save(org, org, [{ ...tokenRecord(owner, 1), hash: hashToken(text) }], STAMP);
  }
  const quirks = new Quirks();
  const request = {
    orgName: "acme",
    baseOfAll: "https://scim.example/scim/v2/",
    logFields: {},
    store: store.begin(),
    quirks,
    reference: "0a1b2c3d4e5f",
    deadline: Date.now() + 1000,
    endpoint: testEndpoint(store),
  };
  return openSession(request, readClaim(`Bearer ${text}`, quirks), []);
}

test("a token opens the org that its text names only where the stored token says the same", async () => {
  expect((await present(ACME)).org.slug).toBe("acme");
  await expect(present(OTHER)).rejects.toMatchObject({ status: 401, code: "token.unknown" });
});

test("nothing of a request is read for a token whose form is wrong already", async () => {
  let asked = 0;
  const { before } = authenticate({
    wanted: () => {
      asked += 1;
      return [];
    },
  });
  const event = { httpMethod: "GET", path: "/scim/v2/acme/Users", headers: {} };
  // Only what a request is read from.
  const opened = openRequest(testEndpoint(localStore()), event as never, lambdaContext("0a1b2c3d"));
  const present = (authorization = "") =>
    before({ event: { ...opened, headers: new Map([["authorization", authorization]]) } });
  const token = newToken(ACME, randomBytes);
  for (const authorization of [undefined, "Bearer x", `Bearer ${token.slice(0, -1)}!`]) {
    await expect(present(authorization)).rejects.toMatchObject({ status: 401 });
  }
  expect(asked).toBe(0);
  await expect(present(`Bearer ${token}`)).rejects.toMatchObject({ status: 401 });
  expect(asked).toBe(1);
});
