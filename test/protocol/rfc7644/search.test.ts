import type { Json, JsonObject } from "../../../functions/scim/json.ts";
import { GROUP_SCHEMA, LIST_RESPONSE, SEARCH_REQUEST, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { type Answer, at } from "../../support/wire.ts";
import { filtered, get, group, it, made, refused, user } from "../onWire.ts";
import { type Client, members } from "../rows/client.ts";

const ENDPOINTS = ["/Users", "/Groups", ""];

it("SR-1: POST /.search gives what the same query gives by GET", async (scim) => {
  await population(scim);
  const questions: readonly JsonObject[] = [
    {},
    { filter: 'meta.created ge "2001-01-01T00:00:00Z"' },
    { filter: 'displayName co "b"', count: 1 },
    { filter: 'displayName co "b"', startIndex: 2, count: 2 },
    { startIndex: 3, count: 2 },
    { count: 0 },
    { count: -1, startIndex: -7 },
    { attributes: ["displayName", "meta.resourceType"] },
    { excludedAttributes: ["meta", "members"], filter: 'not (displayName eq "none")' },
    { filter: null, attributes: null, count: null, sortBy: null },
  ];
  for (const endpoint of ENDPOINTS) {
    for (const question of questions) {
      const query = Object.entries(question)
        .filter(([, value]) => value !== null)
        .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
      const asked = await get(scim, `${endpoint}?${query.join("&")}`);
      const found = await search(scim, endpoint, question);
      scim.expect(`${endpoint} ${JSON.stringify(question)}`, { $exactly: asked.json ?? null }, found.json);
    }
  }
});

it("SR-1, SR-3: a message that is none is refused, and so is a member of another type", async (scim) => {
  for (const endpoint of ENDPOINTS) {
    const path = `${endpoint}/.search`;
    const say = (body: unknown, scimType: string) =>
      scim.post(`${path} ${JSON.stringify(body)}`, path, body, refused(400, scimType));
    for (const body of ["{", "[]", "null", '"x"', {}, { schemas: [] }, { schemas: [USER_SCHEMA] }]) {
      await say(body, "invalidSyntax");
    }
    for (const wrong of [
      { count: "one" },
      { startIndex: "" },
      { count: 1.5 },
      { startIndex: true },
      { filter: 1 },
      { attributes: [1] },
      { excludedAttributes: {} },
      { attributes: ["userName"], excludedAttributes: ["meta"] },
    ]) {
      await say({ schemas: [SEARCH_REQUEST], ...wrong }, "invalidValue");
    }
    for (const filter of ["userName", 'displayName regex "x"']) {
      await say({ schemas: [SEARCH_REQUEST], filter }, "invalidFilter");
    }
    for (const method of ["GET", "PUT", "PATCH", "DELETE"]) {
      const answer = await scim.say(method, { method, path }, refused(405));
      scim.expect("allow", "POST", answer.headers.allow);
    }
  }
  await scim.post("nothing below", "/.search/x", {}, refused(404));
  const large = await search(scim, "/Users", { count: 1e21 });
  scim.expect("a huge count", { totalResults: 0 }, large.json);
});

it("SR-2, Q-3: a query at the root finds users and groups, each in its own schema", async (scim) => {
  const { bob, team } = await population(scim);
  const smith = await search(scim, "", { filter: 'displayName sw "b"', attributes: ["displayName", "userName"] });
  scim.expect(
    "both",
    {
      $exactly: {
        schemas: [LIST_RESPONSE],
        totalResults: 2,
        startIndex: 1,
        itemsPerPage: 2,
        Resources: [
          { schemas: [USER_SCHEMA], id: bob, userName: "bob", displayName: "Bob" },
          { schemas: [GROUP_SCHEMA], id: team, displayName: "bowlers" },
        ],
      },
    },
    smith.json,
  );
  await selects(scim, 'userName eq "bob"', ["bob"]);
  await selects(scim, 'meta.resourceType eq "User"', ["ann", "bob", "cy"]);
  await selects(scim, 'meta.resourceType eq "Group"', ["bowlers", "chess"]);
  await selects(scim, 'meta.resourceType eq "Other"', []);
  await selects(scim, '(meta.resourceType eq "User") and (displayName sw "b")', ["bob"]);
  await selects(scim, "(meta.resourceType eq User) or (meta.resourceType eq Group)", [
    "ann",
    "bob",
    "cy",
    "bowlers",
    "chess",
  ]);
  await selects(scim, `members.value eq "${bob}"`, ["bowlers"]);
  await selects(scim, `groups.value eq "${team}"`, ["bob"]);
  await selects(scim, `id eq "${team}"`, ["bowlers"]);
  const whole = await get(scim, `?${filtered(`id eq "${team}"`)}`);
  scim.expect("with members", { members: members(bob) }, at(whole.json, "Resources.0"));
});

it("F-15: at the root an attribute that a type does not have counts as one without a value", async (scim) => {
  await population(scim);
  const everybody = ["ann", "bob", "cy", "bowlers", "chess"];
  await selects(scim, 'title eq "t"', ["ann"]);
  await selects(scim, 'title ne "t"', ["bob", "cy", "bowlers", "chess"]);
  await selects(scim, 'not (title eq "t")', ["bob", "cy", "bowlers", "chess"]);
  await selects(scim, "title eq null", ["bob", "cy", "bowlers", "chess"]);
  await selects(scim, "title pr", ["ann"]);
  await selects(scim, 'nothing eq "x"', []);
  await selects(scim, 'nothing[value eq "x"]', []);
  await selects(scim, "nothing pr", []);
  await selects(scim, 'emails[nothing eq "x"]', []);
  await selects(scim, "emails[nothing pr] or userName eq ann", ["ann"]);
  await selects(scim, "not (emails[nothing pr])", everybody);
  await selects(scim, 'userName eq "ann" and not (emails[value pr and nothing eq 5])', ["ann"]);
  await selects(scim, "nothing gt 5", []);
  await selects(scim, "nothing ne true", everybody);
  await selects(scim, "active eq true", ["ann", "bob", "cy"]);
  await selects(scim, "not (nothing pr)", everybody);
  for (const filter of ['userName regex "x"', "active gt true", "(title pr"]) {
    await scim.get(filter, `?${filtered(filter)}`, refused(400, "invalidFilter"));
  }
  await scim.get("password", "?filter=password%20pr", refused(403, "sensitive"));
  await scim.get("a type by itself", "/Groups?filter=title%20pr", refused(400, "invalidFilter"));
});

it("Q-3, G-4, G-8: pages at the root reach over the border between the types, every resource once", async (scim) => {
  await population(scim);
  for (const query of ["", `${filtered("displayName pr")}&`]) {
    for (const count of [1, 2, 3, 4, 7]) {
      const seen: Json[] = [];
      for (let startIndex = 1; startIndex <= 6; startIndex += count) {
        const page = await get(scim, `?${query}startIndex=${startIndex}&count=${count}`);
        scim.expect("total", { totalResults: 5, startIndex }, page.json);
        seen.push(...ids(page));
      }
      scim.expect(`by ${count}`, 5, new Set(seen.map(String)).size);
      scim.expect(`by ${count}, each once`, 5, seen.length);
    }
  }
  for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
    const answer = await scim.say(method, { method, path: "", body: {} }, refused(405));
    scim.expect("allow", "GET", answer.headers.allow);
  }
});

async function population(scim: Client): Promise<{ bob: string; team: string }> {
  await made(scim, "/Users", user("ann", { displayName: "Ann", title: "t" }));
  const bob = await made(scim, "/Users", user("bob", { displayName: "Bob" }));
  await made(scim, "/Users", user("cy", { displayName: "Cyb" }));
  const team = await made(scim, "/Groups", group("bowlers", { members: [{ value: bob }] }));
  await made(scim, "/Groups", group("chess"));
  return { bob, team };
}

function search(scim: Client, endpoint: string, question: JsonObject): Promise<Answer> {
  const body = { schemas: [SEARCH_REQUEST], ...question };
  return scim.post(JSON.stringify(question), `${endpoint}/.search`, body, { status: 200 });
}

function ids(answer: Answer): Json[] {
  const resources = at(answer.json, "Resources");
  return (Array.isArray(resources) ? resources : []).map((one) => at(one, "id") ?? null);
}

async function selects(scim: Client, filter: string, names: readonly string[]): Promise<void> {
  const answer = await get(scim, `?${filtered(filter)}`);
  const resources = at(answer.json, "Resources");
  const found = (Array.isArray(resources) ? resources : []).map((one) => at(one, "userName") ?? at(one, "displayName"));
  scim.expect(filter, { $exactly: [...names].sort() }, found.map(String).sort());
  scim.expect(`${filter}: total`, names.length, at(answer.json, "totalResults"));
}
