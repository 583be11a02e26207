import type { JsonObject } from "../../../functions/scim/json.ts";
import { at } from "../../support/wire.ts";
import { get, group, it, made, onWire, refused, selects, user } from "../onWire.ts";

it("S-50, C-6: displayName is required and not blank, on POST, PUT and PATCH", async (scim) => {
  const path = `/Groups/${await made(scim, "/Groups", group("g"))}`;
  for (const displayName of ["$absent", "", "  ", null, [], "\u200b", 5, {}] as const) {
    const { displayName: _name, ...without } = group("x");
    const body = displayName === "$absent" ? without : { ...without, displayName: displayName as never };
    const title = JSON.stringify(displayName);
    await scim.post(`POST ${title}`, "/Groups", body, refused(400, "invalidValue", "displayName"));
    await scim.put(`PUT ${title}`, path, body, refused(400, "invalidValue", "displayName"));
    if (displayName === "$absent") continue;
    const operations = [{ op: "replace", path: "displayName", value: displayName as never }];
    await scim.patch(`PATCH ${title}`, path, operations, refused(400, "invalidValue", "displayName"));
  }
  await scim.patch("remove", path, [{ op: "remove", path: "displayName" }], refused(400, "mutability", "displayName"));
  await scim.seen("unchanged", path, { displayName: "g", meta: { version: 'W/"1"' } });
});

it("S-50: a second group of the same name is refused, on POST, PUT and PATCH, and its own name is not", async (scim) => {
  await made(scim, "/Groups", group("Taken"));
  const path = `/Groups/${await made(scim, "/Groups", group("free"))}`;
  const clash = refused(409, "uniqueness", "displayName");
  await scim.post("POST", "/Groups", group("TAKEN"), clash);
  await scim.put("PUT", path, group("taken"), clash);
  await scim.patch("PATCH", path, [{ op: "replace", path: "displayName", value: "Taken" }], clash);
  await scim.put("its own", path, group("FREE"), { status: 200, json: { displayName: "FREE" } });
  await selects(scim, "/Groups", 'displayName eq "free"', ["FREE"]);
});

onWire({ preset: "rfc", changed: { groupNameUnique: false } })(
  "S-50: names need not be unique where the org's rule says so",
  async (scim) => {
    await made(scim, "/Groups", group("same"));
    await made(scim, "/Groups", group("Same"));
    await selects(scim, "/Groups", 'displayName eq "SAME"', ["same", "Same"]);
    const attributes = { $contains: [{ name: "displayName", uniqueness: "none" }] };
    await scim.seen("the schema says so", "/Schemas/urn:ietf:params:scim:schemas:core:2.0:Group", { attributes });
  },
);

it("S-51: the parts of a member cannot be changed, members can be added and removed", async (scim) => {
  const one = await made(scim, "/Users", user("a"));
  const two = await made(scim, "/Users", user("b"));
  const path = `/Groups/${await made(scim, "/Groups", group("g", { members: [{ value: one }] }))}`;
  for (const target of [
    `members[value eq "${one}"].value`,
    `members[value eq "${one}"].display`,
    "members.type",
    "members.value",
  ]) {
    for (const op of ["replace", "add", "remove"]) {
      const operation = { op, path: target, ...(op === "remove" ? {} : { value: two }) };
      await scim.patch(`${op} ${target}`, path, [operation], refused(400, "mutability"));
    }
  }
  await scim.seen("unchanged", path, { members: { $members: [one] }, meta: { version: 'W/"1"' } });
  await scim.patch("add", path, [{ op: "add", path: "members", value: [{ value: two }] }], { status: 200 });
  await scim.patch("remove", path, [{ op: "remove", path: `members[value eq "${one}"]` }], { status: 200 });
  await scim.seen("exchanged", path, { members: { $members: [two] } });
});

it("S-52, S-54: a member's type and reference come from the server, and its id is compared exactly", async (scim) => {
  const id = await made(scim, "/Users", user("a"));
  const nested = await made(scim, "/Groups", group("n"));
  const lies: JsonObject[] = [
    { value: id, type: "Group", $ref: "https://elsewhere.example", display: "x" },
    { value: nested, type: "User" },
  ];
  const gid = await made(scim, "/Groups", group("g", { members: lies }));
  const base = scim.tenant.tenantUrl;
  const members = {
    $contains: [
      { value: id, type: "User", $ref: `${base}/Users/${id}` },
      { value: nested, type: "Group", $ref: `${base}/Groups/${nested}` },
    ],
  };
  await scim.seen("ours", `/Groups/${gid}`, { members });
  const swapped = [...id].map((c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase())).join("");
  await selects(scim, "/Groups", `members eq "${id}"`, ["g"]);
  await selects(scim, "/Groups", `members.value eq "${swapped}"`, []);
  await scim.patch("other case", `/Groups/${gid}`, [{ op: "remove", path: `members[value eq "${swapped}"]` }], {
    status: 200,
  });
  await scim.seen("still two", `/Groups/${gid}`, { members: { $members: [id, nested] } });
});

it("S-53, AMB-18, MT-2: an unknown member is refused by name and nothing is applied, on POST, PUT and PATCH", async (scim) => {
  const id = await made(scim, "/Users", user("a"));
  const gone = await made(scim, "/Users", user("gone"));
  await scim.delete("DELETE", `/Users/${gone}`, { status: 204 });
  const path = `/Groups/${await made(scim, "/Groups", group("g", { members: [{ value: id }] }))}`;
  for (const unknown of [gone, "nobody", `u${"0".repeat(22)}`, `g${"0".repeat(22)}`, "../Users", "__proto__"]) {
    const members = [{ value: id }, { value: unknown }];
    const answer = refused(400, "invalidValue", unknown.replaceAll(".", "\\."));
    await scim.post("POST", "/Groups", group("h", { members }), answer);
    await scim.put("PUT", path, group("h", { members }), answer);
    await scim.patch("add", path, [{ op: "add", path: "members", value: members }], answer);
    await scim.patch("replace", path, [{ op: "replace", value: { members, displayName: "h" } }], answer);
    await scim.patch("remove", path, [{ op: "remove", path: "members", value: [{ value: unknown }] }], {
      status: 200,
    });
  }
  await scim.seen("unchanged", path, { displayName: "g", members: { $members: [id] }, meta: { version: 'W/"1"' } });
  await scim.seen("one group", "/Groups", { totalResults: 1 });
});

onWire({ preset: "standard" })(
  "S-53, AMB-18: where the rule says so, unknown members are skipped and the rest succeeds",
  async (scim) => {
    const id = await scim.user("a");
    const members = [{ value: "nobody" }, { value: id }, { value: `u${"0".repeat(22)}` }];
    const path = `/Groups/${await made(scim, "/Groups", group("g", { members }))}`;
    await scim.seen("made", path, { members: { $members: [id] } });
    await scim.put("PUT", path, group("h", { members }), { status: 200, json: { displayName: "h" } });
    await scim.patch("PATCH", path, [{ op: "add", path: "members", value: members }], { status: 204 });
    await scim.seen("the same", path, { members: { $members: [id] } });
  },
);

it("S-55, AMB-24: groups may be nested, in circles too, and a deleted one leaves no trace in the others", async (scim) => {
  const id = await made(scim, "/Users", user("a"));
  const one = await made(scim, "/Groups", group("one", { members: [{ value: id }] }));
  const two = await made(scim, "/Groups", group("two", { members: [{ value: one, type: "Group" }] }));
  await scim.patch("circle", `/Groups/${one}`, [{ op: "add", path: "members", value: [{ value: two }] }], {
    status: 200,
  });
  await scim.patch("itself", `/Groups/${one}`, [{ op: "add", path: "members", value: [{ value: one }] }], {
    status: 200,
  });
  await scim.seen("one", `/Groups/${one}`, { members: { $members: [id, one, two] } });
  const groups = at((await get(scim, `/Users/${id}`)).json, "groups");
  scim.expect("direct groups only", { $members: [one] }, groups);
  await scim.delete("DELETE", `/Groups/${one}`, { status: 204 });
  await scim.seen("two", `/Groups/${two}`, { members: [] });
  await scim.seen("the user", `/Users/${id}`, { groups: "$absent" });
});
