import { randomBytes } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import type { APIGatewayProxyEvent } from "aws-lambda";
import type { LogLine } from "../../functions/http/logWriter.ts";
import { newOrgId } from "../../functions/provisioning/newId.ts";
import { newClientSecret } from "../../functions/provisioning/token.ts";
import type { Store } from "../../functions/store/session.ts";
import { handlersOver } from "../support/inProcess.ts";
import { lambdaContext } from "../support/lambdaContext.ts";
import { localStore, localTable } from "../support/localStore.ts";
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
      const handlers = handlersOver(testEndpoint(localStore(), (line) => lines.push(line)));
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

describe("a store that does not answer", () => {
  test.each([
    ["oauth", "/scim/v2/acme/oauth/token", "oauth.token"],
    ["admin", "/admin/v1/orgs/acme", "admin.getOrg"],
    ["directory", "/directory/v1/orgs/acme/users", "directory.listUsers"],
    ["maintenance", "/admin/v1/orgs/acme/data/totals", "data.getTotals"],
  ] as const)("is answered by %s before Lambda ends the process, which would leave no line", async (name, path, op) => {
    const lines: LogLine[] = [];
    const endpoint = testEndpoint(silentStore(), (line) => lines.push(line));
    const remaining = { ...lambdaContext("f00d-0a1b2c3d4e5f"), getRemainingTimeInMillis: () => 701 };
    const event = {
      httpMethod: name === "oauth" ? "POST" : "GET",
      path,
      headers: name === "oauth" ? { "Content-Type": "application/x-www-form-urlencoded" } : {},
      body: `grant_type=client_credentials&client_id=acme&client_secret=${newClientSecret(newOrgId(randomBytes), randomBytes)}`,
      requestContext: { identity: { userArn: "arn:aws:iam::000000000000:user/test" } },
    };
    // The rest of what API Gateway sends is nothing that these requests need.
    const answer = await handlersOver(endpoint)[name](event as unknown as APIGatewayProxyEvent, remaining);
    expect(answer).toMatchObject({ statusCode: 503, headers: { "Retry-After": "2" } });
    expect(lines).toEqual([expect.objectContaining({ op, status: 503, Busy: 1 })]);
  });
});

/** Calls of the table that never come back. */
function silentStore(): Store {
  return localStore(new Proxy(localTable(), { get: () => () => new Promise<never>(() => undefined) }));
}
