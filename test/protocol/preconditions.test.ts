import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { AdminRequest, Api } from "../../bin/rollcall/adminClient.ts";
import { COMMANDS } from "../../bin/rollcall/commands.ts";
import { signedSender } from "../../bin/rollcall/localApi.ts";
import { run } from "../../bin/rollcall/run.ts";
import { APIS } from "../../functions/http/signed/declarations/apis.ts";
import type { Declaration } from "../../functions/http/signed/declarations/declaration.ts";
import { roleKeys } from "../../functions/store/roles/roleKeys.ts";
import { createClient } from "../../lib/client/index.ts";
import { newFolder } from "../support/folders.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { localStore } from "../support/localStore.ts";
import { wordsOf } from "../support/rollcallOver.ts";
import { testEndpoint } from "../support/testEndpoint.ts";

const TEAM = "urn:ietf:params:scim:schemas:core:2.0:Group";
const folder = newFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Links and memberships are no part of the user or team that answers: who sets one twice sets it once. */
const OF_EDGES = ["linkUser", "addMember"];

test("every change of what has a version takes If-Match, and its read gives the ETag", () => {
  const operations = Object.values(APIS).flatMap(({ operations }) => Object.entries<Declaration>(operations));
  const hasVersion = ({ answer }: Declaration) => JSON.stringify(answer ?? {}).includes('"version":');
  const versioned = operations.filter(([, { versioned }]) => versioned === true);
  const read = new Set(versioned.flatMap(([, { method, path }]) => (method === "GET" ? [path] : [])));
  const open = operations.filter(
    ([name, one]) =>
      ((["PUT", "PATCH"].includes(one.method) && hasVersion(one)) || (one.method === "DELETE" && read.has(one.path))) &&
      one.versioned !== true &&
      !OF_EDGES.includes(name),
  );
  expect(open.map(([name]) => name)).toEqual([]);
  for (const [name, { path }] of versioned) expect([name, read.has(path)]).toEqual([name, true]);
  expect(read.size).toBeGreaterThanOrEqual(5);
});

describe("a change made from what somebody else changed since", () => {
  const store = localStore();
  const endpoint = testEndpoint(store);
  const target = inProcessTarget("memory", endpoint, 1);
  const ask = async (api: Exclude<Api, "console">, request: AdminRequest) => {
    const { status, text } = await signedSender(endpoint, api, undefined)(request);
    return { status, json: JSON.parse(text) };
  };
  const mappingsOf = (slug: string) => `orgs/${slug}/roles`;
  let slug: string;
  let team: string;
  let type: (line: string, meanwhile?: () => Promise<unknown>) => Promise<{ code: number; said: string; out: string }>;

  beforeEach(async () => {
    const org = await target.org();
    slug = org.slug;
    const made = await org.request({ method: "POST", path: "/Groups", body: { schemas: [TEAM], displayName: "Crew" } });
    team = String((made.json as { id: string }).id);
    for (const key of ["editor", "viewer"]) {
      await ask("directory", { method: "PUT", path: `roles/${key}`, body: { displayName: key } });
    }
    type = async (line, meanwhile) => {
      let [said, out] = ["", ""];
      const code = await run(COMMANDS, wordsOf(line), {
        env: {},
        terminal: { out: (text) => (out += text), err: (text) => (said += text) },
        reach: async (_place, actor, api) => {
          const send = signedSender(endpoint, api, actor);
          return {
            send: async (request) => {
              if (request.method === "PUT") await meanwhile?.();
              return send(request);
            },
            close: async () => undefined,
          };
        },
      });
      return { code, said, out };
    };
  });

  test("is refused with 412, of mappings, roles, settings, users and teams; without a version, or of the one that is there, it is made", async () => {
    const user = (await ask("directory", { method: "POST", path: `orgs/${slug}/users`, body: { userName: "ada" } }))
      .json;
    const own = (await ask("directory", { method: "POST", path: `orgs/${slug}/teams`, body: { displayName: "Own" } }))
      .json;
    const mapped = (role: string) => ({ mode: "union", mappings: [{ team, role }] });
    const cases: readonly (readonly [
      Exclude<Api, "console">,
      string,
      AdminRequest["method"],
      (n: string) => object,
    ])[] = [
      ["admin", mappingsOf(slug), "PUT", (n) => mapped(n === "a" ? "editor" : "viewer")],
      ["directory", "roles/editor", "PUT", (n) => ({ displayName: n })],
      ["admin", `orgs/${slug}`, "PATCH", (n) => ({ admins: [n] })],
      ["directory", `orgs/${slug}/users/${user.id}`, "PATCH", (n) => ({ emails: [{ value: `${n}@acme.example` }] })],
      ["directory", `orgs/${slug}/teams/${own.id}`, "PATCH", (n) => ({ displayName: n })],
    ];
    for (const [api, path, method, body] of cases) {
      const read = await target[api]("GET", `/${path}`);
      const { version } = read.json as { version: number };
      expect([path, read.headers.etag]).toEqual([path, `W/"${version}"`]);
      const first = await ask(api, { method, path, body: body("a") as never, ifVersion: version });
      expect([path, first.status, first.json.version > version]).toEqual([path, 200, true]);
      const second = await ask(api, { method, path, body: body("b") as never, ifVersion: version });
      expect([path, second.status, second.json.code]).toEqual([path, 412, "version.mismatch"]);
      expect((await target[api]("GET", `/${path}`)).json).toMatchObject(body("a"));
      expect((await target[api](method, `/${path}`, body("b"))).status).toBe(200);
    }
    for (const [api, path] of cases.slice(3)) {
      const { version } = (await target[api]("GET", `/${path}`)).json as { version: number };
      const refused = await ask(api, { method: "DELETE", path, ifVersion: version - 1 });
      expect([path, refused.status, refused.json.code]).toEqual([path, 412, "version.mismatch"]);
      expect((await target[api]("GET", `/${path}`)).status).toBe(200);
    }
    // What is there already: somebody may have lost the answer.
    for (const [api, path, method, body] of cases.slice(0, 3)) {
      expect((await ask(api, { method, path, body: body("b") as never, ifVersion: 99 })).status).toBe(200);
    }
  });

  test("that takes it away is refused as well; 0 stands for what there is not", async () => {
    const path = mappingsOf(slug);
    const body = { mode: "union", mappings: [{ team, role: "viewer" }] };
    expect((await ask("admin", { method: "PUT", path, body, ifVersion: 7 })).status).toBe(412);
    const made = await ask("admin", { method: "PUT", path, body, ifVersion: 0 });
    expect(made.status).toBe(200);
    expect((await ask("admin", { method: "DELETE", path, ifVersion: 0 })).status).toBe(412);
    expect((await ask("admin", { method: "DELETE", path, ifVersion: made.json.version })).status).toBe(200);
    expect((await ask("admin", { method: "DELETE", path, ifVersion: made.json.version })).status).toBe(200);
    const role = { method: "PUT", path: "roles/new", body: { displayName: "N" } } as const;
    expect((await ask("directory", { ...role, ifVersion: 1 })).status).toBe(412);
    expect((await ask("directory", { ...role, ifVersion: 0 })).status).toBe(200);
    expect((await ask("directory", { ...role, body: { displayName: "M" }, ifVersion: 0 })).status).toBe(412);
    expect((await ask("directory", { method: "DELETE", path: "roles/new", ifVersion: 1 })).status).toBe(412);
    const read = (await ask("directory", { method: "GET", path: "roles/new" })).json;
    const sentBack = { ...role, body: { displayName: "M", version: read.version } };
    expect((await ask("directory", sentBack)).status).toBe(200);
    expect((await ask("directory", { ...sentBack, body: { ...sentBack.body, displayName: "O" } })).status).toBe(412);
    for (const version of [0, -1, 1.5, 1e21]) {
      const refused = await ask("directory", { ...sentBack, body: { ...sentBack.body, version } });
      expect([version, refused.status, refused.json.code]).toEqual([version, 400, "value.wholeNumber"]);
    }
  });

  test("by a command that reads before it writes changes nothing, and says what to do; a file with a version is of it alone", async () => {
    const other = (role: string) => () =>
      ask("admin", { method: "PUT", path: mappingsOf(slug), body: { mode: "union", mappings: [{ team, role }] } });
    expect((await type(`mappings set ${slug} --map Crew=editor`)).code).toBe(0);
    const late = await type(`mappings set ${slug} --default-role viewer`, other("viewer"));
    expect([late.code, late.said]).toEqual([1, expect.stringContaining("Somebody else changed this")]);
    const shown = await type(`mappings show ${slug} --json`);
    expect(JSON.parse(shown.out).mappings).toMatchObject([{ team, role: "viewer" }]);
    const file = join(folder, "mappings.json");
    writeFileSync(file, shown.out.replaceAll("viewer", "editor"));
    expect((await type(`mappings set ${slug} --file ${file}`)).code).toBe(0);
    await other("viewer")();
    expect((await type(`mappings set ${slug} --file ${file}`)).said).toContain("Somebody else changed this");
    const { version: _of, ...whatever } = JSON.parse(shown.out);
    writeFileSync(file, JSON.stringify(whatever));
    expect((await type(`mappings set ${slug} --file ${file}`)).code).toBe(0);

    const describes = () =>
      ask("directory", { method: "PUT", path: "roles/viewer", body: { displayName: "v", description: "Reads" } });
    expect((await type("role set viewer --keep-one", describes)).said).toContain("Somebody else changed this");
    expect((await type("role set viewer --keep-one")).code).toBe(0);
    expect((await target.directory("GET", "/roles/viewer")).json).toMatchObject({
      description: "Reads",
      keepOne: true,
    });
  });

  test("meets mappings that somebody damaged as if there were none: others are put in their place, and they are taken away", async () => {
    const path = mappingsOf(slug);
    const body = { mode: "union", mappings: [{ team, role: "viewer" }] };
    const { id } = (await ask("admin", { method: "GET", path: `orgs/${slug}` })).json;
    for (const d of ["broken", "7", "[]", "{}", '{"mappings":null}']) {
      expect((await ask("admin", { method: "PUT", path, body })).status).toBe(200);
      const damage = () => store.begin().database.write([{ update: roleKeys.mappings(id), set: { d } }]);
      await damage();
      expect((await ask("admin", { method: "GET", path })).json).toMatchObject({ enabled: false, mappings: [] });
      expect((await ask("admin", { method: "PUT", path, body })).json).toMatchObject({ mappings: [{ team }] });
      await damage();
      expect((await ask("admin", { method: "DELETE", path })).status).toBe(200);
    }
  });

  test("can be said with the client of the package", async () => {
    const sent: (string | null)[] = [];
    const client = createClient({
      url: "http://127.0.0.1:1",
      credentials: { accessKeyId: "id", secretAccessKey: "secret" },
      region: "local",
      fetch: async (_url, init) => {
        sent.push(new Headers(init?.headers).get("if-match"));
        return new Response("{}");
      },
    });
    const body = { mode: "union" as const, mappings: [] };
    await client.call("admin.setMappings", { path: { org: "acme" }, body, ifVersion: 7 });
    await client.call("admin.setMappings", { path: { org: "acme" }, body });
    expect(sent).toEqual(['W/"7"', null]);
  });
});
