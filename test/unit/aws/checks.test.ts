import { createServer, type SecureVersion } from "node:tls";
import { describe, expect, test } from "@jest/globals";
import { GATEWAY_ERRORS } from "../../../lib/gatewayErrors.ts";
import { CHECKS } from "../../aws/checks/checks.ts";
import { NOT_SHOWN, PROBES } from "../../aws/checks/gateway.ts";
import { lineOfOurs, reportIn } from "../../aws/checks/logs.ts";
import { versionsSpoken } from "../../aws/checks/tls.ts";
import { consistencyOf, headers, largestBody, largestPage } from "../../aws/checks/wire.ts";
import { selfSigned } from "../../support/certificate.ts";
import { memoryTarget } from "../../support/memoryTarget.ts";
import { liveStack } from "./liveStack.ts";

test("every check has a name of its own", () => {
  expect(new Set(CHECKS.map(({ name }) => name)).size).toBe(CHECKS.length);
});

test.each([consistencyOf(6), headers, largestBody, largestPage])("the functions alone pass: $name", async ({ run }) => {
  const { differences } = await run({ ...liveStack(), target: memoryTarget() });
  // Nothing but a server says what time it is.
  expect(differences.filter((line) => !line.startsWith("Date is undefined"))).toEqual([]);
});

describe("the probes of API Gateway", () => {
  test("name every type of its errors once, or why it cannot be provoked", () => {
    const known = [...Object.keys(PROBES), ...Object.keys(NOT_SHOWN)];
    expect(known.sort()).toEqual(GATEWAY_ERRORS.map(({ type }) => type).sort());
  });

  test("let a function go again that was kept from starting, whatever came", async () => {
    const calls: string[] = [];
    const stack = liveStack({
      resources: [{ logicalId: "bulkFunctionCB32B22E", physicalId: "Rollcall-bulk-1", type: "AWS::Lambda::Function" }],
      rest: async (_service, method, path) => calls.push(`${method} ${path}`),
      transport: async () => {
        throw new Error("the connection broke");
      },
    });
    const provocation = PROBES.INTEGRATION_FAILURE?.provocations[0];
    await expect(provocation?.provoke(stack)).rejects.toThrow("the connection broke");
    const path = "/2017-10-31/functions/Rollcall-bulk-1/concurrency";
    expect(calls).toEqual([`PUT ${path}`, `DELETE ${path}`]);
  });
});

describe("lines of a log group", () => {
  const REPORT = { requestId: "6d68ca91-49c9-448d-89b8-7ca3e6dc66aa", durationMs: 31.4, billedMs: 430, memoryMb: 512 };
  /** As the AWS Lambda Developer Guide shows platform.report in the Telemetry API's schema. */
  const COLD = JSON.stringify({
    type: "platform.report",
    record: {
      requestId: REPORT.requestId,
      metrics: { durationMs: 31.4, billedDurationMs: 430, memorySizeMB: 512, initDurationMs: 397.68 },
    },
  });
  const WARM = `REPORT RequestId: ${REPORT.requestId}\tDuration: 31.4 ms\tBilled Duration: 430 ms\tMemory Size: 512 MB`;

  test.each([
    [COLD, { ...REPORT, initMs: 397.68 }],
    [COLD.replace(',"initDurationMs":397.68', ""), { ...REPORT, initMs: undefined }],
    [`${WARM}\t\n`, { ...REPORT, initMs: undefined }],
    [`${WARM}\tInit Duration: 397.68 ms\t\n`, { ...REPORT, initMs: 397.68 }],
    ['{"type":"platform.start","record":{"requestId":"6d68ca91"}}', undefined],
    ['{"type":"scim.request","initMs":1}', undefined],
    ["START RequestId: 6d68ca91 Version: $LATEST", undefined],
    ["[1]", undefined],
  ])("%s as Lambda's report", (message, report) => {
    expect(reportIn(message)).toEqual(report);
  });

  test("ours are told from those of the platform and of API Gateway", () => {
    expect(lineOfOurs('{"type":"scim.request"}')).toEqual({ type: "scim.request" });
    expect(lineOfOurs(COLD)).toBeUndefined();
    expect(lineOfOurs('{"requestId":"1","status":"404"}')).toBeUndefined();
  });
});

test.each<[SecureVersion, string[]]>([
  ["TLSv1.2", []],
  ["TLSv1", ["TLSv1 is spoken", "TLSv1.1 is spoken"]],
])(
  "of a server that speaks %s and later it is told what is too old, and that nobody trusts it",
  async (minVersion, old) => {
    const certificate = selfSigned("localhost", Date.now() + 3_600_000);
    const server = createServer({ ...certificate, minVersion, ciphers: "DEFAULT@SECLEVEL=0" });
    server.on("tlsClientError", () => undefined);
    await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
    try {
      const address = server.address();
      if (typeof address !== "object" || address === null) throw new Error("it does not listen");
      const { differences } = await versionsSpoken("localhost", address.port);
      const untrusted = ["TLSv1.2", "TLSv1.3"].map((one) => `${one}: the certificate: DEPTH_ZERO_SELF_SIGNED_CERT`);
      expect(differences.filter((line) => !/^TLSv1(\.1)?: the certificate/.test(line))).toEqual([...old, ...untrusted]);
    } finally {
      server.close();
    }
  },
);
