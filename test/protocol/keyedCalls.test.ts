import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { hashToken } from "../../functions/provisioning/token.ts";
import { USER_SCHEMA } from "../../functions/scim/schema.ts";
import { appKeys, settingsKeys } from "../../functions/store/keys.ts";
import type { Store } from "../../functions/store/session.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { localStore } from "../support/localStore.ts";
import { makeOrg } from "../support/org.ts";
import type { Target } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { type Answer, at, type Tenant } from "../support/wire.ts";

const DAY = 86_400_000;
const userNamed = (userName: string) => ({
  ...{ schemas: [USER_SCHEMA], userName, active: true },
  emails: [{ type: "work", value: userName }],
});

describe("calls by application key", () => {
  const lines: Readonly<Record<string, unknown>>[] = [];
  let store: Store;
  let target: Target;
  let now = Date.parse("2026-03-01T00:00:00.000Z");
  let acme: Tenant;
  let other: Tenant;
  beforeAll(async () => {
    store = localStore();
    target = inProcessTarget("memory", { ...testEndpoint(store, (line) => lines.push(line)), now: () => now++ }, 1);
    [acme, other] = [await target.org(), await target.org()];
  });
  afterAll(() => expect(lines.length).toBeGreaterThan(50));

  /** @returns the key itself, and its id */
  const make = async (scope: string, org?: string, description = ""): Promise<{ key: string; id: string }> => {
    const { status, json } = await target.admin("POST", "/app-keys", {
      ...{ scope, description: `${description} ${lines.length}` },
      ...(org !== undefined && { org }),
    });
    expect(status).toBe(201);
    return { key: String(at(json, "secretKey")), id: String(at(json, "key.id")) };
  };
  const call = (key: string | undefined, method: string, path: string, body?: unknown, more = {}): Promise<Answer> =>
    target.transport({
      method,
      target: `/app/v1${path}`,
      headers: {
        ...(key !== undefined && { Authorization: `Bearer ${key}` }),
        "Content-Type": "application/json",
        ...more,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  const codeOf = ({ status, json }: Answer) => [status, at(json, "code")];

  test("a key reads, or changes as well, or administers one org, as its scope says; the others say what they need", async () => {
    const org = `/orgs/${acme.slug}`;
    const [read, write, admin] = [
      await make("directory.read", acme.slug),
      await make("directory.write", acme.slug),
      await make("admin", acme.slug),
    ];
    expect((await call(read.key, "GET", `${org}/users`)).status).toBe(200);
    expect((await call(write.key, "GET", `${org}/users`)).status).toBe(200);
    const { status, json } = await call(write.key, "POST", `${org}/users`, { userName: "ada" });
    expect(status).toBe(201);
    expect((await call(write.key, "DELETE", `${org}/users/${at(json, "id")}`)).status).toBe(204);
    expect((await call(admin.key, "PATCH", `/admin${org}`, { displayName: "Acme" })).status).toBe(200);
    expect((await call(admin.key, "GET", `/admin${org}/tokens`)).status).toBe(200);

    const refused = await call(read.key, "POST", `${org}/users`, { userName: "bob" });
    expect(codeOf(refused)).toEqual([403, "scope.needed"]);
    expect(refused.text).toContain("directory.write");
    for (const { key } of [read, write]) {
      expect(codeOf(await call(key, "GET", `/admin${org}`))).toEqual([403, "scope.needed"]);
    }
    expect(codeOf(await call(admin.key, "GET", `${org}/users`))).toEqual([403, "scope.needed"]);
    expect(codeOf(await call(read.key, "GET", "/nothing"))).toEqual([404, "notFound.apiPath"]);
    expect((await call(write.key, "PUT", `${org}/users`, {})).headers.allow).toBe("GET, POST");
  });

  test("a key of one org gets for another the answer for none, by login name and by id, and changes nothing there", async () => {
    const { key } = await make("directory.write", acme.slug);
    const { key: admin } = await make("admin", acme.slug);
    const id = other.token.split("_")[1] ?? "";
    for (const [root, key_, path, body] of [
      ["", key, "/users", { userName: "eve" }],
      ["/admin", admin, "/pause", { reason: "mine" }],
    ] as const) {
      const answers: string[] = [];
      for (const name of [other.slug, id, "nobody", "Xx1Xx1Xx", "a b", "%2e%2e"]) {
        const answer = await call(key_, "POST", `${root}/orgs/${name}${path}`, body);
        expect([name, ...codeOf(answer)]).toEqual([name, 404, "notFound.org"]);
        // The list of organizations is closed to this key, so it is no advice.
        expect(answer.text).toMatch(/; a key of one organization opens no other one\. (?!.*GET orgs)/);
        answers.push(answer.text.replace(/ref: \w+/, ""));
        expect(lines.at(-1)).toMatchObject({ org: acme.slug, status: 404 });
      }
      expect(new Set(answers).size).toBe(1);
    }
    expect((await call(key, "GET", `/orgs/${acme.token.split("_")[1]}/users`)).status).toBe(200);
    expect((await target.admin("GET", `/orgs/${other.slug}`)).json).toMatchObject({ paused: null });
  });

  test("a key without an org opens every org, and is refused in none", async () => {
    const { key } = await make("directory.read");
    for (const { slug } of [acme, other]) expect((await call(key, "GET", `/orgs/${slug}/users`)).status).toBe(200);
    expect((await call(key, "GET", `/orgs/${other.token.split("_")[1]}/users`)).status).toBe(200);
    expect(codeOf(await call(key, "GET", "/orgs/nobody/users"))).toEqual([404, "notFound.org"]);
  });

  test("whatever is wrong with a key, the answer is the same 401 and asks for a bearer; without a read where it is no key", async () => {
    const { slug } = acme;
    const expired = await make("directory.read", slug, "expiring");
    now += 366 * DAY;
    const [live, revoked] = [await make("directory.read", slug), await make("directory.read", slug)];
    await target.admin("DELETE", `/app-keys/${revoked.id}?org=${slug}`);
    const purged = await purgedKey();
    const cases = [
      [undefined, "missing", 0],
      ["", "malformed", 0],
      [live.key.slice(0, -1), "malformed", 0],
      [`${live.key.slice(0, -7)}_000000`, "malformed", 0],
      [acme.token, "malformed", 0],
      [`${live.key} x`, "malformed", 0],
      [revoked.key, "revoked", 1],
      [expired.key, "expired", 1],
      [purged, "unknown", 1],
    ] as const;
    const bodies = new Set<string>();
    for (const [key, why, trips] of cases) {
      const { status, headers, text } = await call(key, "GET", `/orgs/${slug}/users`);
      const error = why === "missing" ? "" : ', error="invalid_token"';
      expect([why, status, headers["www-authenticate"]]).toEqual([why, 401, `Bearer realm="rollcall"${error}`]);
      expect(lines.at(-1)).toMatchObject({ detailCode: `appKey.${why}`, trips });
      bodies.add(text.replace(/ref: \w+/, ""));
    }
    expect(bodies.size).toBe(1);
    const basic = { Authorization: `Basic ${live.key}` };
    expect((await call(undefined, "GET", `/orgs/${slug}/users`, undefined, basic)).status).toBe(401);
    // Neither passes for the other.
    const scim = await acme.request({
      method: "GET",
      path: "/Users",
      headers: { Authorization: `Bearer ${live.key}` },
    });
    expect(scim.status).toBe(401);
    for (const key of [live.key, `  ${live.key}`])
      expect((await call(key, "GET", `/orgs/${slug}/users`)).status).toBe(200);
  });

  /** Of an org that is gone. */
  async function purgedKey(): Promise<string> {
    const { slug } = await target.org();
    const { key } = await make("directory.read", slug);
    await target.admin("POST", `/orgs/${slug}/deletion`, { reason: "left" });
    now += 120_000;
    for (let done = false; !done; ) {
      done = at((await target.admin("POST", `/orgs/${slug}/purge`, { confirm: slug })).json, "done") === true;
    }
    return key;
  }

  test("the key and its org are one read, which a call about the org does not repeat", async () => {
    const { key } = await make("directory.read", acme.slug);
    const ask = async (presented: string): Promise<unknown> => {
      await call(presented, "GET", `/orgs/${acme.slug}/deleted/u${"0".repeat(22)}`);
      return lines.at(-1)?.trips;
    };
    // The mark of use travels beside the first call.
    await ask(key);
    const { key: ofAll } = await make("directory.read");
    await ask(ofAll);
    const { slug } = acme;
    await target.directory("GET", `/orgs/${slug}/deleted/u${"0".repeat(22)}`);
    const signed = Number(lines.at(-1)?.trips);
    // Signed: login name, org, deletion on both sides. By key: key and org, then the deletion.
    expect([await ask(key), await ask(ofAll)]).toEqual([signed - 1, signed]);
  });

  test("a read by key changes nothing, also where it meets a member who is gone: a signed one takes the membership away", async () => {
    const { key } = await make("directory.write", acme.slug);
    const org = `/orgs/${acme.slug}`;
    const made = await acme.request({ method: "POST", path: "/Users", body: userNamed("leaver@acme.example") });
    const [user, team] = [
      at(made.json, "id"),
      at((await call(key, "POST", `${org}/teams`, { displayName: "Left" })).json, "id"),
    ];
    expect((await call(key, "PUT", `${org}/teams/${team}/members/${user}`)).status).toBe(200);
    expect((await acme.request({ method: "DELETE", path: `/Users/${user}` })).status).toBe(204);
    const versionAfter = async (members: Promise<Answer>): Promise<unknown> => {
      expect((await members).json).toMatchObject({ members: [] });
      return at((await call(key, "GET", `${org}/teams/${team}`)).json, "version");
    };
    expect(await versionAfter(call(key, "GET", `${org}/teams/${team}/members`))).toBe(2);
    expect(await versionAfter(target.directory("GET", `${org}/teams/${team}/members`))).toBe(3);
  });

  test("operations about no org, and those left to the operator, say so", async () => {
    const { key } = await make("admin", acme.slug);
    for (const [method, path, body] of [
      ["GET", "/admin/orgs", undefined],
      ["POST", "/admin/orgs", { org: "made" }],
      ["GET", "/admin/app-keys", undefined],
      ["POST", "/admin/app-keys", { scope: "directory.read", org: acme.slug }],
      ["DELETE", "/admin/app-keys/AAAAAAAAAAAA", undefined],
      ["GET", "/admin/tokens-report", undefined],
      ["GET", `/admin/remains/${acme.token.split("_")[1]}`, undefined],
      ["POST", `/admin/orgs/${acme.slug}/purge`, { confirm: acme.slug }],
      ["POST", `/admin/orgs/${acme.slug}/data/fsck`, {}],
      ["GET", `/admin/orgs/${acme.slug}/data/export`, undefined],
      ["GET", `/admin/orgs/${other.slug}/data/export`, undefined],
    ] as const) {
      expect([path, ...codeOf(await call(key, method, path, body))]).toEqual([path, 403, "scope.operator"]);
    }
    expect((await target.admin("GET", "/orgs/made")).status).toBe(404);
  });

  test("the line names the key by its id, and who is named beside it; what is made names them too", async () => {
    const { key, id } = await make("directory.write", acme.slug);
    const path = `/orgs/${acme.slug}/users`;
    const created = await call(key, "POST", path, { userName: "grace" });
    expect(lines.at(-1)).toMatchObject({
      ...{ type: "directory.request", op: "directory.createUser", route: "/app/v1/{proxy+}", org: acme.slug },
      ...{ keyId: id, actor: `app-key/${id}` },
    });
    expect(lines.at(-1)).not.toHaveProperty("principal");
    const userId = at(created.json, "id");
    await call(key, "DELETE", `${path}/${userId}`, undefined, { "Rollcall-Actor": "staff:7" });
    expect(lines.at(-1)).toMatchObject({ keyId: id, actor: "staff:7" });
    const deleted = await call(key, "GET", `/orgs/${acme.slug}/deleted/${userId}`);
    expect(deleted.json).toMatchObject({ deletedBy: "staff:7" });
    expect((await call(key, "GET", path, undefined, { "Rollcall-Actor": "a@b.example" })).status).toBe(400);
    for (const line of lines) expect(JSON.stringify(line)).not.toContain(key.slice(-50, -7));
  });

  test("the hour of the last use is listed, also of a call that was refused, and stored by what may write nothing else", async () => {
    const { key, id } = await make("directory.read", acme.slug);
    await call(key, "POST", `/orgs/${acme.slug}/users`, { userName: "bob" });
    const { json } = await target.admin("GET", `/app-keys?org=${acme.slug}`);
    expect(at(json, "keys")).toContainEqual(expect.objectContaining({ id, lastUsedAt: expect.any(String) }));
    const marks = await store.begin().database.get(settingsKeys.lastUsed(id));
    expect(Object.keys(marks ?? {}).sort()).toEqual(["lu", "pk", "sk", "sv"]);
  });

  test("an org whose deletion is scheduled is read and not changed, as by signed calls", async () => {
    const tenant = await makeOrg(target.base, target.transport, target.admin)();
    const { key } = await make("directory.write", tenant.slug);
    await target.admin("POST", `/orgs/${tenant.slug}/deletion`, { reason: "left" });
    expect((await call(key, "GET", `/orgs/${tenant.slug}/users`)).status).toBe(200);
    const changed = await call(key, "POST", `/orgs/${tenant.slug}/users`, { userName: "ada" });
    expect(codeOf(changed)).toEqual([409, "conflict.deletionScheduled"]);
  });

  test("a record that says another org than its key, or none, is nobody's", async () => {
    const { key } = await make("directory.read", acme.slug);
    const { database } = store.begin();
    const place = appKeys.presented(hashToken(key));
    const stored = await database.get(place);
    for (const orgId of [other.token.split("_")[1], undefined]) {
      const record = { ...JSON.parse(String(stored?.d)), orgId };
      await database.write([{ put: { ...stored, ...place, d: JSON.stringify(record) } }]);
      for (const { slug } of [acme, other]) expect((await call(key, "GET", `/orgs/${slug}/users`)).status).toBe(401);
    }
  });

  test("changes of one org at once by its keys are all made: what was read with the key serves once", async () => {
    const { key } = await make("admin", acme.slug);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_none, n) =>
        call(key, "PATCH", `/admin/orgs/${acme.slug}`, { displayName: `name ${n}` }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const versions = answers.map(({ json }) => Number(at(json, "version")));
    expect(new Set(versions).size).toBe(8);
  });
});
