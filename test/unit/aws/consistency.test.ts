import { expect, test } from "@jest/globals";
import { CHECKS } from "../../aws/checks/checks.ts";
import { consistency, judgedReadings } from "../../aws/checks/consistency.ts";
import { functionNames } from "../../aws/checks/deployed.ts";
import { patiently, unhurried } from "../../aws/checks/patience.ts";
import { onAws, unlessForbidden } from "../../aws/checks/showing.ts";
import { sweeps } from "../../aws/checks/sweeps.ts";
import { AwsCallFailed } from "../../aws/liveStack.ts";
import { memoryTarget } from "../../support/memoryTarget.ts";
import { liveStack } from "./liveStack.ts";

const fresh = (kind: string) => ({ kind, fresh: true, evidence: "200" });

test("stale reads are counted by kind, and each kind that has one differs", () => {
  const stale = { kind: "filter", fresh: false, evidence: '200 {"totalResults":0}' };
  expect(judgedReadings([fresh("GET"), fresh("filter"), stale, fresh("filter")])).toEqual({
    differences: ['filter: 1 of 3 missed, the first: 200 {"totalResults":0}'],
    figures: [
      { name: "GET: missed, of 1", value: 0, unit: "" },
      { name: "filter: missed, of 3", value: 1, unit: "" },
    ],
  });
});

test("no reading at all differs", () => {
  expect(judgedReadings([]).differences).toEqual(["nothing was read"]);
});

test("the reads behind writes are all fresh where nothing is eventual", async () => {
  const { differences, figures = [] } = await consistency.run({ ...liveStack(), target: memoryTarget() });
  expect(differences).toEqual([]);
  expect(figures.map(({ name }) => name)).toHaveLength(11);
});

test("what the credentials may not look at is not shown, anything else breaks the check off", async () => {
  const failing = (code: string) => ({
    ...liveStack({
      json: async () => {
        throw new AwsCallFailed("dynamodb:Query", 400, code, "is not authorized");
      },
    }),
    target: memoryTarget(),
  });
  expect(await unlessForbidden(sweeps).run(failing("AccessDeniedException"))).toEqual({
    differences: [],
    notShown: "dynamodb:Query: 400 AccessDeniedException is not authorized",
  });
  await expect(unlessForbidden(sweeps).run(failing("ResourceNotFoundException"))).rejects.toThrow("ResourceNotFound");
});

test("an emulator does not even begin with what it cannot show", async () => {
  const check = onAws("it has no TLS", { name: "one", run: async () => ({ differences: ["begun"] }) });
  expect(await check.run({ ...liveStack(), emulated: true })).toEqual({
    differences: [],
    notShown: "this is an emulator: it has no TLS",
  });
  expect(await check.run(liveStack())).toEqual({ differences: ["begun"] });
});

test("patience ends without an answer, and is not used up with one", async () => {
  let asked = 0;
  expect(await patiently(async () => (++asked === 3 ? "here" : undefined), { seconds: 5, everyMs: 1 })).toBe("here");
  expect(await patiently(async () => undefined, { seconds: 0.02, everyMs: 5 })).toBeUndefined();
});

test("a call is made again only when there were too many", async () => {
  const failing = (code: string, times: number) => {
    let left = times;
    return async () => {
      if (left-- > 0) throw new AwsCallFailed("lambda: PUT", 429, code, "slow down");
      return "done";
    };
  };
  expect(await unhurried(failing("TooManyRequestsException", 3), 1)).toBe("done");
  await expect(unhurried(failing("ResourceConflictException", 1), 1)).rejects.toThrow("ResourceConflictException");
  await expect(unhurried(failing("ThrottlingException", 100), 1)).rejects.toThrow("ThrottlingException");
});

test("functions are found by how the CDK names them", () => {
  const named = (logicalId: string) => ({ logicalId, physicalId: "p", type: "AWS::Lambda::Function" });
  expect(functionNames([named("tokensReportFunction43BB04A1"), named("CustomResourceProvider1")])).toEqual([
    { name: "tokensReport", functionName: "p" },
  ]);
});

test("every check has a name of its own", () => {
  expect(new Set(CHECKS.map(({ name }) => name)).size).toBe(CHECKS.length);
});
