import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { clientCommands } from "../../bin/rollcall/clientCommands.ts";
import { signedSender } from "../../bin/rollcall/localApi.ts";
import { orgCommands } from "../../bin/rollcall/orgCommands.ts";
import { orgLifeCommands } from "../../bin/rollcall/orgLifeCommands.ts";
import { tokenCommands } from "../../bin/rollcall/tokenCommands.ts";
import type { JsonObject } from "../../functions/scim/json.ts";
import { type Ask, documented } from "../support/documented.ts";
import { BOTH_STORES, type OpenedStore } from "../support/dynoxideStore.ts";
import { newFolder } from "../support/folders.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { runPrinting, wordsOf } from "../support/rollcallOver.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { at, connect } from "../support/wire.ts";

/** RFC 7515 appendix A.3. */
const EC_KEY = {
  kty: "EC",
  crv: "P-256",
  x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
  y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
};

describe.each(BOTH_STORES)("an organization's life %s", (_name, open) => {
  const lines: Readonly<Record<string, unknown>>[] = [];
  let opened: OpenedStore;
  let ask: Ask;
  let directory: Ask;
  let later = 0;
  let next = 0;
  let changing: string | undefined;
  const now = (): number => Date.now() + later;

  beforeAll(async () => {
    opened = await open();
    ask = documented(opened.store, lines, "admin", now);
    directory = documented(opened.store, lines, "directory", now);
  });
  afterAll(() => opened.close());

  async function newOrg(): Promise<string> {
    next += 1;
    const org = `life-${next}`;
    expect((await ask("POST", "orgs", { org, sso: {}, admins: ["1", "2"] })).status).toBe(201);
    return org;
  }

  /** A command as typed, and what it printed. */
  async function rollcall(words: string) {
    const send = signedSender({ ...testEndpoint(opened.store), now }, "admin", undefined);
    const commands = [...orgCommands, ...orgLifeCommands, ...tokenCommands, ...clientCommands];
    return runPrinting(commands, wordsOf(words), async () => ({ send, close: async () => undefined }));
  }

  test("every step is as the document says, down to an id that is never used again", async () => {
    const org = await newOrg();
    const { id } = (await ask("GET", `orgs/${org}`)).json;
    expect((await ask("POST", `orgs/${org}/pause`, { reason: "asked for" })).json).toMatchObject({
      paused: { reason: "asked for" },
      warnings: [expect.stringContaining("paused")],
    });
    expect((await ask("DELETE", `orgs/${org}/pause`)).json).toMatchObject({ paused: null, warnings: [] });
    await ask("POST", `orgs/${org}/deletion`, { reason: "left" });
    expect((await ask("DELETE", `orgs/${org}/deletion`)).json).toMatchObject({ deletion: null });
    await ask("POST", `orgs/${org}/tokens`);
    await ask("POST", `orgs/${org}/clients`);
    const made = await directory("POST", `orgs/${org}/users`, { userName: "own@acme.example" });
    expect(made.status).toBe(201);

    await ask("POST", `orgs/${org}/deletion`, { reason: "left" });
    const another = { userName: "other@acme.example" };
    expect((await directory("POST", `orgs/${org}/users`, another)).status).toBe(409);
    expect((await directory("GET", `orgs/${org}/users`)).status).toBe(200);
    expect((await ask("GET", `remains/${id}`)).json.left).toBeGreaterThan(1);
    later = 61_000;
    for (let done = false; !done; ) {
      const { status, json } = await ask("POST", `orgs/${org}/purge`, { confirm: org });
      expect(status).toBe(200);
      done = json.done === true;
      if (!done) {
        expect((await ask("PATCH", `orgs/${org}`, { displayName: "x" })).status).toBe(409);
        expect((await ask("DELETE", `orgs/${org}/deletion`)).status).toBe(409);
      }
    }
    later = 0;
    expect((await ask("GET", `remains/${id}`)).json.left).toBe(0);
    expect((await ask("GET", `orgs/${org}`)).status).toBe(404);
    expect((await ask("POST", `orgs/${org}/purge`, { confirm: org })).status).toBe(404);
    expect((await ask("POST", "orgs", { org })).json.id).not.toBe(id);
  });

  test.each([
    ["POST", "pause", {}, 400],
    ["POST", "pause", { reason: "" }, 400],
    ["POST", "pause", { reason: "two\nlines" }, 400],
    ["POST", "pause", { reason: "x".repeat(201) }, 400],
    ["POST", "pause", { reason: 7 }, 400],
    ["POST", "deletion", { why: "x" }, 400],
    ["POST", "purge", {}, 400],
    ["POST", "purge", { confirm: "other" }, 400],
    ["POST", "protected/u0000000000000000000000", undefined, 404],
    ["POST", "protected/nobody", undefined, 404],
    ["POST", "clients", { expiresInDays: 30 }, 400],
    ["POST", "clients", { description: "two\nlines" }, 400],
    ["DELETE", "clients/nope", undefined, 404],
    ["POST", "tokens", { boundTo: "u0000000000000000000000" }, 400],
    ["POST", "tokens/rotate", { onFirstUse: "yes" }, 400],
    ["GET", "pause", undefined, 405],
  ] as const)("%s %s with %j is refused with %d and nothing is changed", async (method, path, body, status) => {
    const org = await newOrg();
    const before = (await ask("GET", `orgs/${org}`)).json;
    const answer = await ask(method, `orgs/${org}/${path}`, body as JsonObject | undefined);
    expect(answer.status).toBe(status);
    expect(answer.json.detail).toMatch(/\(ref: [0-9a-f]{12}\)$/);
    expect((await ask("GET", `orgs/${org}`)).json).toEqual(before);
  });

  test("an id of another form is refused, an unsigned request whatever it asks", async () => {
    expect((await ask("GET", "remains/short")).status).toBe(400);
    const org = await newOrg();
    for (const path of ["pause", "deletion", "purge", "clients"]) {
      expect((await ask("POST", `orgs/${org}/${path}`, {}, { userArn: "" })).status).toBe(403);
    }
  });

  test("a token's last use is remembered once an hour and listed", async () => {
    const target = inProcessTarget("life", { ...testEndpoint(opened.store), now }, 1);
    const tenant = await target.org();
    const lastUse = async () => at((await ask("GET", `orgs/${tenant.slug}/tokens`)).json, "tokens.0.lastUsedAt");
    expect(await lastUse()).toBeNull();
    const use = () => tenant.request({ method: "GET", path: "/Schemas" });
    await use();
    const first = await lastUse();
    expect(first).toMatch(/^\d{4}-\d\d-\d\dT/);
    later = 3_500_000;
    await use();
    expect(await lastUse()).toBe(first);
    later = 3_700_000;
    await use();
    expect(Date.parse(String(await lastUse())) - Date.parse(String(first))).toBeGreaterThan(3_600_000);
    // Answers to changes say the same: null would mean that nobody used the token.
    const used = await lastUse();
    const { json: rotated } = await ask("POST", `orgs/${tenant.slug}/tokens/rotate`, {});
    expect([at(rotated, "retiring.0.lastUsedAt"), at(rotated, "token.lastUsedAt")]).toEqual([used, null]);
    const revoke = () => ask("DELETE", `orgs/${tenant.slug}/tokens/${String(at(rotated, "retiring.0.id"))}`);
    // The second one changes nothing.
    for (const { json } of [await revoke(), await revoke()]) {
      expect([at(json, "status"), at(json, "lastUsedAt")]).toEqual(["revoked", used]);
    }
    later = 0;
    // Whoever is refused has used nothing.
    const other = await target.org();
    await connect(target.transport, { ...other, slug: tenant.slug }).request({ method: "GET", path: "/Users" });
    expect(at((await ask("GET", `orgs/${other.slug}/tokens`)).json, "tokens.0.lastUsedAt")).toBeNull();
  });

  test("is typed: rules one by one, with what is in force and where it comes from", async () => {
    const org = await newOrg();
    const set = await rollcall(`org rules ${org} --set teamNameMaxLength=100 --set liveTokens=many`);
    expect(set.code).toBe(0);
    const changed = await rollcall(`org rules ${org}`);
    expect(changed.out).toMatch(/^RULE +VALUE +FROM\n/);
    expect(changed.out).toMatch(/teamNameMaxLength +100 +changed \(standard: 40\)\n/);
    expect(changed.out).toMatch(/groupNameUnique +true +standard\n/);
    const reset = await rollcall(`org rules ${org} --reset teamNameMaxLength --json`);
    expect(JSON.parse(reset.out)).toMatchObject({
      preset: "standard",
      rules: { teamNameMaxLength: 40, liveTokens: "many" },
      changedRules: { liveTokens: "many" },
    });
    expect(await rollcall(`org rules ${org} --set teamNameMaxLength=0`)).toMatchObject({
      code: 1,
      err: expect.stringContaining("1 to 256"),
    });
  });

  test("is typed: pause, resume, delete, restore, purge", async () => {
    const org = await newOrg();
    expect(await rollcall(`org pause ${org}`)).toMatchObject({ code: 2, err: expect.stringContaining("--reason") });
    expect((await rollcall(`org pause ${org} --reason merger`)).out).toContain(": merger\n");
    expect((await rollcall(`org resume ${org}`)).out).toContain(": merger → no\n");
    expect((await rollcall(`org delete ${org} --reason left`)).out).toContain("Deletion: no → scheduled since ");
    expect((await rollcall(`org restore ${org}`)).out).toContain(": left → no\n");
    expect(await rollcall(`org purge ${org} --yes`)).toMatchObject({ code: 1, err: expect.stringContaining("first") });
    await rollcall(`org delete ${org} --reason left`);
    expect(await rollcall(`org purge ${org}`)).toMatchObject({ code: 2, err: expect.stringContaining("--yes") });
    later = 61_000;
    const purged = await rollcall(`org purge ${org} --yes`);
    later = 0;
    expect(purged).toMatchObject({ code: 0, out: expect.stringContaining("nothing is left") });
    expect(await rollcall(`org show ${org}`)).toMatchObject({ code: 1 });
  });

  const USER = `u${"A".repeat(22)}`;
  test.each([
    ["org pause ORG --reason merger", /^Paused: no → since \S+: merger$/, ["Provisioning is paused"]],
    ["org resume ORG", /^Paused: since \S+: merger → no$/, []],
    ["org update ORG --display-name Anvils", /^Display name: \S+ → Anvils$/, []],
    ["org update ORG --set teamNameMaxLength=100", /^teamNameMaxLength: 40 → 100$/, []],
    ["org rules ORG --set teamNameMaxLength=90", /^teamNameMaxLength: 100 → 90$/, []],
    ["org rules ORG --reset teamNameMaxLength", /^teamNameMaxLength: 90 → 40$/, []],
    ["org update ORG --no-sso", /^SAML SSO: \S+ → not configured$/, ["SAML SSO is not configured"]],
    ["org update ORG --no-sso", /^Nothing changed: \S+ is as it was\.$/, []],
    [`org unprotect ORG ${USER}`, /^Nothing changed: \S+ is as it was\.$/, []],
    ["org delete ORG --reason left", /^Deletion: no → scheduled since \S+: left$/, ["Deletion is scheduled"]],
    ["org restore ORG", /^Deletion: scheduled since \S+: left → no$/, []],
  ])("is typed: %s shows what became different, and warns of that alone", async (words, change, warnings) => {
    changing ??= await newOrg();
    const { code, out, err } = await rollcall(words.replace("ORG", changing));
    const lines = [expect.stringMatching(change), `All settings: npm run rollcall -- org show ${changing}`, ""];
    expect([code, out.split("\n")]).toEqual([0, lines]);
    const warned = warnings.map((warning) => expect.stringContaining(`Warning: ${warning}`));
    expect(err.split("\n")).toEqual([...warned, ""]);
  });

  test("is typed: that no admin is named is said once by what makes an org and its first token", async () => {
    const told: string[] = [];
    const NAMELESS = "nameless";
    for (const words of [
      `org create ${NAMELESS} --sso`,
      `token generate ${NAMELESS}`,
      `org show ${NAMELESS}`,
      `token list ${NAMELESS}`,
      `token rotate ${NAMELESS}`,
      `token regenerate ${NAMELESS}`,
      `client list ${NAMELESS}`,
      `org update ${NAMELESS} --display-name Other`,
    ]) {
      const { code, err } = await rollcall(words);
      expect([words, code]).toEqual([words, 0]);
      if (/No org admin/.test(err)) told.push(words.split(" ").slice(0, 2).join(" "));
    }
    expect(told).toEqual(["org create", "token generate"]);
  });

  test("is typed: client secrets, shown once", async () => {
    const org = await newOrg();
    const made = await rollcall(`client create ${org} --description Entra`);
    const secret = /^Client secret: (rollcall_client_\w+)$/m.exec(made.out)?.[1] ?? "none";
    expect(made.out).toContain(`/scim/v2/${org}/oauth/token\nClient identifier: ${org}\n`);
    expect(made.err).toContain("cannot be shown again");
    const list = JSON.parse((await rollcall(`client list ${org} --json`)).out);
    expect(list).toMatchObject([{ description: "Entra", status: "live", lastUsedAt: null }]);
    expect(JSON.stringify(list)).not.toContain(secret);
    expect((await rollcall(`client list ${org}`)).out).toMatch(
      /^ID +KIND +STATUS +CREATED +BY +EXPIRES +LAST USED +DESC/,
    );
    expect(await rollcall(`client revoke ${org} ${list[0].id}`)).toMatchObject({
      code: 0,
      out: `Client secret ${list[0].id} is revoked.\n`,
    });
  });

  test("is typed: a trust in Entra, in another issuer's name and in keys, with what goes into the console", async () => {
    const org = await newOrg();
    const [tenant, object, app] = [1, 2, 3].map((n) => `${n}1111111-2222-3333-4444-555555555555`);
    const issuer = `https://login.microsoftonline.com/${tenant}/v2.0`;
    const entra = await rollcall(`client create ${org} --entra-tenant ${tenant} --object-id ${object} --app-id ${app}`);
    expect(entra.out).toMatch(/^Authentication: .*"Workload Identity Federation"$/m);
    expect(entra.out).toMatch(new RegExp(`^SCIM URL: .*/scim/v2/${org}$`, "m"));
    expect(entra.out).toContain(`Client ID: ${org}\n`);
    expect(entra.out).toMatch(new RegExp(`^Token URL: .*/scim/v2/${org}/oauth/token$`, "m"));
    expect(entra.out).toContain(`issuer (iss): ${issuer}\n  subject (sub): ${object}\n`);
    expect(entra.out).toContain(`audience (aud): api://${app} or ${app}\n  tenant (tid): ${tenant}\n`);
    expect(entra.err).toMatch(
      new RegExp(
        `metadata \\(RFC 8414\\) find it at http\\S+/\\.well-known/oauth-authorization-server/scim/v2/${org}\\.$`,
        "m",
      ),
    );
    const other = await rollcall(
      `client create ${org} --issuer ${issuer} --subject s --audience a --audience b --json`,
    );
    expect(JSON.parse(other.out)).toMatchObject({ trust: { subject: "s", audiences: ["a", "b"] } });
    const folder = newFolder();
    const file = join(folder, "keys.json");
    writeFileSync(file, JSON.stringify({ kid: "one", ...EC_KEY }));
    const keys = await rollcall(`client create ${org} --jwks ${file}`);
    expect(keys.out).toContain("signature: by one (ES256); each jti counts once");
    writeFileSync(file, JSON.stringify({ keys: [{ ...EC_KEY, d: "A" }] }));
    const secret = await rollcall(`client create ${org} --jwks ${file}`);
    expect(secret).toMatchObject({ code: 1, err: expect.stringContaining("is not public") });
    rmSync(folder, { recursive: true });
    expect((await rollcall(`client create ${org} --jwks ${file}`)).err).toContain("cannot be read");
    for (const words of [
      "--entra-tenant a --issuer b",
      "--entra-tenant a",
      "--subject s",
      "--audience a",
      "--issuer a",
      "--app-id a",
      `--jwks ${file} --app-id a`,
      `--entra-tenant ${tenant} --object-id ${object} --app-id ${app} --tid t`,
      `--issuer ${issuer} --subject t --audience a --object-id ${object}`,
    ])
      expect((await rollcall(`client create ${org} ${words}`)).code).toBe(2);
    expect((await rollcall(`org show ${org}`)).out).toMatch(/^Trusts: 3 live$/m);
    const list = JSON.parse((await rollcall(`client list ${org} --json`)).out);
    expect(list.map(({ kind }: { kind: string }) => kind).sort()).toEqual(["federated", "federated", "privateKey"]);
    expect(await rollcall(`client revoke ${org} ${list[0].id}`)).toMatchObject({
      code: 0,
      out: `Trust ${list[0].id} is revoked.\n`,
    });
    expect((await rollcall(`org show ${org}`)).out).toMatch(/^Trusts: 2 live$/m);
    expect((await rollcall(`client revoke ${org} AAAAAAAAAAAA`)).code).toBe(1);
  });

  test("is typed: a rotation until the first use says so", async () => {
    const org = await newOrg();
    await rollcall(`token generate ${org}`);
    const rotated = await rollcall(`token rotate ${org} --overlap 2h --on-first-use`);
    expect(rotated.err).toMatch(/keeps working until \S+Z, or until the new one is used\./);
  });
});
