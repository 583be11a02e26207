import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { BOTH_TARGETS, type ClosingTarget } from "../support/dynoxideTarget.ts";
import { type Answer, at } from "../support/wire.ts";

const KEY_ID = /^[0-9A-Za-z]{12}$/;

describe.each(BOTH_TARGETS)("application keys %s", (_name, open) => {
  let target: ClosingTarget;
  beforeAll(async () => {
    target = await open();
  });
  afterAll(() => target.close());

  const create = (wishes: Readonly<Record<string, unknown>>): Promise<Answer> =>
    target.admin("POST", "/app-keys", { scope: "directory.read", ...wishes });
  const listed = async (query = ""): Promise<readonly unknown[]> => {
    const keys = at((await target.admin("GET", `/app-keys${query}`)).json, "keys");
    return Array.isArray(keys) ? keys : [];
  };

  test("a new key is shown once and lives for a year; lists show neither it nor its hash", async () => {
    const { slug } = await target.org();
    const { status, json } = await create({ org: slug, scope: "admin", description: "web" });
    expect(status).toBe(201);
    expect(at(json, "secretKey")).toMatch(/^rollcallapp_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/);
    const key = at(json, "key");
    expect(key).toMatchObject({
      id: expect.stringMatching(KEY_ID),
      org: slug,
      scope: "admin",
      description: "web",
      status: "live",
      lastUsedAt: null,
      revokedAt: null,
    });
    const life = Date.parse(String(at(key, "expiresAt"))) - Date.parse(String(at(key, "createdAt")));
    expect(life / 86_400_000).toBe(365);
    const { text } = await target.admin("GET", `/app-keys?org=${slug}`);
    expect(text).not.toMatch(/rollcallapp_|[0-9a-f]{64}|[0-9A-Za-z]{43}/);
    expect(JSON.parse(text)).toEqual({ keys: [key] });
    // Of an org, or of all of them: two lists.
    expect(await listed()).not.toContainEqual(key);
    expect((await target.admin("GET", `/orgs/${slug}/tokens`)).text).not.toContain(String(at(key, "id")));
  });

  test("two of one scope and description live at a time: a rotation makes the second and revokes the first", async () => {
    const { slug } = await target.org();
    const first = at((await create({ org: slug, description: "web" })).json, "key.id");
    expect((await create({ org: slug, description: "web" })).status).toBe(201);
    expect((await create({ org: slug, description: "web" })).json).toMatchObject({ code: "conflict.keysAlike" });
    expect((await create({ org: slug, description: "worker" })).status).toBe(201);
    expect((await create({ org: slug, description: "web", scope: "directory.write" })).status).toBe(201);
    const revoked = await target.admin("DELETE", `/app-keys/${first}?org=${slug}`);
    expect(revoked.json).toMatchObject({ id: first, status: "revoked", revokedAt: expect.any(String) });
    expect((await target.admin("DELETE", `/app-keys/${first}?org=${slug}`)).json).toEqual(revoked.json);
    expect((await create({ org: slug, description: "web" })).status).toBe(201);
    expect((await listed(`?org=${slug}`)).map((key) => at(key as never, "status"))).toEqual(
      expect.arrayContaining(["revoked", "live"]),
    );
  });

  test.each(["of an org", "of every org"])("of ten keys %s that are asked for at once, two are made", async (whose) => {
    const org = whose === "of an org" ? { org: (await target.org()).slug } : {};
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => create({ ...org, description: `ten ${_name}` })),
    );
    const made = answers.filter(({ status }) => status === 201);
    expect(made.length).toBe(2);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 409]));
    // For the tests that come after.
    for (const { json } of made) {
      const query = org.org === undefined ? "" : `?org=${org.org}`;
      expect((await target.admin("DELETE", `/app-keys/${at(json, "key.id")}${query}`)).status).toBe(200);
    }
  });

  test("what makes no key says why, and makes none", async () => {
    const [{ slug }, other] = [await target.org(), await target.org()];
    const refused = async (wishes: Readonly<Record<string, unknown>>) => at((await create(wishes)).json, "code");
    expect(await refused({ scope: "admin" })).toBe("value.scopeOrg");
    expect(await refused({ scope: "directory", org: slug })).toBe("value.scope");
    expect(await refused({ scope: null, org: slug })).toBe("value.scope");
    expect(await refused({ org: "nobody" })).toBe("notFound.org");
    expect(await refused({ org: slug, expiresInDays: 401 })).toBe("value.range");
    expect(await refused({ org: slug, expiresInDays: 0 })).toBe("value.range");
    expect(await refused({ org: slug, description: "a\nb" })).toBe("value.line");
    expect(await listed(`?org=${slug}`)).toEqual([]);
    const id = at((await create({ org: slug })).json, "key.id");
    for (const query of ["", `?org=${other.slug}`]) {
      const answer = await target.admin("DELETE", `/app-keys/${id}${query}`);
      expect(answer.json).toMatchObject({ code: "notFound.applicationKey" });
    }
    await target.admin("POST", `/orgs/${slug}/deletion`, { reason: "left" });
    expect(await refused({ org: slug })).toBe("conflict.deletionScheduled");
    // One that exists can be revoked to the last.
    expect((await target.admin("DELETE", `/app-keys/${id}?org=${slug}`)).json).toMatchObject({ status: "revoked" });
  });
});
