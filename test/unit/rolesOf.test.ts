import { describe, expect, test } from "@jest/globals";
import type { Json } from "../../functions/scim/json.ts";
import type { Role, RoleMappings, TeamMapping } from "../../functions/store/roles/roleRecords.ts";
import { type RoleFacts, rolesOf, sentRoles } from "../../functions/store/roles/rolesOf.ts";
import { role } from "../support/roles.ts";

const CATALOGUE = [
  role("admin"),
  role("editor"),
  role("hidden", { assignable: false }),
  role("viewer", { default: true }),
];
const MAPPINGS: readonly TeamMapping[] = [
  { team: "g1", role: "editor", priority: 5 },
  { team: "g2", role: "admin", priority: 9 },
  { team: "g3", role: "editor", priority: 1 },
  { team: "g4", role: "hidden", priority: 1_000 },
  { team: "g5", role: "unknown", priority: 1_000 },
  { team: "g6", role: "viewer", priority: 9 },
];

function given(facts: Partial<RoleFacts>, own: Partial<RoleMappings> = {}, roles: readonly Role[] = CATALOGUE) {
  const mappings = { version: 1, mode: "highest" as const, mappings: MAPPINGS, ...own };
  const found = rolesOf(
    { catalogue: { version: 1, roles }, mappings },
    { member: true, teams: [], sent: [], ...facts },
  );
  return found.map(({ key, sources }) => {
    const named = sources.map((source) => (source.type === "team" ? source.team : source.type));
    return `${key}: ${named.join(" ")}`;
  });
}

describe("roles of a person", () => {
  test("highest: the mapping of the highest priority decides, of two alike the one that was given first; all its teams are sources", () => {
    expect(given({ teams: ["g1", "g2"] })).toEqual(["admin: g2"]);
    expect(given({ teams: ["g3", "g1"] })).toEqual(["editor: g1 g3"]);
    expect(given({ teams: ["g6", "g2"] })).toEqual(["admin: g2"]);
    expect(given({ teams: ["g6", "g2"] }, { mappings: [...MAPPINGS].reverse() })).toEqual(["viewer: g6"]);
  });

  test("union: all of them, by key", () => {
    const union = { mode: "union" } as const;
    expect(given({ teams: ["g6", "g3", "g2", "g1"] }, union)).toEqual(["admin: g2", "editor: g1 g3", "viewer: g6"]);
    expect(given({ teams: ["g1"], sent: ["editor"] }, union)).toEqual(["editor: g1 direct"]);
  });

  test("what the identity provider sent goes before teams, and of several the first", () => {
    expect(given({ teams: ["g2"], sent: ["editor", "viewer"] })).toEqual(["editor: direct"]);
    expect(given({ teams: ["g1"], sent: ["editor"] })).toEqual(["editor: g1 direct"]);
    expect(given({ teams: ["g2"], sent: ["unknown"] })).toEqual(["admin: g2"]);
  });

  test("a role that nobody may get, or that the catalogue does not know, is nobody's", () => {
    expect(given({ teams: ["g4", "g5"], sent: ["hidden", "unknown"] })).toEqual(["viewer: default"]);
    expect(given({}, { defaultRole: "hidden" })).toEqual([]);
    expect(given({}, { defaultRole: "unknown" })).toEqual([]);
  });

  test("who has no other has the org's default, or the catalogue's; null: none", () => {
    expect(given({})).toEqual(["viewer: default"]);
    expect(given({}, { defaultRole: "editor" })).toEqual(["editor: default"]);
    expect(given({}, { defaultRole: null })).toEqual([]);
    expect(given({}, {}, [role("admin")])).toEqual([]);
    expect(given({ teams: ["g1"] }, { defaultRole: "viewer", mode: "union" })).toEqual(["editor: g1"]);
  });

  test("who is no member has none", () => {
    expect(given({ member: false, teams: ["g2"], sent: ["editor"] })).toEqual([]);
  });
});

describe("what an identity provider sends", () => {
  test("counts by its value, primary ones first, entitlements behind roles, each once", () => {
    const roles: Json = [{ value: "editor" }, { value: "admin", primary: true }, { value: "editor", type: "x" }];
    expect(sentRoles({ roles, entitlements: [{ value: "sso" }, { value: "admin" }] })).toEqual([
      "admin",
      "editor",
      "sso",
    ]);
  });

  test("Entra's JSON text of an app role counts by the value in it, and other text as it is", () => {
    const entra = JSON.stringify({ id: "18d14569-c3bd-439b-9a66-3a2aee01d14f", value: "Admin", displayName: "Admin" });
    expect(sentRoles({ roles: [{ value: entra }] })).toEqual(["Admin"]);
    for (const value of ["{", '{"value":7}', "[1]"]) expect(sentRoles({ roles: [{ value }] })).toEqual([value]);
    expect(sentRoles({ roles: "admin", entitlements: [{ display: "admin" }, { value: 7 }, null] })).toEqual([]);
    expect(sentRoles({})).toEqual([]);
  });
});
