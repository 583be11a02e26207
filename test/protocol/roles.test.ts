import { describe, expect, test } from "@jest/globals";
import { catalogueKey, roleKeys } from "../../functions/store/roles/roleKeys.ts";
import { SettingsStore } from "../../functions/store/settings.ts";
import { documented } from "../support/documented.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { localStore } from "../support/localStore.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { at } from "../support/wire.ts";

const GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";

/** A deployment of its own, for its roles are the same for every org. */
function deployment() {
  const store = localStore();
  const lines: Readonly<Record<string, unknown>>[] = [];
  const target = inProcessTarget("memory", testEndpoint(store), 1);
  const [admin, directory] = [documented(store, lines, "admin"), documented(store, lines, "directory")];
  const role = (key: string, more: object = {}) =>
    directory("PUT", `roles/${encodeURIComponent(key)}`, { displayName: key.toUpperCase(), ...more });
  const org = async () => {
    const tenant = await target.org();
    const path = `orgs/${tenant.slug}/roles`;
    return {
      ...tenant,
      map: (mappings: readonly object[], more: object = {}) =>
        admin("PUT", path, { mode: "highest", mappings: [...mappings] as never, ...more }),
      ask: (method: "GET" | "DELETE" | "POST", rest = "") => admin(method, path + rest),
      /** Of the identity provider. @returns its id */
      team: async (displayName: string, members: readonly string[] = []) => {
        const body = { schemas: [GROUP], displayName, members: members.map((value) => ({ value })) };
        return String(at((await tenant.request({ method: "POST", path: "/Groups", body })).json, "id"));
      },
      deleteTeam: (id: string) => tenant.request({ method: "DELETE", path: `/Groups/${id}` }),
      ownTeam: async (displayName: string) =>
        String((await directory("POST", `orgs/${tenant.slug}/teams`, { displayName })).json.id),
    };
  };
  const { database } = store.begin();
  const stored = async (key: { readonly pk: string; readonly sk: string }) => database.get(key);
  const keyed = (key: string, method: string, path: string, body?: object) => {
    const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };
    return target.transport({ method, target: path, headers, body: body && JSON.stringify(body) });
  };
  return { admin, directory, role, org, keyed, stored, settings: new SettingsStore(database) };
}

describe("the catalogue of roles", () => {
  test("has what was put, by key, and says of a role what nobody said as by default", async () => {
    const { directory, role, stored } = deployment();
    expect((await directory("GET", "roles")).json).toEqual({ roles: [] });
    const viewer = { key: "viewer", displayName: "VIEWER", description: "", kind: "role" };
    expect(await role("viewer")).toEqual({
      status: 200,
      json: { ...viewer, assignable: true, default: false, keepOne: false, version: 1 },
    });
    const more = { description: "Pays", kind: "entitlement", assignable: false, keepOne: true };
    await role("billing:admin", more);
    expect((await directory("GET", "roles/billing:admin")).json).toMatchObject(more);
    expect(at((await directory("GET", "roles")).json, "roles.0.key")).toBe("billing:admin");
    const { v } = (await stored(catalogueKey())) ?? {};
    await role("billing:admin", more);
    expect((await stored(catalogueKey()))?.v).toBe(v);
    await role("billing:admin");
    expect((await directory("GET", "roles/billing:admin")).json).toMatchObject({ kind: "role", keepOne: false });
    expect((await directory("DELETE", "roles/billing:admin")).json).toMatchObject({ roles: [viewer] });
    expect((await directory("GET", "roles/billing:admin")).status).toBe(404);
  });

  test("takes names up to their lengths in code points, and keys of its alphabet", async () => {
    const { role } = deployment();
    const codeOf = async (key: string, more: object = {}) => (await role(key, more)).json.code;
    expect(await codeOf("a", { displayName: "🚀".repeat(100), description: "é".repeat(500) })).toBeUndefined();
    expect(await codeOf("a", { displayName: "🚀".repeat(101) })).toBe("value.line");
    expect(await codeOf("a", { description: "é".repeat(501) })).toBe("value.line");
    expect(await codeOf("a", { displayName: "two\nlines" })).toBe("value.line");
    expect(await codeOf("a", { displayName: 7 })).toBe("value.roleName");
    expect(await codeOf("a", { assignable: "yes" })).toBe("value.memberType");
    expect(await codeOf("a", { priority: 1 })).toBe("value.unknownMember");
    expect(await codeOf(`9._:-${"z".repeat(59)}`)).toBeUndefined();
    for (const key of ["A", "-a", "a/b", "é", "z".repeat(65), "__proto__"]) {
      expect(await codeOf(key)).toBe("value.roleKey");
    }
    expect(await codeOf("constructor")).toBeUndefined();
  });

  test("has one default, keeps what orgs use, and lets two writers at once both have their way", async () => {
    const { role, org, directory } = deployment();
    await role("member", { default: true });
    expect((await role("viewer", { default: true })).json).toMatchObject({
      code: "conflict.defaultRole",
      values: ["member"],
    });
    expect((await role("member", { default: true, assignable: false })).status).toBe(400);
    await role("member");
    expect((await role("viewer", { default: true })).status).toBe(200);
    const orgs = [await org(), await org()];
    for (const one of orgs) {
      const team = await one.team("Readers");
      expect((await one.map([{ team, role: "viewer" }], { defaultRole: "member" })).status).toBe(200);
    }
    const inUse = { status: 409, json: { code: "conflict.roleInUse", values: ["viewer", 2] } };
    expect(await directory("DELETE", "roles/viewer")).toMatchObject(inUse);
    expect(await role("viewer", { assignable: false })).toMatchObject(inUse);
    expect(await directory("DELETE", "roles/member")).toMatchObject({ json: { values: ["member", 2] } });
    expect(await orgs[0]?.map([], { defaultRole: null })).toMatchObject({ status: 200 });
    expect(await directory("DELETE", "roles/viewer")).toMatchObject({ json: { values: ["viewer", 1] } });
    expect(await orgs[1]?.ask("DELETE")).toMatchObject({ status: 200, json: { enabled: false } });
    expect((await directory("DELETE", "roles/viewer")).status).toBe(200);
    const keys = Array.from({ length: 8 }, (_, n) => `r${n}`);
    expect(await Promise.all(keys.map(async (key) => (await role(key)).status))).toEqual(keys.map(() => 200));
    expect(at((await directory("GET", "roles")).json, "roles")).toHaveLength(9);
  });

  test("is read with any application key, and written with one that opens every org", async () => {
    const { admin, org, role, keyed } = deployment();
    await role("viewer");
    const { slug } = await org();
    const scopes = ["directory.read", "directory.write"];
    const keyOf = async (wishes: Readonly<Record<string, string>>) =>
      String((await admin("POST", "app-keys", wishes)).json.secretKey);
    for (const key of await Promise.all(scopes.map((scope) => keyOf({ scope, org: slug })))) {
      expect(await keyed(key, "GET", "/app/v1/roles")).toMatchObject({ status: 200 });
      expect(await keyed(key, "GET", "/app/v1/roles/viewer")).toMatchObject({ json: { displayName: "VIEWER" } });
      expect((await keyed(key, "PUT", "/app/v1/roles/viewer", { displayName: "V" })).status).toBe(403);
      expect((await keyed(key, "DELETE", "/app/v1/roles/viewer")).status).toBe(403);
      expect((await keyed(key, "GET", "/app/v1/orgs")).status).toBe(403);
    }
    const [reading = "", writing = ""] = await Promise.all(scopes.map((scope) => keyOf({ scope })));
    expect((await keyed(reading, "PUT", "/app/v1/roles/viewer", { displayName: "V" })).status).toBe(403);
    expect((await keyed(writing, "PUT", "/app/v1/roles/viewer", { displayName: "V" })).status).toBe(200);
    const own = await keyOf({ scope: "admin", org: slug });
    const path = `/app/v1/admin/orgs/${slug}/roles`;
    const { status } = await keyed(own, "PUT", path, { mode: "union", mappings: [], defaultRole: "viewer" });
    expect(status).toBe(200);
    expect(await keyed(own, "GET", path)).toMatchObject({ json: { enabled: true, defaultRole: "viewer" } });
    expect(await keyed(own, "GET", path.replace(slug, (await org()).slug))).toMatchObject({ status: 404 });
  });
});

describe("the mappings of an org", () => {
  test("switch its roles on, are shown with their teams of either side, and go again", async () => {
    const { org, role, settings, stored } = deployment();
    await role("admin");
    await role("viewer");
    const acme = await org();
    const before = await settings.orgBySlug(acme.slug);
    if (before === undefined) throw new Error("no org");
    const nothing = { enabled: false, version: 0, mode: "highest", mappings: [] };
    expect((await acme.ask("GET")).json).toEqual(nothing);
    expect(await acme.ask("POST", "/rebuild")).toMatchObject({ status: 409, json: { code: "conflict.noMappings" } });
    const [team, own] = [await acme.team("Admins"), await acme.ownTeam("Guests")];
    const wished = [
      { team, role: "admin", priority: 10 },
      { team: own, role: "viewer" },
    ];
    const saved = {
      ...{ enabled: true, version: before.version + 1, mode: "highest", defaultRole: "viewer" },
      mappings: [
        { team, role: "admin", priority: 10, teamName: "Admins", managed: true },
        { team: own, role: "viewer", priority: 1, teamName: "Guests", managed: false },
      ],
    };
    expect(await acme.map(wished, { defaultRole: "viewer" })).toEqual({ status: 200, json: saved });
    expect((await acme.ask("GET")).json).toEqual(saved);
    expect((await acme.map(wished, { defaultRole: "viewer" })).json).toEqual(saved);
    expect(await settings.orgBySlug(acme.slug)).toMatchObject({ version: saved.version, roles: saved.version });
    expect(await stored(roleKeys.org(before.id))).toBeDefined();
    expect(await stored(roleKeys.uses())).toMatchObject({ "u:admin": 1, "u:viewer": 1 });
    expect(await acme.ask("POST", "/rebuild")).toMatchObject({ status: 200, json: { started: true } });
    expect(await stored(roleKeys.walk(before.id))).toBeDefined();
    expect((await acme.ask("DELETE")).json).toEqual(nothing);
    expect((await acme.ask("DELETE")).json).toEqual(nothing);
    expect((await settings.orgBySlug(acme.slug))?.roles).toBeUndefined();
    for (const key of [roleKeys.org(before.id), roleKeys.mappings(before.id)])
      expect(await stored(key)).toBeUndefined();
    expect(await stored(roleKeys.uses())).toMatchObject({ "u:admin": 0, "u:viewer": 0 });
    // The number rises on, so that nothing takes the new mappings for the old ones.
    expect((await acme.map(wished)).json.version).toBe(saved.version + 2);
  });

  test("name no priority twice for different roles where each has one, and in a union any", async () => {
    const { org, role } = deployment();
    for (const key of ["admin", "viewer"]) await role(key);
    const acme = await org();
    const [a, b] = [await acme.team("A"), await acme.team("B")];
    const clash = [
      { team: a, role: "admin" },
      { team: b, role: "viewer" },
    ];
    expect(await acme.map(clash)).toMatchObject({
      status: 400,
      json: { code: "value.mappingClash", values: ["admin", "viewer", 1] },
    });
    expect((await acme.ask("GET")).json.enabled).toBe(false);
    expect((await acme.map(clash, { mode: "union" })).status).toBe(200);
    const alike = [
      { team: a, role: "admin" },
      { team: b, role: "admin" },
    ];
    expect((await acme.map(alike)).status).toBe(200);
  });

  test("are refused where an entry is no mapping, or what it names is not there", async () => {
    const { org, role } = deployment();
    await role("viewer");
    const acme = await org();
    const other = await org();
    const [team, strange] = [await acme.team("A"), await other.team("A")];
    const codeOf = async (mappings: readonly unknown[], more: object = {}) =>
      (await acme.map(mappings as readonly object[], more)).json.code;
    for (const wrong of [7, null, [], {}, { team }, { role: "viewer" }, { team, role: "viewer", note: "" }]) {
      expect(await codeOf([wrong])).toBe("value.mapping");
    }
    for (const priority of [0, 1.5, 1_001, "1", null]) {
      expect(await codeOf([{ team, role: "viewer", priority }])).toBe("value.mapping");
    }
    expect(await codeOf([{ team, role: "viewer" }], { defaultRole: "nobody" })).toBe("value.mappedRole");
    expect(await codeOf([{ team, role: "viewer" }], { defaultRole: 7 })).toBe("value.memberType");
    expect(await codeOf([{ team, role: "viewer" }], { mode: "lowest" })).toBe("value.roleMode");
    for (const id of [strange, "g1", "", team.replace("g", "u")]) {
      expect(await codeOf([{ team: id, role: "viewer" }])).toBe("value.mappedTeam");
    }
    expect((await acme.ask("GET")).json.enabled).toBe(false);
  });

  test("keep a team that is gone, marked, until somebody leaves it out", async () => {
    const { org, role } = deployment();
    await role("viewer");
    const acme = await org();
    const [a, b] = [await acme.team("A"), await acme.team("B")];
    const entries = [
      { team: a, role: "viewer" },
      { team: b, role: "viewer" },
    ];
    await acme.map(entries);
    await acme.deleteTeam(a);
    const gone = { team: a, role: "viewer", priority: 1, teamName: null, managed: null, missing: true };
    expect(at((await acme.ask("GET")).json, "mappings.0")).toEqual(gone);
    expect((await acme.map(entries, { mode: "union" })).status).toBe(200);
    expect((await acme.map(entries.slice(1))).status).toBe(200);
    expect((await acme.map(entries)).json.code).toBe("value.mappedTeam");
  });

  test("and the deletion of a role meet: one of the two has its way, and no mapping is left without its role", async () => {
    const { directory, org, role } = deployment();
    const acme = await org();
    const team = await acme.team("A");
    for (let n = 0; n < 12; n++) {
      await role("viewer");
      const [mapped, deleted] = await Promise.all([
        acme.map([{ team, role: "viewer" }]),
        directory("DELETE", "roles/viewer"),
      ]);
      expect([mapped.status, deleted.status].filter((status) => status === 200)).toHaveLength(1);
      await acme.ask("DELETE");
    }
  });
});
