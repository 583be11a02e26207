import { describe, expect, test } from "@jest/globals";
import { GATEWAY_ERRORS, type GatewayError, gatewayErrorTemplate } from "../../../lib/gatewayErrors.ts";
import { gatewayBodies, judged, provoked } from "../../aws/checks/gatewayBodies.ts";
import { PROBES } from "../../aws/checks/gatewayProbes.ts";
import { type Answer, answer } from "../../support/wire.ts";
import { liveStack } from "./liveStack.ts";

const of = (type: string): GatewayError => {
  const found = GATEWAY_ERRORS.find((error) => error.type === type);
  if (found === undefined) throw new Error(`no entry for ${type}`);
  return found;
};

/** As API Gateway fills in a gateway response: Developer Guide, "Gateway response types". */
function filled(error: GatewayError, changed: { status?: number; type?: string; text?: string } = {}): Answer {
  const text = gatewayErrorTemplate(error).replace("$context.extendedRequestId", "Kf3kEF2zliAEjXw=");
  const headers = { "Content-Type": changed.type ?? "application/scim+json", ...error.headers };
  return answer(changed.status ?? Number(error.status), headers, changed.text ?? text);
}

describe("a gateway error is judged", () => {
  const missing = of("MISSING_AUTHENTICATION_TOKEN");

  test("passed when it is our text with our status, media type and reference", () => {
    for (const error of GATEWAY_ERRORS) expect(judged("it", error, filled(error))).toEqual([]);
  });

  test.each([
    ["AWS's own body", filled(missing, { status: 403, text: '{"message":"Missing Authentication Token"}' }), "403"],
    ["AWS's own status over our body", filled(missing, { status: 403 }), "it came as 403"],
    ["another media type", filled(missing, { type: "application/json" }), '"application/json" came'],
    [
      "a reference that was not filled in",
      answer(404, { "Content-Type": "application/scim+json" }, filled(missing).text.replace(/ \(ref.*?\)/, "")),
      "no reference",
    ],
    [
      "our text for another type",
      filled(of("INVALID_SIGNATURE")),
      "our text for ACCESS_DENIED or INVALID_SIGNATURE, 403",
    ],
  ])("different for %s", (_what, came, says) => {
    expect(judged("it", missing, came).join()).toContain(says);
  });

  test("different when the header that says when to come again is missing", () => {
    const throttled = of("THROTTLED");
    const { headers, ...rest } = filled(throttled);
    const { "retry-after": _, ...others } = headers;
    expect(judged("it", throttled, { ...rest, headers: others })).toEqual([
      'it, Retry-After: "2" was due, undefined came',
    ]);
  });
});

describe("the probes", () => {
  test("name every type of the table, and no other", () => {
    const types = GATEWAY_ERRORS.map(({ type }) => type);
    expect(Object.keys(PROBES).sort()).toEqual(types.sort());
    expect(gatewayBodies).toHaveLength(types.length);
  });

  test("a type without a probe is reported as not shown", async () => {
    const finding = await provoked(liveStack(), of("THROTTLED"), undefined);
    expect(finding).toEqual({ differences: [], notShown: "nobody has written how to provoke it" });
  });

  test("a type that AWS may choose as well passes and is told", async () => {
    const came = filled(of("DEFAULT_5XX"));
    const provocation = { says: "it", orElse: ["DEFAULT_5XX"], provoke: async () => came };
    expect(await provoked(liveStack(), of("INTEGRATION_FAILURE"), { provocations: [provocation] })).toEqual({
      differences: [],
      notes: ["it led to our text for DEFAULT_5XX, 500"],
    });
  });

  test("a connection that breaks hides no other provocation", async () => {
    const broken = { says: "one", provoke: async () => Promise.reject(new Error("read ECONNRESET")) };
    const other = { says: "two", provoke: async () => answer(200, {}, "{}") };
    const { differences } = await provoked(liveStack(), of("THROTTLED"), { provocations: [broken, other] });
    expect(differences[0]).toBe("one: no answer came: read ECONNRESET");
    expect(differences).toHaveLength(2);
  });

  test("an emulator shows only what it is known to show", async () => {
    const provocation = { says: "it", provoke: async () => filled(of("MISSING_AUTHENTICATION_TOKEN")) };
    const emulator = { ...liveStack(), emulated: true };
    const missing = of("MISSING_AUTHENTICATION_TOKEN");
    expect((await provoked(emulator, missing, { provocations: [provocation] })).notShown).toContain("emulator");
    expect(await provoked(emulator, missing, { provocations: [provocation], emulated: true })).toEqual({
      differences: [],
      notes: [],
    });
  });

  test("a function that was kept from starting is let go again, whatever came", async () => {
    const calls: string[] = [];
    const probe = PROBES.INTEGRATION_FAILURE;
    if (probe === undefined || "notShown" in probe) throw new Error("it has a probe");
    const stack = liveStack({
      resources: [{ logicalId: "bulkFunctionCB32B22E", physicalId: "Rollcall-bulk-1", type: "AWS::Lambda::Function" }],
      rest: async (_service, method, path) => calls.push(`${method} ${path}`),
      transport: async () => {
        throw new Error("the connection broke");
      },
    });
    await expect(probe.provocations[0]?.provoke(stack)).rejects.toThrow("the connection broke");
    const path = "/2017-10-31/functions/Rollcall-bulk-1/concurrency";
    expect(calls).toEqual([`PUT ${path}`, `DELETE ${path}`]);
  });
});
