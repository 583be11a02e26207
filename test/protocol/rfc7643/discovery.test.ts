import type { Json, JsonObject } from "../../../functions/scim/json.ts";
import { BULK_REQUEST, ENTERPRISE_SCHEMA, GROUP_SCHEMA, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { at } from "../../support/wire.ts";
import { enterpriseUser, filtered, get, group, it, made, onWire, refused, user } from "../onWire.ts";

const CORE = "urn:ietf:params:scim:schemas:core:2.0";

it("S-70, S-71, S-73: the service provider configuration has all its parts, and each flag agrees with what is done", async (scim) => {
  const answer = await get(scim, "/ServiceProviderConfig");
  scim.expect(
    "the document",
    {
      schemas: [`${CORE}:ServiceProviderConfig`],
      patch: { supported: true },
      bulk: { maxOperations: "$integer", maxPayloadSize: "$integer" },
      filter: { supported: true, maxResults: "$integer" },
      changePassword: { supported: false },
      etag: { supported: true },
      pagination: { index: true, defaultPaginationMethod: "index", defaultPageSize: 100, maxPageSize: "$integer" },
      authenticationSchemes: {
        $contains: [{ type: "oauthbearertoken", name: "$present", description: "$present", specUri: "$present" }],
      },
      meta: { resourceType: "ServiceProviderConfig", location: `${scim.tenant.tenantUrl}/ServiceProviderConfig` },
    },
    answer.json,
  );
  for (const flag of ["bulk.supported", "sort.supported", "pagination.cursor"]) {
    if (typeof at(answer.json, flag) !== "boolean") scim.note(flag, "is neither true nor false");
  }
  const types = ["oauth", "oauth2", "oauthbearertoken", "httpbasic", "httpdigest"];
  for (const scheme of elements(at(answer.json, "authenticationSchemes")))
    scim.expect("type", { $anyOf: types }, at(scheme, "type"));
  const bulk = at(answer.json, "bulk.supported") === true ? refused(400, "invalidSyntax") : refused(501);
  await scim.post("bulk", "/Bulk", {}, bulk);
  await scim.say("patch", { method: "PATCH", path: "/Users/x", body: {} }, refused(404));
});

it("S-70, S-73, N-8: what the configuration offers is done, as much of it as it says, and no more", async (scim) => {
  const config = (await get(scim, "/ServiceProviderConfig")).json;
  const number = (path: string) => Number(at(config, path));
  const most = number("filter.maxResults");
  const ids = await Promise.all(
    Array.from({ length: most + 1 }, (_none, index) => made(scim, "/Users", user(`u${index}`, { title: "t" }))),
  );
  scim.expect("one limit of pages", most, number("pagination.maxPageSize"));
  const pageOf = (itemsPerPage: number) => ({ itemsPerPage, totalResults: most + 1 });
  await scim.seen("filter and maxResults", `/Users?count=${most + 1}&${filtered('title eq "t"')}`, pageOf(most));
  await scim.seen("defaultPageSize", "/Users", pageOf(number("pagination.defaultPageSize")));
  await scim.seen("the same by cursor", "/Users?cursor", pageOf(number("pagination.defaultPageSize")));
  await scim.seen("cursor", `/Users?cursor&count=${most + 1}`, { ...pageOf(most), nextCursor: "$string" });
  await scim.seen("index, the default", "/Users?count=1", { startIndex: 1, nextCursor: "$absent" });
  const sorted = await get(scim, "/Users?sortBy=id&sortOrder=descending&count=1");
  scim.expect("sort", [...ids].sort().at(-1) ?? null, at(sorted.json, "Resources.0.id"));
  const path = `/Users/${ids[0]}`;
  const patched = await scim.patch("patch", path, [{ op: "add", path: "title", value: "u" }], { status: 200 });
  scim.expect("etag", { $matches: "^W/" }, patched.headers.etag);
  await scim.say(
    "etag",
    { method: "GET", path, headers: { "If-None-Match": String(patched.headers.etag) } },
    { status: 304 },
  );
  // A password is accepted and changes nothing: it cannot be changed here.
  await scim.patch("changePassword", path, [{ op: "replace", path: "password", value: "p" }], {
    status: 200,
    json: { meta: { version: at(patched.json, "meta.version") ?? null } },
  });
  const operations = (count: number) =>
    Array.from({ length: count }, (_none, index) => ({ method: "DELETE", path: "/Users/x", bulkId: `${index}` }));
  const send = (count: number, own: JsonObject = {}) => ({
    method: "POST",
    path: "/Bulk",
    body: { schemas: [BULK_REQUEST], Operations: operations(count), ...own },
  });
  const operationsAtMost = number("bulk.maxOperations");
  await scim.say("maxOperations", send(operationsAtMost), { status: 200 });
  await scim.say("one more", send(operationsAtMost + 1), refused(413, undefined, `maxOperations.*${operationsAtMost}`));
  const bytes = number("bulk.maxPayloadSize");
  const empty = JSON.stringify({ ...send(0).body, note: "" }).length;
  await scim.say("maxPayloadSize", send(0, { note: "x".repeat(bytes - empty) }), { status: 200 });
  await scim.say(
    "one byte more",
    send(0, { note: "x".repeat(bytes - empty + 1) }),
    refused(413, undefined, `maxPayloadSize.*${bytes}`),
  );
});

it("S-74, DI-2: resource types name schemas that exist, endpoints that answer, and are found by name", async (scim) => {
  const list = await get(scim, "/ResourceTypes");
  scim.expect(
    "the list",
    {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
      totalResults: 2,
      startIndex: 1,
      itemsPerPage: 2,
    },
    list.json,
  );
  for (const [name, endpoint, schema] of [
    ["User", "/Users", USER_SCHEMA],
    ["Group", "/Groups", GROUP_SCHEMA],
  ] as const) {
    const location = `${scim.tenant.tenantUrl}/ResourceTypes/${name}`;
    const type = {
      schemas: [`${CORE}:ResourceType`],
      id: name,
      name,
      endpoint,
      schema,
      description: "$present",
      meta: { resourceType: "ResourceType", location },
    };
    scim.expect(name, { Resources: { $contains: [type] } }, list.json);
    await scim.seen(name, `/ResourceTypes/${name}`, type);
    await scim.seen(schema, `/Schemas/${schema}`, { id: schema });
    await scim.seen(endpoint, endpoint, { totalResults: 0 });
  }
  const schemaExtensions = { $exactly: [{ schema: ENTERPRISE_SCHEMA, required: false }] };
  await scim.seen("the extension", "/ResourceTypes/User", { schemaExtensions });
  await scim.seen("its schema", `/Schemas/${ENTERPRISE_SCHEMA}`, { id: ENTERPRISE_SCHEMA });
  for (const name of ["user", "Users", "Nothing", "__proto__", "constructor"]) {
    await scim.get(name, `/ResourceTypes/${name}`, refused(404));
  }
});

it("S-75: an extension that is not required may be absent or present", async (scim) => {
  await made(scim, "/Users", user("a"));
  await made(scim, "/Users", enterpriseUser("b", { department: "d" }));
});

it("S-76: schemas are published with exact keywords and without a single null", async (scim) => {
  const answer = await get(scim, "/Schemas");
  if (/:\s*null/.test(answer.text)) scim.note("/Schemas", "holds a null");
  const words: Record<string, RegExp> = {
    type: /^(string|boolean|decimal|integer|dateTime|binary|reference|complex)$/,
    mutability: /^(readOnly|readWrite|immutable|writeOnly)$/,
    returned: /^(always|never|default|request)$/,
    uniqueness: /^(none|server|global)$/,
  };
  for (const schema of elements(at(answer.json, "Resources"))) {
    const id = String(at(schema, "id"));
    const location = `${scim.tenant.tenantUrl}/Schemas/${id}`;
    scim.expect(
      id,
      {
        schemas: [`${CORE}:Schema`],
        name: "$present",
        description: "$present",
        meta: { resourceType: "Schema", location },
      },
      schema,
    );
    const attributes = elements(at(schema, "attributes"));
    for (const attribute of [...attributes, ...attributes.flatMap((one) => elements(at(one, "subAttributes")))]) {
      for (const [name, allowed] of Object.entries(words)) {
        const value = at(attribute, name);
        if (value !== undefined && !allowed.test(String(value)))
          scim.note(String(at(attribute, "name")), `${name} is ${value}`);
      }
      if (at(attribute, "type") === "complex")
        scim.expect("sub-attributes", "$present", at(attribute, "subAttributes"));
      if (at(attribute, "type") === "reference")
        scim.expect("reference types", "$present", at(attribute, "referenceTypes"));
    }
  }
});

it("S-77, S-26: nothing is returned that /Schemas does not declare, externalId included", async (scim) => {
  const id = await made(
    scim,
    "/Users",
    enterpriseUser("a", { manager: "m", department: "d" }, { externalId: "e", emails: [{ value: "a@x" }] }),
  );
  const gid = await made(scim, "/Groups", group("g", { externalId: "e", members: [{ value: id }] }));
  const schemas = (await get(scim, "/Schemas")).json;
  for (const [path, schema] of [
    [`/Users/${id}`, USER_SCHEMA],
    [`/Groups/${gid}`, GROUP_SCHEMA],
  ] as const) {
    const resource = (await get(scim, path)).json;
    for (const [name, value] of Object.entries(Object(resource))) {
      if (["schemas", "id", "meta"].includes(name)) continue;
      const attributes = name.startsWith("urn:")
        ? attributesOf(schemas, name)
        : elements([attributesOf(schemas, schema).find((one) => at(one, "name") === name) ?? null]);
      if (attributes.includes(null)) scim.note(path, `${name} is not declared`);
      const parts = elements(Array.isArray(value) ? value : [value as Json]).flatMap((one) =>
        Object.keys(typeof one === "object" ? Object(one) : {}),
      );
      const subs = name.startsWith("urn:")
        ? attributes
        : attributes.flatMap((one) => elements(at(one, "subAttributes")));
      for (const part of parts)
        if (!subs.some((one) => at(one, "name") === part)) scim.note(path, `${name}.${part} is not declared`);
    }
  }
});

it("S-77: the schemas tell the rules of the org: what is required, immutable, unique or listed", async (scim) => {
  const free: Json = {
    $contains: [
      { name: "userName", required: true, mutability: "readWrite", uniqueness: "server" },
      { name: "emails", required: false },
      { name: "password", mutability: "writeOnly", returned: "never" },
      { name: "externalId", caseExact: true },
    ],
  };
  await scim.seen("rfc", `/Schemas/${USER_SCHEMA}`, { attributes: free });
  const members: Json = {
    $contains: [
      { name: "value", mutability: "immutable" },
      { name: "type", canonicalValues: ["User", "Group"] },
      { name: "$ref", referenceTypes: ["User", "Group"] },
    ],
  };
  const named: Json = {
    $contains: [
      { name: "displayName", required: true, uniqueness: "server" },
      { name: "externalId" },
      { name: "members", subAttributes: members },
    ],
  };
  await scim.seen("groups", `/Schemas/${GROUP_SCHEMA}`, { attributes: named });
  const manager: Json = {
    $contains: [
      {
        name: "manager",
        required: false,
        subAttributes: {
          $contains: [
            { name: "value", caseExact: true, required: false },
            { name: "displayName", mutability: "readOnly" },
          ],
        },
      },
    ],
  };
  await scim.seen("enterprise", `/Schemas/${ENTERPRISE_SCHEMA}`, { attributes: manager });
});

onWire({ preset: "standard" })(
  "S-77: under the standard rules the schema says immutable, requires e-mails and does not list password",
  async (scim) => {
    const attributes: Json = {
      $contains: [
        { name: "userName", mutability: "immutable" },
        { name: "emails", required: true, subAttributes: { $contains: [{ name: "value", required: true }] } },
      ],
    };
    await scim.seen("standard", `/Schemas/${USER_SCHEMA}`, { attributes });
    await scim.seen("no password", `/Schemas/${USER_SCHEMA}`, { attributes: { $none: { name: "password" } } });
  },
);

/** scim2-tester 0.5.2 makes its users so. */
for (const preset of ["standard", "rfc"] as const) {
  onWire({ preset })(
    `S-77: what the schemas of ${preset} require is enough to create a user and a group`,
    async (scim) => {
      const schemas = (await get(scim, "/Schemas")).json;
      await scim.post("user", "/Users", leastOf(USER_SCHEMA, schemas), { status: 201 });
      await scim.post("group", "/Groups", leastOf(GROUP_SCHEMA, schemas), { status: 201 });
    },
  );
}

function leastOf(id: string, schemas: Json | undefined): JsonObject {
  return { schemas: [id], ...requiredOf(attributesOf(schemas, id)) };
}

/** The required attributes and, inside of them, the required sub-attributes. */
function requiredOf(attributes: Json[]): JsonObject {
  const required = attributes.filter((attribute) => at(attribute, "required") === true);
  return Object.fromEntries(
    required.map((attribute) => {
      const parts = at(attribute, "subAttributes");
      const value = parts === undefined ? "ada@acme.example" : requiredOf(elements(parts));
      return [String(at(attribute, "name")), at(attribute, "multiValued") === true ? [value] : value];
    }),
  );
}

it("S-78, S-79: message URNs are no schemas", async (scim) => {
  const answer = await get(scim, "/Schemas");
  if (answer.text.includes("urn:ietf:params:scim:api:messages:2.0:PatchOp")) scim.note("/Schemas", "lists a message");
  for (const urn of [
    "urn:ietf:params:scim:api:messages:2.0:ListResponse",
    "urn:ietf:params:scim:api:messages:2.0:PatchOp",
    "User",
    "urn:x",
  ]) {
    await scim.get(urn, `/Schemas/${urn}`, refused(404));
  }
});

function attributesOf(schemas: Json | undefined, id: string): Json[] {
  return elements(
    at(
      elements(at(schemas, "Resources")).find((schema) => at(schema, "id") === id),
      "attributes",
    ),
  );
}

function elements(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}
