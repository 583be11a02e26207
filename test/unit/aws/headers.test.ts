import { describe, expect, test } from "@jest/globals";
import { challenge, clock, created, deleted, refusedMethod, unchanged } from "../../aws/checks/headers.ts";
import { type Answer, answer } from "../../support/wire.ts";

const LOCATION = "https://abcdefghij.execute-api.eu-central-1.amazonaws.com/dev/scim/v2/acme/Users/u1";
const MADE = {
  Location: LOCATION,
  ETag: 'W/"1"',
  "Content-Type": "application/scim+json",
  "Cache-Control": "no-store",
  // What API Gateway itself adds and renames.
  "x-amzn-RequestId": "6f3c5a52-8a0c-4f0e-9d55-0f3c8a1b2c3d",
  "x-amz-apigw-id": "Kf3kEF2zliAEjXw=",
  "x-amzn-Remapped-Date": "Thu, 01 Jan 2026 00:00:00 GMT",
  "X-Amzn-Trace-Id": "Root=1-695633c0-0123456789abcdef01234567",
};

function made(changed: Readonly<Record<string, string | undefined>> = {}): Answer {
  const headers = Object.fromEntries(
    Object.entries({ ...MADE, ...changed }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  return answer(201, headers, JSON.stringify({ id: "u1", meta: { location: LOCATION, version: 'W/"1"' } }));
}

describe("the challenge of a 401", () => {
  test.each(["WWW-Authenticate", "x-amzn-Remapped-WWW-Authenticate"])("may arrive as %s, which is told", (name) => {
    const finding = challenge(answer(401, { [name]: 'Bearer realm="rollcall"' }, "{}"));
    expect(finding).toEqual({ differences: [], notes: [`the challenge of a 401 arrives as ${name.toLowerCase()}`] });
  });

  test("differs when it is missing, another one, or no 401 came", () => {
    expect(challenge(answer(401, {}, "{}")).differences).toEqual(["the 401 has no challenge under either name"]);
    expect(challenge(answer(401, { "www-authenticate": "Basic" }, "{}")).differences).toEqual([
      "the challenge is Basic",
    ]);
    expect(challenge(answer(403, { "www-authenticate": "Bearer" }, "{}")).differences).toHaveLength(1);
  });
});

describe("headers of a created resource", () => {
  test("may stand beside those of API Gateway", () => {
    expect(created("POST", made(), LOCATION).differences).toEqual([]);
  });

  test.each([
    ["Location", undefined, "POST, Location"],
    ["Location", LOCATION.replace("/dev", ""), "POST, Location"],
    ["ETag", '"1"', "POST, ETag"],
    ["Content-Type", "application/scim+json; charset=utf-8", "POST, Content-Type"],
    ["Cache-Control", undefined, "POST, Cache-Control"],
    ["x-amzn-Remapped-ETag", 'W/"1"', "a header arrives as x-amzn-remapped-etag"],
  ])("differ when %s is %s", (name, value, says) => {
    const { differences } = created("POST", made({ [name]: value }), LOCATION);
    expect(differences).toHaveLength(1);
    expect(differences[0]).toContain(says);
  });
});

test("a 304 has the ETag and no body", () => {
  expect(unchanged(answer(304, { ETag: 'W/"2"' }, ""), 'W/"2"').differences).toEqual([]);
  expect(unchanged(answer(200, {}, "{}"), 'W/"2"').differences).toHaveLength(3);
});

test("a 405 says what is allowed", () => {
  expect(refusedMethod(answer(405, { Allow: "GET, POST" }, "")).differences).toEqual([]);
  expect(refusedMethod(answer(405, {}, "")).differences).toEqual(["its Allow is undefined"]);
});

test("a 204 has no body; what type AWS gives it is told", () => {
  expect(deleted(answer(204, { "Content-Type": "application/json" }, ""))).toEqual({
    differences: [],
    notes: ["a 204 comes with Content-Type application/json"],
  });
  expect(deleted(answer(204, {}, "{}")).differences).toHaveLength(1);
});

test("a Date is there and near", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  expect(clock(answer(200, { Date: "Thu, 01 Jan 2026 00:04:00 GMT" }, ""), now).differences).toEqual([]);
  expect(clock(answer(200, { Date: "Thu, 01 Jan 2026 00:06:00 GMT" }, ""), now).differences).toHaveLength(1);
  expect(clock(answer(200, {}, ""), now).differences).toHaveLength(1);
});
