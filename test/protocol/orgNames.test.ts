import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openRequestsLog } from "../../bin/local/requestsLog.ts";
import { COMMANDS } from "../../bin/rollcall/commands.ts";
import { getOrg } from "../../functions/provisioning/changeOrg.ts";
import { newOrgId } from "../../functions/provisioning/newId.ts";
import { isSlug } from "../../functions/provisioning/orgSettings.ts";
import { SettingsStore } from "../../functions/store/settings.ts";
import { newFolder, removeData } from "../support/folders.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { localStore } from "../support/localStore.ts";
import { expectStatus } from "../support/org.ts";
import { orgIdOf, orgRecord, STAMP } from "../support/records.ts";
import { rollcallOver } from "../support/rollcallOver.ts";
import type { Target } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { at, type Tenant } from "../support/wire.ts";
import { ordinaryUser } from "./idp/setup.ts";

/** Events and lines of workers name an org by its id: whoever has one must get on with it. */
describe("an organization is named by its login name or by its id", () => {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const folder = newFolder();
  const log = openRequestsLog(folder);
  const endpoint = testEndpoint(localStore(), (line) => {
    lines.push(line);
    log.append(line);
  });
  const rollcall = rollcallOver(endpoint, COMMANDS);
  let target: Target;
  let org: Tenant;
  let id: string;

  beforeAll(async () => {
    target = inProcessTarget("memory", endpoint, 1);
    org = await target.org();
    expectStatus(await org.request({ method: "POST", path: "/Users", body: ordinaryUser("ada") }), 201);
    id = String(at((await target.admin("GET", `/orgs/${org.slug}`)).json, "id"));
  });
  afterAll(() => {
    log.close();
    removeData(folder);
  });

  test.each([
    ["admin", ""],
    ["admin", "/users"],
    ["admin", "/tokens"],
    ["directory", "/users"],
    ["directory", "/access?userName=ada@acme.example"],
  ] as const)("in the %s API, at orgs/…%s, and the line has the login name", async (api, rest) => {
    const byName = expectStatus(await target[api]("GET", `/orgs/${org.slug}${rest}`), 200);
    const byId = expectStatus(await target[api]("GET", `/orgs/${id}${rest}`), 200);
    expect(byId.json).toEqual(byName.json);
    expect(lines.at(-1)?.org).toBe(org.slug);
  });

  test("in changes, also in the one that removes everything", async () => {
    const gone = await target.org();
    const goneId = String(at((await target.admin("GET", `/orgs/${gone.slug}`)).json, "id"));
    expectStatus(await target.admin("POST", `/orgs/${goneId}/deletion`, { reason: "left" }), 200);
    expect((await target.admin("POST", `/orgs/${goneId}/purge`, { confirm: org.slug })).status).toBe(400);
    expectStatus(await target.admin("POST", `/orgs/${goneId}/purge`, { confirm: goneId }), 200);
  });

  test("an unknown id is answered as an unknown login name is, and is not logged", async () => {
    expect((await target.admin("GET", "/orgs/Zz99Zz99")).text.replace(/ref: \w+/, "")).toBe(
      (await target.admin("GET", "/orgs/zz99zz99")).text.replace(/ref: \w+/, ""),
    );
    await target.admin("GET", "/orgs/Zz99Zz99");
    expect(JSON.stringify(lines.at(-1))).not.toContain("Zz99Zz99");
  });

  test.each([
    ["org show", []],
    ["org rules", []],
    ["org setup", ["--idp", "okta"]],
    ["token list", []],
    ["users", []],
    ["access", ["--email", "ada@acme.example"]],
    ["tail", ["--no-follow", "--op", "users", "--data", folder]],
    ["history", ["user", "ada@acme.example", "--data", folder]],
    ["fsck", []],
    ["jobs", []],
  ])("on the command line, %s", async (name, more) => {
    const asked = (one: string) => rollcall(...name.split(" "), one, ...more);
    const [byName, byId] = [await asked(org.slug), await asked(id)];
    expect(byName).toMatchObject({ code: 0, out: expect.stringMatching(/./) });
    const still = ({ out, err }: { out: string; err: string }) => `${out}${err}`.replaceAll(/[\d.]+ (ms|s)\b/g, "");
    // What the second request adds to the log is all that may differ.
    expect(still(byId).slice(0, 200)).toBe(still(byName).slice(0, 200));
  });

  test("org list shows both", async () => {
    const { out } = await rollcall("org", "list");
    expect(out).toMatch(new RegExp(`^ORG +ID +DISPLAY NAME[\\s\\S]*^${org.slug} +${id} `, "m"));
  });
});

describe("a login name and an id", () => {
  test("are never the same: a new id has a capital letter, which no login name has", () => {
    const ids = Array.from({ length: 5_000 }, () => newOrgId(randomBytes));
    // Whatever the bytes are: 0 makes a digit, 61 a small letter.
    ids.push(
      newOrgId((count) => new Uint8Array(count)),
      newOrgId((count) => new Uint8Array(count).fill(61)),
    );
    expect(ids.filter((id) => isSlug(id))).toEqual([]);
    expect(ids.filter((id) => !/^[0-9A-Za-z]{8}$/.test(id))).toEqual([]);
  });

  test("of before that rule may be: then the login name wins, and what is no login name is an id", async () => {
    const settings = new SettingsStore(localStore().begin().database);
    await settings.createOrg(orgRecord(orgIdOf("abcdefgh"), "first"), STAMP);
    expect(await getOrg(settings, "abcdefgh")).toMatchObject({ slug: "first" });
    await settings.createOrg(orgRecord(orgIdOf("Ab12Cd34"), "abcdefgh"), STAMP);
    expect(await getOrg(settings, "abcdefgh")).toMatchObject({ slug: "abcdefgh" });
    expect(await getOrg(settings, "first")).toMatchObject({ id: "abcdefgh" });
  });
});
