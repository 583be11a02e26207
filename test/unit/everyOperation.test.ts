import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { COMMANDS } from "../../bin/rollcall/commands.ts";
import { signedSender } from "../../bin/rollcall/localApi.ts";
import { run } from "../../bin/rollcall/run.ts";
import { adminRoutes } from "../../functions/http/generated/admin.js";
import { directoryRoutes } from "../../functions/http/generated/directory.js";
import { maintenanceRoutes } from "../../functions/http/generated/maintenance.js";
import type { TxtAnswer } from "../../functions/provisioning/domains.ts";
import type { OrgId } from "../../functions/store/keys.ts";
import { CALLS, OPERATIONS } from "../protocol/calls/operations.ts";
import { documentedAnswer } from "../support/documented.ts";
import { newFolder } from "../support/folders.ts";
import { loggedStore } from "../support/logWriter.ts";
import { idOf, makeGroup, makeUser, userWrite } from "../support/records.ts";
import { wordsOf } from "../support/rollcallOver.ts";
import { testEndpoint } from "../support/testEndpoint.ts";

const folder = newFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The application's own matter: an operator only looks. */
const FOR_OPERATORS = [
  ...["getAccess", "getHistory", "listEvents", "linkUser", "unlinkUser", "createUsers"],
  ...["listRoles", "getRole", "setRole", "removeRole"],
];
const OF_THE_APPLICATION = Object.keys(directoryRoutes).filter((name) => !FOR_OPERATORS.includes(name));

test("every operation of the admin API has a command, and of the directory API the sign-in gate, links and roles", async () => {
  const called = new Set<unknown>();
  let later = 0;
  const { log, store } = loggedStore(() => Date.now() + later);
  let published: TxtAnswer = { failure: "missing" };
  const endpoint = {
    ...testEndpoint(store, ({ op }) => called.add(op)),
    now: () => Date.now() + later,
    resolveTxt: async () => published,
  };
  let out = "";
  const type = async (line: string, expected = 0): Promise<string> => {
    const said: string[] = [];
    out = "";
    const code = await run(COMMANDS, wordsOf(line), {
      env: {},
      terminal: { out: (text) => (out += text), err: (text) => said.push(text) },
      reach: async (_place, actor, api) => {
        const sender = signedSender(endpoint, api, actor);
        const send: typeof sender = async (request) => {
          const answer = await sender(request);
          if (api !== "console") documentedAnswer(api, request, answer);
          return answer;
        };
        return { send, close: async () => undefined };
      },
    });
    expect({ line, code, said: code === expected ? [] : said }).toEqual({ line, code: expected, said: [] });
    return out;
  };

  writeFileSync(join(folder, "users"), "userName,applicationId\nada,1\n");
  await type("org create acme --sso");
  const added = JSON.parse(await type("org domain add acme acme.example --json"));
  published = { records: [added.record.value] };
  const { id } = JSON.parse(await type("org show acme --json"));
  await type("org create other --sso");
  const asApplication = signedSender(endpoint, "directory", undefined);
  await asApplication({ method: "POST", path: "orgs/other/users", body: { userName: "ada" } });
  const { users, groups } = store.begin().directory(id as OrgId);
  await makeUser(users, 1);
  const attributes = JSON.stringify({ userName: "user2", active: true });
  await makeUser(users, 2, { ...userWrite("user2"), attributes });
  await makeGroup(groups, 1, [idOf("u", 1), idOf("u", 2)]);
  for (const line of [
    "org list",
    "org domain verify acme acme.example",
    "org domain list acme",
    "adopt acme --dry-run",
    "org domain remove acme acme.example",
    "org update acme --display-name Acme",
    `org protect acme ${idOf("u", 1)}`,
    `org unprotect acme ${idOf("u", 1)}`,
    "token generate acme",
    "token rotate acme",
    "token report",
    "token list acme",
    "client create acme",
    "client create acme --issuer https://login.microsoftonline.com/1/v2.0 --subject s --audience a --keys-url https://login.microsoftonline.com/keys",
    "client list acme",
    "app-key list",
    "users acme",
    `user import acme ${join(folder, "users")}`,
    `link acme ${idOf("u", 1)} 4711`,
    `unlink acme ${idOf("u", 1)}`,
    "teams acme",
    `team acme ${idOf("g", 1)}`,
    "role set viewer --display-name Viewer --keep-one",
    "role list",
    `mappings preview acme --map ${idOf("g", 1)}=viewer:5`,
    `mappings set acme --map ${idOf("g", 1)}=viewer:5`,
    "mappings show acme",
    "mappings rebuild acme",
    "mappings clear acme",
    "role delete viewer",
    "jobs acme",
    "jobs --retry",
    "org delete acme --reason over",
    "org restore acme",
    "fsck other",
    `export other --out ${join(folder, "other")}`,
    "org create copy",
    "org pause copy --reason import",
    `import copy ${join(folder, "other")}`,
    "org resume copy",
    "org delete copy --reason over",
  ]) {
    await type(line);
  }
  await type("org hold show acme");
  await type("org hold list");
  await type("org hold release acme --hours 2", 1);
  await type("org hold refuse acme --reason unmeant", 1);
  const { token } = JSON.parse(await type("token regenerate acme --json"));
  await type(`token revoke acme ${token.id}`);
  for (const { id } of JSON.parse(await type("client list acme --json"))) await type(`client revoke acme ${id}`);
  const { session } = JSON.parse(await type("portal link acme --person u-17 --json"));
  await type("portal list acme");
  await type(`portal revoke acme ${session.id}`);
  const made = JSON.parse(await type("app-key create --scope admin --org acme --json"));
  await type(`app-key revoke ${made.key.id} --org acme`);
  for (const of of ["", " acme"]) {
    const { webhook } = JSON.parse(await type(`webhook create https://hooks.example.com/in${of} --json`));
    await type(`webhook list${of}`);
    await type(`webhook show ${webhook.id}${of}`);
    await type(`webhook update ${webhook.id}${of} --types user.*,team.created --description app --enable`);
    await type(`webhook rotate ${webhook.id}${of} --overlap 0s`);
    const sent = JSON.parse(await type(`webhook test ${webhook.id}${of} --json`));
    expect(await type(`webhook deliveries ${webhook.id}${of}`)).toContain(sent.id);
    await type(`webhook replay ${webhook.id}${of} --delivery ${sent.id}`);
    await type(`webhook replay ${webhook.id}${of} --since 1d`);
    await type(`webhook remove ${webhook.id}${of}`);
    await type(`webhook remove ${webhook.id}${of}`, 1);
  }
  // No member: this one has no active that is true.
  await type("access acme --user-name user1", 1);
  later = 120_000;
  await type("org purge copy --yes");
  await log();
  await type("events acme");
  await type(`history acme user ${idOf("u", 1)} --since 9999d`);
  await type(`erase acme ${idOf("u", 1)}`);
  await type("fsck other --events");
  await type(`export acme --events --out ${join(folder, "acme")}`);
  await type("events renew acme");

  const operations = [
    ...Object.keys(adminRoutes).map((name) => `admin.${name}`),
    ...Object.keys(maintenanceRoutes).map((name) => `data.${name}`),
    ...Object.keys(directoryRoutes)
      .filter((name) => !OF_THE_APPLICATION.includes(name))
      .map((name) => `directory.${name}`),
  ];
  expect(operations.filter((name) => !called.has(name))).toEqual([]);
});

test("every operation of both APIs has a call in the one list, which is played by signature and by key", () => {
  const called = new Set<string>(CALLS.map(([name]) => name));
  expect([...OPERATIONS.keys()].filter((name) => !called.has(name))).toEqual([]);
});
