import { beforeEach, describe, expect, test } from "@jest/globals";
import { FILE, NOTHING } from "../../../functions/scim/errors/family.ts";
import type { JsonObject } from "../../../functions/scim/json.ts";
import { GROUP_SCHEMA, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { inProcessTarget } from "../../support/inProcess.ts";
import { localStore } from "../../support/localStore.ts";
import { testEndpoint } from "../../support/testEndpoint.ts";
import { at, connect, type Tenant } from "../../support/wire.ts";
import { type AskPages, askPages } from "./askPages.ts";

const store = localStore();
const lines: Readonly<Record<string, unknown>>[] = [];
const target = inProcessTarget(
  "memory",
  testEndpoint(store, (line) => lines.push(line)),
  1,
);

describe("the overview", () => {
  let org: Tenant;
  let ask: AskPages;
  const admin = async (method: string, path: string, body?: JsonObject) => {
    const answer = await target.admin(method, `/orgs/${org.slug}${path}`, body);
    if (answer.status >= 300) throw new Error(answer.text);
    return answer.json;
  };
  const overview = async () => (await ask("overview")).json;

  beforeEach(async () => {
    org = await target.org();
    ask = await askPages(target, org.slug);
  });

  test("says how to connect, by which rules, and how much has arrived", async () => {
    const emails = [{ value: "ada@acme.example", type: "work" }];
    await org.request({ method: "POST", path: "/Users", body: { schemas: [USER_SCHEMA], userName: "ada", emails } });
    for (const displayName of ["A", "B"])
      await org.request({ method: "POST", path: "/Groups", body: { schemas: [GROUP_SCHEMA], displayName } });
    await admin("PATCH", "", { changedRules: { teamNameMaxLength: 64 } });
    lines.length = 0;
    expect(await overview()).toMatchObject({
      ...{ org: org.slug, displayName: org.slug, tenantUrl: org.tenantUrl, clientId: org.slug },
      tokenEndpoint: `${org.tenantUrl}/oauth/token`,
      ...{ preset: "standard", rules: { teamNameMaxLength: 64, workEmailRequired: true } },
      changeable: ["teamNameMaxLength"],
      ...{ ready: true, notReady: [], reason: null, warnings: [] },
      ...{ users: 1, groups: 2, liveTokens: 1, liveClientSecrets: 0 },
    });
    // The session with the settings, the counts, and the credentials.
    expect(lines).toMatchObject([{ op: "portal.getOverview", ddbCalls: 3, trips: 2 }]);
  });

  test("counts the tokens and client secrets that count", async () => {
    await admin("POST", "/clients", { description: "entra", expiresInDays: 365 });
    const rotated = await admin("POST", "/tokens/rotate", { onFirstUse: true, overlapSeconds: 600 });
    expect(await overview()).toMatchObject({ liveTokens: 2, liveClientSecrets: 1 });
    // The first use of the new token ends the old one.
    const after = connect(target.transport, {
      ...{ slug: org.slug, tenantUrl: org.tenantUrl, token: String(at(rotated, "secretToken")) },
    });
    expect((await after.request({ method: "GET", path: "/Users" })).status).toBe(200);
    expect(await overview()).toMatchObject({ liveTokens: 1 });
    const { secrets } = JSON.parse(JSON.stringify(await admin("GET", "/clients")));
    await admin("DELETE", `/clients/${secrets[0].id}`);
    await admin("DELETE", `/tokens/${String(at(rotated, "token.id"))}`);
    expect(await overview()).toMatchObject({ liveTokens: 0, liveClientSecrets: 0 });
  });

  test("does not count a token whose owner was deactivated", async () => {
    const body = { schemas: [USER_SCHEMA], userName: "ada", emails: [{ value: "ada@acme.example", type: "work" }] };
    const { json } = await org.request({ method: "POST", path: "/Users", body });
    await admin("POST", "/tokens/regenerate", { boundTo: String(at(json, "id")) });
    expect(await overview()).toMatchObject({ liveTokens: 1 });
    const made = await admin("POST", "/clients", {});
    const grant = {
      grant_type: "client_credentials",
      client_id: org.slug,
      client_secret: String(at(made, "clientSecret")),
    };
    const bought = await target.transport({
      ...{ method: "POST", target: `/scim/v2/${org.slug}/oauth/token` },
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(grant).toString(),
    });
    const token = String(at(bought.json, "access_token"));
    const later = connect(target.transport, { slug: org.slug, tenantUrl: org.tenantUrl, token });
    expect((await later.request({ method: "DELETE", path: `/Users/${String(at(json, "id"))}` })).status).toBe(204);
    expect(await overview()).toMatchObject({ liveTokens: 0, liveClientSecrets: 1, users: 0 });
  });

  test("says what keeps provisioning out, one thing beside another, and what is only advice", async () => {
    await admin("PATCH", "", { admins: ["first"], changedRules: { adoption: "email" } });
    expect(await overview()).toMatchObject({ ready: true, warnings: ["noDomainForEmail", "oneAdmin"] });
    await admin("POST", "/pause", { reason: "merger" });
    expect(await overview()).toMatchObject({ ready: false, notReady: ["paused"], reason: "merger" });
    await admin("PATCH", "", { entitled: false, sso: null, admins: [] });
    expect(await overview()).toMatchObject({ notReady: ["notEntitled", "noSso", "paused"] });
    await admin("POST", "/deletion", { reason: "left" });
    expect(await overview()).toMatchObject({
      ...{ ready: false, notReady: ["deletionScheduled", "notEntitled", "noSso", "paused"], reason: "left" },
      warnings: ["noDomainForEmail", "noAdmin"],
    });
  });

  test("of an org that is half imported is not shown, nor are its people and groups", async () => {
    await admin("POST", "/pause", { reason: "import" });
    await admin("POST", "/data/import", { file: FILE, counts: { managed: NOTHING, unmanaged: NOTHING } });
    for (const path of [
      "overview",
      "people",
      "groups",
      `people/u${"0".repeat(22)}`,
      `groups/g${"0".repeat(22)}/members`,
    ]) {
      const { status, json } = await ask(path);
      expect({ path, status, code: json.code }).toEqual({ path, status: 503, code: "busy.import" });
    }
  });
});
