import { createServer, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { awsPlace } from "../../aws/run/awsPlace.ts";
import type { Outputs } from "../../deploy/deployment.ts";

interface Arrived {
  readonly line: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

const arrived: Arrived[] = [];
const server = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  arrived.push({ line: `${request.method} ${request.url}`, headers: request.headers, body });
  response.writeHead(201, { "Content-Type": "application/json", "X-Amzn-Remapped-WWW-Authenticate": "Bearer" });
  response.end('{"made":true}');
});
const given = { ...process.env };
let base = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port was given");
  base = `http://127.0.0.1:${address.port}`;
  process.env.AWS_ACCESS_KEY_ID = "AKIDEXAMPLE";
  process.env.AWS_SECRET_ACCESS_KEY = "secret";
  process.env.AWS_ENDPOINT_URL = base;
});

afterAll(() => {
  process.env = given;
  server.close();
});

describe("a stack in the operator's own account", () => {
  const outputs = (): Outputs => ({
    TenantUrl: `${base}/dev/scim/v2/{orgName}`,
    AdminUrl: `${base}/dev/admin/v1`,
    TableName: "t",
    EventBusName: "b",
    NextCommand: "",
  });

  test("is administered with signed requests, and reached by an identity provider with unsigned ones", async () => {
    const target = awsPlace("eu-central-1").connect(outputs());
    try {
      const made = await target.admin("POST", "/orgs", { org: "acme" });
      await target.directory("GET", "/orgs/acme/users?count=1");
      await target.transport({ method: "GET", target: "/scim/v2/acme/Users", headers: {}, body: undefined });
      expect(made).toMatchObject({ status: 201, json: { made: true } });
      expect(made.headers["x-amzn-remapped-www-authenticate"]).toBe("Bearer");
      expect(arrived.map(({ line }) => line)).toEqual([
        "POST /dev/admin/v1/orgs",
        "GET /dev/directory/v1/orgs/acme/users?count=1",
        "GET /dev/scim/v2/acme/Users",
      ]);
      const signature = /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/execute-api\//;
      expect(arrived[0]?.headers.authorization).toMatch(signature);
      expect(arrived[0]?.headers["content-type"]).toBe("application/json");
      expect(arrived[0]?.body).toBe('{"org":"acme"}');
      expect(arrived[1]?.headers.authorization).toMatch(signature);
      expect(arrived[2]?.headers.authorization).toBeUndefined();
    } finally {
      target.close();
    }
  });

  test("is looked at through the same account's services, each signed for itself", async () => {
    const { aws, env, reachable } = awsPlace("eu-central-1");
    await aws.json("logs", "Logs_20140328.DescribeLogGroups", {});
    expect(arrived.at(-1)?.headers.authorization).toMatch(/\/eu-central-1\/logs\/aws4_request/);
    expect(env.AWS_REGION).toBe("eu-central-1");
    expect(reachable("https://x.test/dev")).toBe("https://x.test/dev");
  });
});
