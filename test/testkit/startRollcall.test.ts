import { expect, test } from "@jest/globals";
import { type KitOrg, type KitRollcall, startRollcall } from "../../lib/testkit/index.ts";

/** A call as the application makes it. */
async function asApplication({ url }: KitRollcall, { key, name }: KitOrg, path: string) {
  const response = await fetch(`${url}/app/v1/orgs/${name}/${path}`, {
    headers: { Authorization: `Bearer ${key}` },
    signal: AbortSignal.timeout(10_000),
  });
  const json = (await response.json()) as { readonly events?: readonly object[] };
  return { status: response.status, json };
}

test("one line starts a whole Rollcall, and a provider's user is a member for the application until unassigned", async () => {
  await using rollcall = await startRollcall();
  const acme = await rollcall.org();
  expect(rollcall.clientOptions(acme)).toEqual({ url: rollcall.url, key: acme.key });
  const entra = rollcall.idp.entra(acme);
  const ada = await entra.assign({ userName: "ada@example.com" });
  await entra.pushGroup("Engineering", [ada]);
  const access = () => asApplication(rollcall, acme, "access?userName=ada@example.com");
  expect(await access()).toMatchObject({
    status: 200,
    json: { member: true, user: { id: ada.id }, teams: [{ displayName: "Engineering" }] },
  });
  await entra.unassign(ada);
  expect(await access()).toMatchObject({ json: { member: false, reason: "inactive" } });
});

test("settled means that the event log has all that was answered, without a wait", async () => {
  await using rollcall = await startRollcall();
  const acme = await rollcall.org();
  const okta = rollcall.idp.okta(acme);
  await okta.flood(25);
  await rollcall.settled();
  const { json } = await asApplication(rollcall, acme, "events?types=user.created&limit=100");
  expect(json.events).toHaveLength(25);
});

test("the same seed gives the same tokens, ids, users and requests, and another seed others", async () => {
  const life = async (seed: number) => {
    await using rollcall = await startRollcall({ seed, now: "2026-01-02T03:04:05Z" });
    const acme = await rollcall.org();
    const entra = rollcall.idp.entra(acme);
    const user = await entra.assign();
    await entra.pushGroup("Sales", [user]);
    await entra.remove(user);
    return JSON.stringify([acme.token, acme.key, entra.exchanges]).replaceAll(rollcall.url, "");
  };
  const first = await life(7);
  expect(first).not.toContain("undefined");
  expect(withoutReferences(await life(7))).toBe(withoutReferences(first));
  expect(await life(8)).not.toBe(first);
});

test("two providers of one organization have users of their own", async () => {
  await using rollcall = await startRollcall();
  const acme = await rollcall.org();
  const [first, second] = [rollcall.idp.entra(acme), rollcall.idp.entra(acme)];
  const users = [await first.assign(), await second.assign()];
  expect(new Set(users.map(({ id }) => id)).size).toBe(2);
  expect([...first.users, ...second.users].map(({ userName }) => userName)).toEqual(
    users.map(({ userName }) => userName),
  );
  await expect(second.unassign(users[0]?.userName ?? "")).rejects.toThrow(TypeError);
});

test("a name, or a promise, in place of an organization is refused in words", async () => {
  await using rollcall = await startRollcall();
  for (const wrong of ["acme", rollcall.org("acme")]) {
    const org = wrong as never;
    const refusal = /^Give \{ tenantUrl, token \}, as await rollcall\.org\(name\) returns them: no name, no promise\.$/;
    for (const use of [() => rollcall.clientOptions(org), () => rollcall.idp.okta(org)]) expect(use).toThrow(refusal);
    await expect(rollcall.webhook({ url: rollcall.url, org })).rejects.toThrow(refusal);
  }
});

/** What each answer is found by in a log is its own. */
function withoutReferences(text: string): string {
  return text.replaceAll(/\(ref: [^)]+\)/g, "");
}

test("the clock stands where it is asked to, moves where it is set ahead, and never back", async () => {
  await using rollcall = await startRollcall({ now: "2026-01-02T03:04:05Z" });
  const okta = rollcall.idp.okta(await rollcall.org());
  await okta.assign("ada@example.com");
  rollcall.clock.advance(60_000);
  await okta.assign("grace@example.com");
  const created = okta.exchanges
    .filter(({ method }) => method === "POST")
    .map(({ answer }) => (answer as { meta: { created: string } }).meta.created);
  expect(created).toEqual(["2026-01-02T03:04:05.000Z", "2026-01-02T03:05:05.000Z"]);
  expect(() => rollcall.clock.advance(-1)).toThrow(RangeError);
});

test("organizations are apart, are made once, and take the preset", async () => {
  await using rollcall = await startRollcall({ orgs: ["acme", "globex"], preset: "open" });
  const [acme, globex] = [await rollcall.org("acme"), await rollcall.org("globex")];
  expect(await rollcall.org("acme")).toBe(acme);
  const ada = await rollcall.idp.entra(acme).assign("ada@example.com");
  expect(await asApplication(rollcall, globex, "access?userName=ada@example.com")).toMatchObject({
    json: { member: false },
  });
  expect((await asApplication(rollcall, { ...acme, key: globex.key }, `users/${ada.id}`)).status).toBe(404);
  expect(await rollcall.admin("GET", "orgs/globex")).toMatchObject({ preset: "open", warnings: expect.anything() });
  await expect(rollcall.org("Not A Login Name")).rejects.toThrow("login name");
  await expect(startRollcall({ orgs: ["Not A Login Name"] })).rejects.toThrow("login name");
  await expect(startRollcall({ now: "yesterday" })).rejects.toThrow("now is no time");
  for (const [options, sentence] of [
    [{ org: "acme" }, "options.org is unknown: there is orgs, "],
    [{ orgs: "acme" }, 'options.orgs takes a list of texts, not "acme".'],
    [{ seed: "1" }, 'options.seed takes a whole number, not "1".'],
    [{ now: null }, "options.now takes milliseconds, an ISO 8601 text or a Date, not null."],
    [{ preset: "strict" }, "options.preset takes one of standard, "],
    [{ portal: { origin: [] } }, "options.portal.origin is unknown: there is origins, rules."],
    [{ portal: null }, "options.portal takes an object, not null."],
  ] as const) {
    const wrong: object = options;
    await expect(startRollcall(wrong)).rejects.toThrow(sentence);
  }
  await expect(rollcall.webhook({ url: "http://169.254.169.254/latest" })).rejects.toThrow("private network");
});
