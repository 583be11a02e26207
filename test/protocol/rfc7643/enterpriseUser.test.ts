import type { Json } from "../../../functions/scim/json.ts";
import { ENTERPRISE_SCHEMA } from "../../../functions/scim/schema.ts";
import { at } from "../../support/wire.ts";
import { enterpriseUser, get, it, made, refused, selects, user } from "../onWire.ts";

const MANAGER = `${ENTERPRISE_SCHEMA}:manager`;

it("S-60: the name of a manager is written by the server only, and nothing of a manager is required", async (scim) => {
  const body = enterpriseUser("a", { manager: { value: "m", displayName: "M" } });
  const json = { [ENTERPRISE_SCHEMA]: { $exactly: { manager: { value: "m" } } } };
  const answer = await scim.post("POST", "/Users", body, { status: 201, json });
  const path = `/Users/${at(answer.json, "id")}`;
  await scim.put("PUT", path, body, { status: 200, json });
  const operations = [{ op: "replace", path: `${MANAGER}.displayName`, value: "M" }];
  await scim.patch("PATCH", path, operations, refused(400, "mutability", "displayName"));
  await scim.patch("inside a value", path, [{ op: "add", path: MANAGER, value: { value: "n", displayName: "M" } }], {
    status: 200,
    json: { [ENTERPRISE_SCHEMA]: { $exactly: { manager: { value: "n" } } } },
  });
  await scim.put("only a name", path, enterpriseUser("a", { manager: { displayName: "M" } }), {
    status: 200,
    json: { [ENTERPRISE_SCHEMA]: "$absent" },
  });
});

it("S-60, W-8: a manager may come as text, as an object or as a list of one, and is removed by null or empty text", async (scim) => {
  const id = await made(scim, "/Users", user("a"));
  const path = `/Users/${id}`;
  const shapes: readonly Json[] = [
    "m1",
    { value: "m2" },
    [{ value: "m3" }],
    ["m4"],
    [{ value: "m5", displayName: null, $ref: null }],
  ];
  for (const [index, value] of shapes.entries()) {
    const json = { [ENTERPRISE_SCHEMA]: { manager: { value: `m${index + 1}` } } };
    await scim.patch(`path ${JSON.stringify(value)}`, path, [{ op: "Replace", path: MANAGER, value }], {
      status: 200,
      json,
    });
    const body = enterpriseUser(`u${index}`, { manager: value });
    await scim.post(`POST ${JSON.stringify(value)}`, "/Users", body, { status: 201, json });
    await scim.put("PUT", path, enterpriseUser("a", { manager: value }), { status: 200, json });
    await selects(scim, "/Users", `userName eq "a" and manager eq "m${index + 1}"`, ["a"]);
  }
  const gone = { [ENTERPRISE_SCHEMA]: "$absent" };
  for (const value of ["", null, [], {}, { value: "" }, { value: null }] as const) {
    await scim.patch("set", path, [{ op: "add", path: MANAGER, value: "m" }], { status: 200 });
    if (JSON.stringify(value) === "{}") continue;
    await scim.patch(
      `cleared by ${JSON.stringify(value)}`,
      path,
      [{ op: "Replace", path: MANAGER, value: value as Json }],
      { status: 200, json: gone },
    );
  }
  await scim.patch("set", path, [{ op: "add", path: MANAGER, value: "m" }], { status: 200 });
  await scim.patch("removed", path, [{ op: "Remove", path: MANAGER }], { status: 200, json: gone });
  await scim.patch(
    "two at once",
    path,
    [{ op: "add", path: MANAGER, value: ["a", "b"] }],
    refused(400, "invalidValue"),
  );
  await scim.patch("a number", path, [{ op: "add", path: MANAGER, value: 5 }], refused(400, "invalidValue"));
  scim.expect(
    "nothing is left",
    { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"] },
    (await get(scim, path)).json,
  );
});
