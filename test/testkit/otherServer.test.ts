import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  driveServer,
  identityProviders,
  type ProviderName,
  ProviderRefused,
  ServerSilent,
  startRollcall,
} from "../../lib/testkit/index.ts";
import { type RunningServer, startScimmy } from "./scimmyServer.ts";

let scimmy: RunningServer;
beforeAll(async () => {
  scimmy = await startScimmy();
});
afterAll(() => scimmy.close());

/** What SCIMMY 1.3.5 answers otherwise than the provider needs it, and what follows from each. */
const DIFFERENCES: Readonly<Record<ProviderName, readonly string[]>> = {
  entra: [
    // userName is not caseExact (RFC 7643 section 4.1.1); its filter compares exactly, so Entra creates the user a second time.
    "Match in upper case (GET /Users?…): answer.totalResults: expected 1, got 0",
    'Match in upper case (GET /Users?…): answer.Resources: expected [{"id":"{id}","userName":"{userName}"}], got []',
    // An add of a member who is one already changes nothing (RFC 7644 section 3.5.2.1); here it is listed twice.
    'Each of both is a member once (GET /Groups/{id}): answer.members: expected ["{id}","{id}"], got ["{id}","{id}","{id}"]',
    'Only the second member is left (GET /Groups/{id}): answer.members: expected ["{id}"], got ["{id}","{id}"]',
    // By default Entra writes booleans as texts: nobody whom it disables is disabled.
    "Disable with the text False (PATCH /Users/{id}): expected 200 or 204, got 400: {active}",
    "A disabled user is still found (GET /Users?…): answer.Resources[0].active: expected false, got true",
    "Reactivate with the text True (PATCH /Users/{id}): expected 200 or 204, got 400: {active}",
    "Disable before the deletion (PATCH /Users/{id}): expected 200 or 204, got 400: {active}",
  ],
  okta: [
    // As above. Okta's own test suite asks for it.
    "A deactivated user is still found, in upper case too (GET /Users?…): answer.totalResults: expected 1, got 0",
    'A deactivated user is still found, in upper case too (GET /Users?…): answer.Resources: expected [{"id":"{id}","active":false}], got []',
  ],
  onelogin: [
    // OneLogin's template names the schemas of a draft: no user is ever created.
    "Create the user (POST /Users): expected 201, got 400: The request body supplied a schema type that is incompatible with this resource",
  ],
};

const STOPPED: Readonly<Record<ProviderName, readonly string[]>> = {
  entra: [],
  okta: [],
  onelogin: ["The remaining steps need it."],
};

for (const provider of ["entra", "okta", "onelogin"] as const) {
  test(`another server, driven as ${provider}: each difference is named, and nothing is left there`, async () => {
    const lines: string[] = [];
    const report = await driveServer({ ...scimmy, provider, log: (line) => lines.push(line) });
    expect(report.differences.map(({ text }) => plain(text))).toEqual(DIFFERENCES[provider]);
    expect(report).toMatchObject({ provider, url: scimmy.url, fits: false, stopped: STOPPED[provider] });
    expect(lines.filter((line) => line.startsWith("✗"))).toHaveLength(
      report.steps.filter(({ differences }) => differences.length > 0).length,
    );
    expect(scimmy.size()).toEqual({ users: 0, groups: 0 });
  });

  test(`Rollcall, driven as ${provider}, differs in nothing`, async () => {
    await using rollcall = await startRollcall();
    const { tenantUrl: url, token } = await rollcall.org();
    const report = await driveServer({ url, token, provider });
    expect(report).toMatchObject({ fits: true, differences: [], stopped: [] });
    expect(report.steps.length).toBeGreaterThan(15);
  });
}

test("a difference says of which kind it is, and where", async () => {
  const report = await driveServer({ ...scimmy, provider: "entra", seed: 2 });
  expect(report.differences.map(({ kind, place }) => `${kind} ${place}`)).toEqual([
    "value answer.totalResults",
    "value answer.Resources",
    "value answer.members",
    "value answer.members",
    "status status",
    "value answer.Resources[0].active",
    "status status",
    "status status",
  ]);
});

test("a provider drives another server, step by step, as it drives Rollcall", async () => {
  const { idp } = identityProviders();
  const okta = idp.of({ provider: "okta", tenantUrl: scimmy.url, token: scimmy.token });
  const ada = await okta.assign("ada@example.com");
  await okta.pushGroup("Sales", [ada]);
  expect((await okta.unassign(ada)).exchanges.at(-1)).toMatchObject({ status: 200, answer: { active: false } });
  const entra = idp.entra({ tenantUrl: scimmy.url, token: scimmy.token });
  const grace = await entra.assign("grace@example.com");
  const refused = await entra.disable(grace).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ProviderRefused);
  expect(refused).toMatchObject({
    status: 400,
    scimType: "invalidValue",
    detail: expect.stringContaining("expected value type 'boolean'"),
    exchange: { method: "PATCH", body: { Operations: [{ op: "Replace", path: "active", value: "False" }] } },
  });
});

test("nobody there, or another token, is a report and no surprise", async () => {
  const wrong = await driveServer({ url: scimmy.url, token: "wrong", provider: "okta" });
  expect(wrong.fits).toBe(false);
  expect(wrong.differences[0]).toMatchObject({ kind: "status", status: 401 });
  const silent = await driveServer({ url: "http://127.0.0.1:9/scim", token: "any", provider: "entra" });
  expect(silent).toMatchObject({ fits: false, steps: [], stopped: [expect.stringContaining("127.0.0.1:9")] });
  const nowhere = identityProviders().idp.okta({ tenantUrl: "http://127.0.0.1:9/scim", token: "any" });
  await expect(nowhere.assign()).rejects.toThrow(ServerSilent);
  const unknown = { provider: "workday" as ProviderName, url: scimmy.url, token: "any" };
  await expect(driveServer(unknown)).rejects.toThrow("entra, okta, onelogin");
});

/** Without what differs from run to run. */
function plain(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "{id}")
    .replaceAll(/play-[0-9a-f]+-\d@example\.com/g, "{userName}")
    .replaceAll(/Attribute 'active' expected value type 'boolean' but found type 'string'.*$/g, "{active}");
}
