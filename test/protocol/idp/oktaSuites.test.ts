import { describe, expect, test } from "@jest/globals";
import type { Json } from "../../../functions/scim/json.ts";
import { memoryTarget } from "../../support/memoryTarget.ts";
import { type Answer, at, type Tenant } from "../../support/wire.ts";
import { EVIDENCE_IS_HERE, payloadCases, type SuiteRequest, sequenceNames, suiteRequests } from "./evidence.ts";
import { recorded } from "./recorded.ts";
import { ordinaryUser } from "./setup.ts";

type Variables = Map<string, string>;

if (!EVIDENCE_IS_HERE) {
  test("Okta's own suites are not beside this clone: what they ask is asked by recorded/oktaSuites.json alone", () => {
    const restated = new Set(recorded().flatMap(({ restates = [] }) => restates));
    expect(restated.has("okta-spec/1") && restated.has("okta-crud/4")).toBe(true);
  });
} else {
  describe("Okta's SPEC test", () => {
    const run = suiteRun({
      InvalidUserEmail: "nobody@acme.example",
      UserIdThatDoesNotExist: "010101001010101011001010101011",
      randomEmail: "mail-1@acme.example",
      randomUsername: "random-1@acme.example",
      randomUsernameCaps: "RANDOM-1@ACME.EXAMPLE",
      randomGivenName: "Randomgiven",
      randomFamilyName: "Randomfamily",
    });
    for (const request of suiteRequests("okta-spec-test")) {
      test(`${request.n}: ${request.name}`, async () => {
        await run.play(request);
      });
    }
  });

  describe("Okta's CRUD test, the requests that go to the SCIM server", () => {
    const variables = {
      okta_user_email: "crud@acme.example",
      okta_user_firstname: "Given",
      okta_user_lastname: "Family",
      okta_user_firstname_update: "Changed",
    };
    const run = suiteRun(variables);
    const pushed = (own: Record<string, Json>) => ordinaryUser("crud", own);
    const changed = { givenName: "Changed", familyName: "Family" };
    /** What Okta's own API makes of the requests before: it pushes this to the SCIM server. */
    const pushes: Record<number, readonly [method: string, body: Json]> = {
      4: ["POST", pushed({})],
      6: ["PUT", pushed({ name: changed })],
      8: ["PUT", pushed({ name: changed, active: false })],
      11: ["PUT", pushed({ name: changed, active: true })],
      13: ["PUT", pushed({ name: changed, active: false })],
    };
    for (const request of suiteRequests("okta-crud").filter(({ url }) => url.startsWith("{{SCIMUrl}}"))) {
      test(`${request.n}: ${request.name}`, async () => {
        const [method, body] = pushes[request.n] ?? ["GET", null];
        await run.push(method, body);
        await run.play(request);
      });
    }
  });

  describe("the recorded requests", () => {
    const restated = recorded().flatMap((one) => (one.restates ?? []).map((name) => [name, one] as const));

    test("restate every case of the collected payloads, with its method", () => {
      const methods = new Map(restated.map(([name, one]) => [name, one.steps?.[0]?.method ?? one.method]));
      const cases = [...payloadCases()].map(([id, method]) => [`payloads/${id}`, method]);
      expect(cases.filter(([name]) => !methods.has(name ?? ""))).toEqual([]);
      expect(cases.filter(([name, method]) => methods.get(name ?? "") !== method)).toEqual([]);
    });

    test("restate every script and every applicable request of Okta's suites", () => {
      const names = new Set(restated.map(([name]) => name));
      const wanted = [
        ...sequenceNames().map((name) => `sequences/${name}`),
        ...suiteRequests("okta-spec-test").map(({ n }) => `okta-spec/${n}`),
        ...suiteRequests("okta-crud").flatMap(({ n, url }) =>
          url.startsWith("{{SCIMUrl}}") ? [`okta-crud/${n}`] : [],
        ),
      ];
      expect(wanted.filter((name) => !names.has(name))).toEqual([]);
    });
  });
}

/** One org, with one user in it, and what the requests so far have captured. */
function suiteRun(given: Readonly<Record<string, string>>) {
  const variables: Variables = new Map(Object.entries(given));
  const opened = memoryTarget()
    .org()
    .then(async (tenant) => {
      await tenant.request({ method: "POST", path: "/Users", body: ordinaryUser("seed") });
      variables.set("auth", `Bearer ${tenant.token}`).set("SCIMAuth", `Bearer ${tenant.token}`);
      return tenant;
    });
  return {
    play: async (request: SuiteRequest) => playRequest(await opened, request, variables),
    push: async (method: string, body: Json) => {
      const path = method === "POST" ? "/Users" : `/Users/${variables.get("scim_id")}`;
      expect((await (await opened).request({ method, path, body })).status).toBe(method === "POST" ? 201 : 200);
    },
  };
}

async function playRequest(tenant: Tenant, request: SuiteRequest, variables: Variables): Promise<void> {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, text]) => [name, filled(text, variables)]),
  );
  const answer = await tenant.request({
    method: request.method,
    path: filled(request.url.replace(/^\{\{SCIM(Base)?U(RL|rl)\}\}/, ""), variables),
    headers: { "User-Agent": null, ...headers },
    ...(request.body === null ? {} : { body: filled(JSON.stringify(request.body), variables) }),
  });
  for (const { name, property } of request.captures) {
    if (name !== null) variables.set(name, String(valueAt(answer, property)));
  }
  const failed = request.assertions.filter((one) => !holds(one, answer, variables));
  expect({ status: answer.status, failed, ...(failed.length > 0 ? { text: answer.text } : {}) }).toMatchObject({
    failed: [],
  });
}

function holds(assertion: SuiteRequest["assertions"][number], answer: Answer, variables: Variables): boolean {
  // Benches measure it: on a busy machine it fails whatever the server does.
  if (assertion.source === "response_time") return true;
  const value = filled(String(assertion.value ?? ""), variables);
  const got = assertion.source === "response_status" ? answer.status : valueAt(answer, assertion.property ?? "");
  switch (assertion.comparison) {
    case "equal_number":
      return Number(got) === Number(value);
    case "equal":
      return String(got) === value;
    case "not_empty":
      return got !== undefined && got !== null && got !== "" && !(Array.isArray(got) && got.length === 0);
    case "has_value":
    case "contains":
      return Array.isArray(got) ? got.includes(value) : String(got).includes(value);
    case "is_a_number":
      return typeof got === "number";
    default:
      throw new Error(`the suite compares in a way nobody has described: ${assertion.comparison}`);
  }
}

/** `Resources[0].emails[0].value` */
function valueAt(answer: Answer, property: string): Json | undefined {
  return at(answer.json, property.replace(/\[(\d+)\]/g, ".$1"));
}

function filled(text: string, variables: Variables): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_all, name: string) => {
    const value = variables.get(name);
    if (value === undefined) throw new Error(`the suite speaks of ${name}, which nobody has set`);
    return value;
  });
}
