import { describe, expect, test } from "@jest/globals";
import type { APIGatewayProxyEvent } from "aws-lambda";
import type { LogLine } from "../../functions/edge/logWriter.ts";
import { createMemoryStore } from "../../functions/memory/store.ts";
import { handlersOver, inProcessTarget, lambdaContext } from "../support/inProcess.ts";
import { testEndpoint } from "../support/testEndpoint.ts";

const SECRET = "ada@marked.example";

/** What API Gateway does not send, and a console's test button, a direct invocation or a fault of ours might. */
const EVENTS: Readonly<Record<string, unknown>> = {
  "no event at all": null,
  "a text": SECRET,
  "a header that is no text": { headers: { "User-Agent": 7, Authorization: { value: SECRET } } },
  "a path that is no text": { path: { not: SECRET }, requestContext: { path: 7 } },
  "a body that is no text": { httpMethod: "POST", path: "/scim/v2/acme/Users", body: { userName: SECRET } },
  "an event that cannot be read": {
    get headers(): never {
      throw new TypeError(`what is this: ${SECRET}`);
    },
  },
};

describe.each(Object.entries(EVENTS))("%s", (_name, event) => {
  test.each(["users", "groups", "bulk", "search", "oauth", "discovery", "admin", "directory", "maintenance"] as const)(
    "is answered by %s in the form of its errors, and has a line without what was sent",
    async (name) => {
      const lines: LogLine[] = [];
      const handlers = handlersOver(testEndpoint(createMemoryStore(), (line) => lines.push(line)));
      // Nothing of the type holds for what a stranger may hand over.
      const answer = await handlers[name](event as APIGatewayProxyEvent, lambdaContext("f00d-0a1b2c3d4e5f"));
      expect(answer.statusCode).toBeGreaterThanOrEqual(400);
      const body = JSON.parse(answer.body);
      expect(body.detail ?? body.error_description).toMatch(/\(ref: 0a1b2c3d4e5f\)$/);
      expect(lines).toEqual([expect.objectContaining({ ref: "0a1b2c3d4e5f", status: answer.statusCode })]);
      expect(JSON.stringify([answer, lines])).not.toContain(SECRET);
      if (answer.statusCode === 500) expect(lines).toEqual([expect.objectContaining({ level: "ERROR" })]);
    },
  );
});

describe("a log that cannot be written", () => {
  test("fails no request, and the next line says how many are missing", async () => {
    const lines: LogLine[] = [];
    let full = false;
    const target = inProcessTarget(
      "memory",
      testEndpoint(createMemoryStore(), (line) => {
        if (full) throw new Error("no space left on device");
        lines.push(line);
      }),
      1,
    );
    const org = await target.org();
    full = true;
    const list = () => org.request({ method: "GET", path: "/Users" });
    expect([(await list()).status, (await list()).status]).toEqual([200, 200]);
    full = false;
    expect((await list()).status).toBe(200);
    expect((await list()).status).toBe(200);
    expect(lines.slice(-2).map(({ LogFailures }) => LogFailures)).toEqual([2, undefined]);
  });
});
