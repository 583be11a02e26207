import { describe, expect, test } from "@jest/globals";
import { USER_SCHEMA } from "../../functions/scim/schema.ts";
import { askToken } from "../support/askToken.ts";
import { present } from "../support/records.ts";
import { at } from "../support/wire.ts";
import { journalAfter } from "./everyCode/journalAfter.ts";
import { RefusalSetup } from "./everyCode/refusalSetup.ts";
import { ordinaryUser } from "./idp/setup.ts";
import { marksIn } from "./leak/marks.ts";

test("a line that somebody else wrote into the log gives its texts to nobody", async () => {
  const mark = "zq7x000jk";
  expect(marksIn(mark)).toHaveLength(1);
  const line = {
    type: "scim.request",
    orgId: "Acme0000",
    ts: "2026-01-02T03:04:05.678Z",
    ref: "a",
    op: "users.create",
  };
  const texts = ["idp", "detailCode", "resource", "resourceId", "subject", "tokenId"];
  const marked = Object.fromEntries(texts.map((name) => [name, `${mark}@a`]));
  const lists = { attributes: [mark, "emails"], holderIds: [mark], bent: { [`${mark} a`]: 1 } };
  const bulk = { statuses: { [mark]: 1, 201: 2 }, codes: { [`${mark}@`]: 1 } };
  const { items, of } = await journalAfter([{ ...line, status: 400, ...marked, ...lists, ...bulk }]);
  expect(items.filter((item) => marksIn(item).length > 0)).toEqual([]);
  expect(await of("Acme0000")).toMatchObject([
    { idp: "other", attributes: ["emails"], operations: { done: 2, codes: {} } },
  ]);
});

describe("the subject of a refused create", () => {
  const begun = async () => new RefusalSetup().begin();
  const create = async (setup: RefusalSetup, body: object, path = "/Users") => {
    const answer = await setup.org.request({ method: "POST", path, body });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    return present(setup.lines.at(-1)).subject;
  };
  const SCHEMAS = ["urn:ietf:params:scim:schemas:core:2.0:User"];

  test("is the same for every spelling of one userName, and another one for another name, type or org", async () => {
    const setup = await begun();
    const subject = await create(setup, { schemas: SCHEMAS, userName: "Ada@Acme.example" });
    expect(subject).toMatch(/^[\w-]{12}$/);
    for (const body of [
      { schemas: SCHEMAS, USERNAME: "ada@acme.EXAMPLE" },
      { schemas: SCHEMAS, "urn:ietf:params:scim:schemas:core:2.0:User:userName": "ada@acme.example" },
      { schemas: SCHEMAS, "urn:ietf:params:scim:schemas:core:2.0:User": { userName: "ada@acme.example" } },
    ]) {
      expect(await create(setup, body)).toBe(subject);
    }
    expect(await create(setup, { schemas: SCHEMAS, userName: "bob@acme.example" })).not.toBe(subject);
    const group = {
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
      displayName: "ada@acme.example",
      members: [7],
    };
    expect(await create(setup, group, "/Groups")).not.toBe(subject);
    expect(await create(await begun(), { schemas: SCHEMAS, userName: "Ada@Acme.example" })).not.toBe(subject);
  });

  test("is absent where the body names nobody, and of everything that is carried out", async () => {
    const setup = await begun();
    expect(await create(setup, { schemas: SCHEMAS, userName: 7 })).toBeUndefined();
    expect(await create(setup, { schemas: SCHEMAS })).toBeUndefined();
    const emails = [{ type: "work", value: "ada@acme.example" }];
    const made = await setup.org.request({
      method: "POST",
      path: "/Users",
      body: { schemas: SCHEMAS, userName: "ada", emails },
    });
    expect(made.status).toBe(201);
    expect(present(setup.lines.at(-1))).not.toHaveProperty("subject");
    expect(at(made.json, "userName")).toBe("ada");
  });
});

test("a wrong value inside of an extension names its attribute as the extension does", async () => {
  const setup = await new RefusalSetup().begin();
  const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
  for (const [part, name] of [
    [{ department: [1] }, "department"],
    [{ manager: { value: 7 } }, "manager.value"],
    [7, enterprise],
  ] as const) {
    const body = { ...ordinaryUser("ada"), schemas: [USER_SCHEMA, enterprise], [enterprise]: part };
    await setup.org.request({ method: "POST", path: "/Users", body });
    const line = present(setup.lines.at(-1));
    expect([line.status, line.attributes]).toEqual([400, [name]]);
    const { of } = await journalAfter([line]);
    expect(await of(line.orgId)).toMatchObject([{ attributes: [name] }]);
  }
});

test("a client secret that counts no more is refused in the journal of the org whose they are", async () => {
  const setup = await new RefusalSetup().begin();
  const { slug } = setup.org;
  const { status, json } = await setup.target.admin("POST", `/orgs/${slug}/clients`, {
    description: "c",
    expiresInDays: 365,
  });
  expect({ status, json }).toMatchObject({ status: 201 });
  const ask = () => askToken(setup.target, slug, { client_secret: String(at(json, "clientSecret")) });
  expect((await ask()).status).toBe(200);
  setup.pass(366);
  expect((await ask()).status).toBe(401);
  const { orgId } = present(setup.lines.at(-1));
  const { of } = await journalAfter(setup.lines);
  expect(await of(orgId)).toMatchObject([
    { op: "oauth.token", status: 401, code: "oauth.invalid_client", tokenId: at(json, "secret.id") },
  ]);
});
