import { test } from "@jest/globals";
import type { JsonObject } from "../../../functions/scim/json.ts";
import { ENTERPRISE_SCHEMA, SEARCH_REQUEST } from "../../../functions/scim/schema.ts";
import { SettingsStore } from "../../../functions/store/settings.ts";
import { inProcessTarget } from "../../support/inProcess.ts";
import { localStore } from "../../support/localStore.ts";
import { testEndpoint } from "../../support/testEndpoint.ts";
import { at } from "../../support/wire.ts";
import { enterpriseUser, expectNothing, filtered, get, group, it, made, refused, user } from "../onWire.ts";
import { type Client, clientOf } from "../rows/client.ts";

it("O-1, O-4: users are ordered by any attribute, without case where it does not count, upwards unless told otherwise", async (scim) => {
  await scim.seen("said so", "/ServiceProviderConfig", { sort: { supported: true } });
  const people: readonly [string, JsonObject][] = [
    ["c", { externalId: "B", title: "é" }],
    ["B", { externalId: "a", title: "z" }],
    ["a", { externalId: "C", title: "\uff5e" }],
    ["D", { externalId: "b", title: "\u{1f600}" }],
  ];
  for (const [name, own] of people) await made(scim, "/Users", user(name, own));
  await ordered(scim, "/Users?sortBy=userName", ["a", "B", "c", "D"]);
  await ordered(scim, "/Users?sortBy=userName&sortOrder=ascending", ["a", "B", "c", "D"]);
  await ordered(scim, "/Users?sortBy=USERNAME&sortOrder=Descending", ["D", "c", "B", "a"]);
  await ordered(scim, "/Users?sortBy=urn:ietf:params:scim:schemas:core:2.0:User:userName&sortOrder=", [
    "a",
    "B",
    "c",
    "D",
  ]);
  await ordered(scim, "/Users?sortBy=externalId", ["c", "a", "B", "D"]);
  await ordered(scim, "/Users?sortBy=title", ["B", "c", "a", "D"]);
  await ordered(scim, "/Users?sortBy=meta.created&sortOrder=descending&count=0", []);
  await ordered(scim, `/Users?sortBy=userName&${filtered('userName gt "a"')}`, ["B", "c", "D"]);
  await ordered(scim, `/Users?sortBy=userName&${filtered('userName eq "b"')}`, ["B"]);
  await ordered(scim, "/Users?sortBy=userName&startIndex=2&count=2", ["B", "c"]);
  await ordered(scim, "/Users?sortBy=userName&startIndex=9", []);
  await ordered(scim, "/Users?sortBy=&sortOrder=descending&count=0", []);
  const total = await get(scim, "/Users?sortBy=userName&startIndex=4&count=2");
  scim.expect("numbers", { totalResults: 4, startIndex: 4, itemsPerPage: 1 }, total.json);
  const body = { schemas: [SEARCH_REQUEST], sortBy: "userName", sortOrder: "descending", count: 1 };
  const found = await scim.post("search", "/Users/.search", body, { status: 200 });
  scim.expect("by message", { totalResults: 4, Resources: [{ userName: "D" }] }, found.json);
});

it("O-1: numbers, booleans and times are ordered as such, and equals by id", async (scim) => {
  const ids: string[] = [];
  for (const active of [true, false, true, false]) {
    ids.push(await made(scim, "/Users", user(`u${ids.length}`, { active })));
  }
  const [first = "", second = "", third = "", fourth = ""] = ids;
  const by = async (query: string, expected: readonly string[]) => {
    const resources = at((await get(scim, `/Users?${query}`)).json, "Resources");
    const found = (Array.isArray(resources) ? resources : []).map((one) => at(one, "id") ?? null);
    scim.expect(query, { $exactly: [...expected] }, found);
  };
  await by("sortBy=active", [...[second, fourth].sort(), ...[first, third].sort()]);
  await by("sortBy=active&sortOrder=descending", [...[first, third].sort(), ...[second, fourth].sort()]);
  await by("sortBy=id", [...ids].sort());
  await by("sortBy=id&sortOrder=descending", [...ids].sort().reverse());
  await scim.put("change", `/Users/${first}`, user("u0", { active: true, title: "t" }), { status: 200 });
  const latest = await get(scim, "/Users?sortBy=meta.lastModified&sortOrder=descending&count=4");
  const times = at(latest.json, "Resources");
  const read = (Array.isArray(times) ? times : []).map((one) => String(at(one, "meta.lastModified")));
  scim.expect("times", { $exactly: [...read].sort().reverse() }, read);
});

it("O-2: of several values the primary one counts, else the first; a complex attribute needs a sub-attribute", async (scim) => {
  const emails = (...values: readonly (readonly [string, boolean?])[]): JsonObject => ({
    emails: values.map(([value, primary = false]) => ({ value, primary })),
  });
  await made(scim, "/Users", user("one", { ...emails(["z@x"], ["b@x", true]), name: { givenName: "Zoe" } }));
  await made(scim, "/Users", user("two", { ...emails(["c@x"], ["a@x"]), name: { givenName: "adam" } }));
  await made(scim, "/Users", user("three", { ...emails(["A@x"]), name: { givenName: "Bea" } }));
  await ordered(scim, "/Users?sortBy=emails.value", ["three", "one", "two"]);
  await ordered(scim, "/Users?sortBy=emails", ["three", "one", "two"]);
  await ordered(scim, "/Users?sortBy=name.givenName", ["two", "three", "one"]);
  for (const wrong of [
    "name",
    "meta",
    "addresses",
    "nothing",
    "name.nothing",
    "__proto__",
    "password",
    ENTERPRISE_SCHEMA,
    "x y",
  ]) {
    const path = `/Users?sortBy=${encodeURIComponent(wrong)}`;
    await scim.get(wrong, path, refused(400, "invalidValue"));
  }
  for (const wrong of ["up", "asc", "1"]) {
    const path = `/Users?sortBy=userName&sortOrder=${wrong}`;
    await scim.get(wrong, path, refused(400, "invalidValue", "sortOrder"));
  }
});

it("O-3: what has no value comes last, and first when descending", async (scim) => {
  await made(scim, "/Users", enterpriseUser("none", {}));
  await made(scim, "/Users", enterpriseUser("b", { department: "b" }));
  await made(scim, "/Users", enterpriseUser("a", { department: "A" }));
  await ordered(scim, `/Users?sortBy=${ENTERPRISE_SCHEMA}:department`, ["a", "b", "none"]);
  await ordered(scim, `/Users?sortBy=department&sortOrder=descending`, ["none", "b", "a"]);
});

it("O-1, Q-3: groups are ordered too, by their members as well, and at the root both types in one order", async (scim) => {
  const [first = "", second = ""] = [
    await made(scim, "/Users", user("u1", { displayName: "Mia" })),
    await made(scim, "/Users", user("u2", { displayName: "bo" })),
  ].sort();
  await made(scim, "/Groups", group("lions", { members: [{ value: second }] }));
  await made(scim, "/Groups", group("Apes", { members: [{ value: first }] }));
  await made(scim, "/Groups", group("zebras"));
  await ordered(scim, "/Groups?sortBy=displayName", ["Apes", "lions", "zebras"]);
  await ordered(scim, "/Groups?sortBy=members.value", ["Apes", "lions", "zebras"]);
  await ordered(scim, `/Groups?sortBy=members&sortOrder=descending&${filtered(`members eq "${second}"`)}`, ["lions"]);
  await ordered(scim, "?sortBy=displayName", ["Apes", "bo", "lions", "Mia", "zebras"]);
  await ordered(scim, "?sortBy=displayName&sortOrder=descending&startIndex=2&count=3", ["Mia", "lions", "bo"]);
  await ordered(scim, "?sortBy=userName&count=2", ["Mia", "bo"]);
  await ordered(scim, "?sortBy=members.value&count=2", ["Apes", "lions"]);
  await ordered(scim, `?sortBy=displayName&${filtered('meta.resourceType eq "Group"')}`, ["Apes", "lions", "zebras"]);
  for (const wrong of ["sortBy=name", "sortBy=displayName&sortOrder=up", "sortBy=password"]) {
    await scim.get(wrong, `?${wrong}`, refused(400, "invalidValue"));
  }
});

test("Q-4: an order over too many resources is 400 tooMany, and a filter by key makes it possible", async () => {
  const store = localStore();
  const scim = await clientOf(inProcessTarget("memory", testEndpoint(store), 1), { preset: "rfc" });
  const session = store.begin();
  const org = await new SettingsStore(session.database).orgBySlug(scim.tenant.slug);
  if (org === undefined) throw new Error("the org is missing");
  const { users } = session.directory(org.id);
  for (let index = 0; index < 10_001; index += 1) {
    const keys = { name: `u${index}`, externalId: undefined, values: [] };
    const attributes = JSON.stringify(user(`u${index}`, { active: true }));
    const stamp = { at: new Date().toISOString(), tokenId: "test", reference: "test" };
    await users.create(`u${String(index).padStart(22, "0")}`, { attributes, keys }, stamp);
  }
  await scim.get("sorted", "/Users?sortBy=userName", refused(400, "tooMany"));
  await scim.seen("by key", `/Users?sortBy=userName&${filtered('userName eq "u7"')}`, { totalResults: 1 });
  await scim.seen("unsorted", "/Users?count=1", { totalResults: 10_001 });
  expectNothing(scim);
});

/** Expects these names (displayName where there is one besides userName) in this order. */
async function ordered(scim: Client, path: string, names: readonly string[]): Promise<void> {
  const resources = at((await get(scim, path)).json, "Resources");
  const found = (Array.isArray(resources) ? resources : []).map((one) => at(one, "displayName") ?? at(one, "userName"));
  scim.expect(path, { $exactly: [...names] }, found.map(String));
}
