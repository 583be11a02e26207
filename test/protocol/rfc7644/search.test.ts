import { test } from "@jest/globals";
import type { Json, JsonObject } from "../../../functions/scim/json.ts";
import { GROUP_SCHEMA, LIST_RESPONSE, SEARCH_REQUEST, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { type Answer, at } from "../../support/wire.ts";
import { filtered, get, group, made, onWire, refused, user } from "../onWire.ts";
import { members, type Talk } from "../rows/talk.ts";

const ENDPOINTS = ["/Users", "/Groups", ""];

test(
  "SR-1: POST /.search gives what the same query gives by GET",
  onWire(async (talk) => {
    await population(talk);
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
        const asked = await get(talk, `${endpoint}?${query.join("&")}`);
        const found = await search(talk, endpoint, question);
        talk.expect(`${endpoint} ${JSON.stringify(question)}`, { $exactly: asked.json ?? null }, found.json);
      }
    }
  }),
);

test(
  "SR-1, SR-3: a message that is none is refused, and so is a member of another type",
  onWire(async (talk) => {
    for (const endpoint of ENDPOINTS) {
      const path = `${endpoint}/.search`;
      const say = (body: unknown, scimType: string) =>
        talk.say(`${path} ${JSON.stringify(body)}`, { method: "POST", path, body }, refused(400, scimType));
      for (const body of [
        "{",
        "[]",
        "null",
        '"x"',
        {},
        { schemas: [] },
        { schemas: SEARCH_REQUEST },
        { schemas: [USER_SCHEMA] },
      ]) {
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
        const answer = await talk.say(method, { method, path }, refused(405));
        talk.expect("allow", "POST", answer.headers.allow);
      }
    }
    await talk.say("nothing below", { method: "POST", path: "/.search/x", body: {} }, refused(404));
    const large = await search(talk, "/Users", { count: 1e21 });
    talk.expect("a huge count", { totalResults: 0 }, large.json);
  }),
);

test(
  "SR-2, Q-3: a query at the root finds users and groups, each in its own schema",
  onWire(async (talk) => {
    const { bob, team } = await population(talk);
    const smith = await search(talk, "", { filter: 'displayName sw "b"', attributes: ["displayName", "userName"] });
    talk.expect(
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
    await selects(talk, 'userName eq "bob"', ["bob"]);
    await selects(talk, 'meta.resourceType eq "User"', ["ann", "bob", "cy"]);
    await selects(talk, 'meta.resourceType eq "Group"', ["bowlers", "chess"]);
    await selects(talk, 'meta.resourceType eq "Other"', []);
    await selects(talk, '(meta.resourceType eq "User") and (displayName sw "b")', ["bob"]);
    await selects(talk, "(meta.resourceType eq User) or (meta.resourceType eq Group)", [
      "ann",
      "bob",
      "cy",
      "bowlers",
      "chess",
    ]);
    await selects(talk, `members.value eq "${bob}"`, ["bowlers"]);
    await selects(talk, `groups.value eq "${team}"`, ["bob"]);
    await selects(talk, `id eq "${team}"`, ["bowlers"]);
    const whole = await get(talk, `?${filtered(`id eq "${team}"`)}`);
    talk.expect("with members", { members: members(bob) }, at(whole.json, "Resources.0"));
  }),
);

test(
  "F-15: at the root an attribute that a type does not have counts as one without a value",
  onWire(async (talk) => {
    await population(talk);
    const everybody = ["ann", "bob", "cy", "bowlers", "chess"];
    await selects(talk, 'title eq "t"', ["ann"]);
    await selects(talk, 'title ne "t"', ["bob", "cy", "bowlers", "chess"]);
    await selects(talk, 'not (title eq "t")', ["bob", "cy", "bowlers", "chess"]);
    await selects(talk, "title eq null", ["bob", "cy", "bowlers", "chess"]);
    await selects(talk, "title pr", ["ann"]);
    await selects(talk, 'nothing eq "x"', []);
    await selects(talk, 'nothing[value eq "x"]', []);
    await selects(talk, "nothing pr", []);
    await selects(talk, "nothing gt 5", []);
    await selects(talk, "nothing ne true", everybody);
    await selects(talk, "active eq true", ["ann", "bob", "cy"]);
    await selects(talk, "not (nothing pr)", everybody);
    for (const filter of ['userName regex "x"', "active gt true", "(title pr"]) {
      await talk.say(filter, { method: "GET", path: `?${filtered(filter)}` }, refused(400, "invalidFilter"));
    }
    await talk.say("password", { method: "GET", path: "?filter=password%20pr" }, refused(403, "sensitive"));
    await talk.say(
      "a type by itself",
      { method: "GET", path: "/Groups?filter=title%20pr" },
      refused(400, "invalidFilter"),
    );
  }),
);

test(
  "Q-3, G-4, G-8: pages at the root reach over the border between the types, every resource once",
  onWire(async (talk) => {
    await population(talk);
    for (const query of ["", `${filtered("displayName pr")}&`]) {
      for (const count of [1, 2, 3, 4, 7]) {
        const seen: Json[] = [];
        for (let startIndex = 1; startIndex <= 6; startIndex += count) {
          const page = await get(talk, `?${query}startIndex=${startIndex}&count=${count}`);
          talk.expect("total", { totalResults: 5, startIndex }, page.json);
          seen.push(...ids(page));
        }
        talk.expect(`by ${count}`, 5, new Set(seen.map(String)).size);
        talk.expect(`by ${count}, each once`, 5, seen.length);
      }
    }
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      const answer = await talk.say(method, { method, path: "", body: {} }, refused(405));
      talk.expect("allow", "GET", answer.headers.allow);
    }
  }),
);

async function population(talk: Talk): Promise<{ bob: string; team: string }> {
  await made(talk, "/Users", user("ann", { displayName: "Ann", title: "t" }));
  const bob = await made(talk, "/Users", user("bob", { displayName: "Bob" }));
  await made(talk, "/Users", user("cy", { displayName: "Cyb" }));
  const team = await made(talk, "/Groups", group("bowlers", { members: [{ value: bob }] }));
  await made(talk, "/Groups", group("chess"));
  return { bob, team };
}

function search(talk: Talk, endpoint: string, question: JsonObject): Promise<Answer> {
  const body = { schemas: [SEARCH_REQUEST], ...question };
  return talk.say(JSON.stringify(question), { method: "POST", path: `${endpoint}/.search`, body }, { status: 200 });
}

function ids(answer: Answer): Json[] {
  const resources = at(answer.json, "Resources");
  return (Array.isArray(resources) ? resources : []).map((one) => at(one, "id") ?? null);
}

async function selects(talk: Talk, filter: string, names: readonly string[]): Promise<void> {
  const answer = await get(talk, `?${filtered(filter)}`);
  const resources = at(answer.json, "Resources");
  const found = (Array.isArray(resources) ? resources : []).map((one) => at(one, "userName") ?? at(one, "displayName"));
  talk.expect(filter, { $exactly: [...names].sort() }, found.map(String).sort());
  talk.expect(`${filter}: total`, names.length, at(answer.json, "totalResults"));
}
