import type { Json, JsonObject } from "../../../functions/scim/json.ts";
import { ENTERPRISE_SCHEMA, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { at } from "../../support/wire.ts";
import { get, group, it, made, onMemory, refused, selects, textOf, user } from "../onWire.ts";
import { clientOf } from "../rows/client.ts";

it("S-40, S-77: every attribute of the User schema is stored and returned as it was sent", async (scim) => {
  const body = fullUser("a");
  const answer = await scim.post("POST", "/Users", body, { status: 201, json: body });
  const read = await get(scim, `/Users/${textOf(answer, "id")}`);
  scim.expect("read again", { $exactly: answer.json ?? null }, read.json);
  const schemas = (await get(scim, "/Schemas")).json;
  for (const name of Object.keys(body).filter((name) => !["schemas", ENTERPRISE_SCHEMA].includes(name))) {
    const declared = { Resources: { $contains: [{ id: USER_SCHEMA, attributes: { $contains: [{ name }] } }] } };
    scim.expect(`${name} is declared`, declared, schemas);
  }
});

it("S-40, C-6, U-5: userName is required and not blank, on POST, PUT and PATCH", async (scim) => {
  const path = `/Users/${await made(scim, "/Users", user("a"))}`;
  for (const userName of ["$absent", "", "  ", "\t", null, [], "\u200b", "\u00a0", "\u3000"] as const) {
    const body =
      userName === "$absent" ? { schemas: [USER_SCHEMA] } : { schemas: [USER_SCHEMA], userName: userName as Json };
    const title = JSON.stringify(userName);
    await scim.post(`POST ${title}`, "/Users", body, refused(400, "invalidValue", "userName"));
    await scim.put(`PUT ${title}`, path, body, refused(400, "invalidValue", "userName"));
    if (userName === "$absent") continue;
    const operations: JsonObject[] = [{ op: "replace", path: "userName", value: userName as Json }];
    await scim.patch(`PATCH ${title}`, path, operations, refused(400, "invalidValue", "userName"));
  }
  await scim.seen("unchanged", path, { userName: "a", meta: { version: 'W/"1"' } });
  await scim.seen("one user", "/Users", { totalResults: 1 });
});

it("S-40, W-15, W-16: userName is unique in the org ignoring case, e-mail addresses are not", async (scim) => {
  await made(scim, "/Users", user("bob@x", { emails: [{ value: "b@x", type: "work" }] }));
  const post = (userName: string) => ({ method: "POST", path: "/Users", body: user(userName) });
  await scim.say("the same", post("bob@x"), refused(409, "uniqueness", "userName"));
  await scim.say("other case", post("BOB@x"), refused(409, "uniqueness", "userName"));
  await made(scim, "/Users", user("eve@x", { emails: [{ value: "b@x", type: "work" }] }));
  const elsewhere = await clientOf(onMemory, { preset: "rfc" });
  await elsewhere.say("another org", post("bob@x"), { status: 201 });
  for (const line of elsewhere.found) scim.note("another org", line);
});

it("S-41, S-42, A-6, W-25: a password is accepted, never stored and never shown, however it comes and is asked for", async (scim) => {
  const secret = "s3cret-Pass!";
  const answers = [await scim.post("POST", "/Users", user("a", { password: secret }), { status: 201 })];
  const path = `/Users/${at(answers[0]?.json, "id")}`;
  answers.push(await get(scim, `${path}?attributes=password`));
  answers.push(await get(scim, `/Users?attributes=userName,password`));
  answers.push(await scim.put("PUT", path, user("a", { PASSWORD: secret }), { status: 200 }));
  answers.push(
    await scim.patch("replace", path, [{ op: "replace", path: "password", value: secret }], { status: 200 }),
  );
  answers.push(await scim.patch("by object", path, [{ op: "add", value: { password: secret } }], { status: 200 }));
  answers.push(
    await scim.patch("removed", `${path}?attributes=password`, [{ op: "remove", path: "password" }], { status: 200 }),
  );
  const wrong = user("", { password: secret });
  answers.push(await scim.post("an error", "/Users", wrong, { status: 400 }));
  for (const answer of answers) if (/password|s3cret/i.test(answer.text)) scim.note("leaked", answer.text);
  await scim.seen("nothing changed", path, { meta: { version: 'W/"1"' } });
  await scim.seen("it cannot be changed here", "/ServiceProviderConfig", { changePassword: { supported: false } });
});

it("S-43, W-26: groups of a user follow the groups, and cannot be written on the user", async (scim) => {
  const id = await made(scim, "/Users", user("a", { groups: [{ value: "g" }] }));
  const path = `/Users/${id}`;
  await scim.seen("not taken from the client", path, { groups: "$absent" });
  const gid = await made(scim, "/Groups", group("Team", { members: [{ value: id }] }));
  const $ref = `${scim.tenant.tenantUrl}/Groups/${gid}`;
  const groups = { $exactly: [{ value: gid, $ref, display: "Team", type: "direct" }] };
  await scim.seen("shown", path, { groups });
  const body = user("a", { groups: [{ value: "g" }], title: "t" });
  await scim.put("PUT", path, body, { status: 200, json: { groups, title: "t" } });
  const operations = [{ op: "add", path: "groups", value: [{ value: gid }] }];
  await scim.patch("PATCH", path, operations, refused(400, "mutability", "groups"));
  const outer = await made(scim, "/Groups", group("Outer", { members: [{ value: gid }] }));
  await scim.seen("nested membership is not inherited", path, { groups });
  await scim.delete("DELETE", `/Groups/${gid}`, { status: 204 });
  await scim.seen("gone with the group", path, { groups: "$absent" });
  await scim.seen("the outer group lost it too", `/Groups/${outer}`, { members: [] });
});

it("S-44, S-45: a country, a phone number and an address are stored unchanged, whatever they look like", async (scim) => {
  const body = user("a", {
    addresses: [
      { country: "Germany", type: "work" },
      { country: "us", postalCode: " 0 " },
    ],
    phoneNumbers: [{ value: "tel:+1-201-555-0123;ext=7" }],
    locale: "en_US",
    preferredLanguage: "en_US",
    timezone: "anywhere",
    profileUrl: "not a url",
  });
  await scim.post("POST", "/Users", body, { status: 201, json: body });
  await selects(scim, "/Users", 'addresses.country eq "GERMANY"', ["a"]);
});

it("SEC-9, AMB-15: userNames are compared by width, case and Unicode normalisation, and returned as sent", async (scim) => {
  const pairs = [
    ["BOB", "ＢＯＢ"],
    ["J\u00fcrgen", "Ju\u0308rgen"],
    ["TITLE", "title"],
    ["Σας", "ΣΑΣ"],
    ["ｱ", "ア"],
    ["Ꭰ", "ꭰ"],
    ["STRAẞE", "straße"],
    ["a\u0323\u0307", "a\u0307\u0323"],
    ["\u0130da", "i\u0307DA"],
  ] as const;
  for (const [one, other] of pairs) {
    await made(scim, "/Users", user(one));
    await scim.post(other, "/Users", user(other), refused(409, "uniqueness"));
    await selects(scim, "/Users", `userName eq "${other}"`, [one]);
  }
  // What only looks or sounds alike is somebody else.
  for (const userName of ["strasse", "\u0131da", "ida", "\ufb01n", "fin", " bob", "first last"]) {
    await made(scim, "/Users", user(userName));
    await selects(scim, "/Users", `userName eq "${userName}"`, [userName]);
  }
  for (const userName of ["a\u0000b", "a\u0007b", "\u200b\u200d", "a\ud800"]) {
    const body = JSON.stringify(user("X")).replace('"X"', JSON.stringify(userName));
    await scim.post(JSON.stringify(userName), "/Users", body, refused(400, "invalidValue"));
  }
});

/** A value for every attribute that a client may write, in the order of the schema. */
function fullUser(userName: string): JsonObject {
  const value = (text: string, type: string): Json => [
    { value: text, display: "d", type, primary: true },
    { value: `${text}2`, type: "other" },
  ];
  return {
    schemas: [USER_SCHEMA, ENTERPRISE_SCHEMA],
    externalId: "e-1",
    userName,
    name: {
      formatted: "F",
      familyName: "F",
      givenName: "G",
      middleName: "M",
      honorificPrefix: "P",
      honorificSuffix: "S",
    },
    displayName: "D",
    nickName: "N",
    profileUrl: "https://x.example/p",
    title: "T",
    userType: "U",
    preferredLanguage: "en-US",
    locale: "en-US",
    timezone: "Europe/Berlin",
    active: true,
    emails: value("e@x.example", "work"),
    phoneNumbers: value("1", "mobile"),
    ims: value("i", "xmpp"),
    photos: value("https://x.example/1.png", "photo"),
    addresses: [
      {
        formatted: "A",
        streetAddress: "S",
        locality: "L",
        region: "R",
        postalCode: "P",
        country: "US",
        type: "work",
        primary: true,
      },
    ],
    entitlements: value("n", "t"),
    roles: value("r", "t"),
    x509Certificates: [{ value: "MIIB", display: "d", type: "t", primary: true }],
    [ENTERPRISE_SCHEMA]: {
      employeeNumber: "1",
      costCenter: "C",
      organization: "O",
      division: "D",
      department: "D",
      manager: { value: "m", $ref: "../Users/m" },
    },
  };
}
