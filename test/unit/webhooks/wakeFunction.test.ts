import { createServer, type IncomingHttpHeaders } from "node:http";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { wakeFunction } from "../../../functions/bus/signedCall.ts";
import { listening } from "../../support/serving.ts";

const IDENTITY = { region: "eu-central-1", accessKeyId: "AKIDEXAMPLE", secretAccessKey: "s", sessionToken: "t" };
const asked: { readonly method: unknown; readonly url: unknown; readonly headers: IncomingHttpHeaders }[] = [];
let status = 202;
const lambda = createServer(({ headers, method, url }, response) => {
  asked.push({ method, url, headers });
  response.writeHead(status).end();
});
let endpoint: string;

beforeAll(async () => {
  endpoint = `http://127.0.0.1:${await listening(lambda)}`;
});
afterAll(() => new Promise((resolve) => lambda.close(resolve)));

test("asks Lambda to run the function later, signed, and says whether it will", async () => {
  expect(await wakeFunction(endpoint, IDENTITY, "Rollcall-webhooks")).toBe(true);
  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatchObject({
    method: "POST",
    url: "/2015-03-31/functions/Rollcall-webhooks/invocations",
    headers: {
      "x-amz-invocation-type": "Event",
      authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 .*\/eu-central-1\/lambda\/aws4_request/),
    },
  });
  status = 404;
  expect(await wakeFunction(endpoint, IDENTITY, "gone")).toBe(false);
});

test("never throws: a schedule wakes what was not woken", async () => {
  expect(await wakeFunction("http://127.0.0.1:1", IDENTITY, "f")).toBe(false);
  expect(await wakeFunction("no address", IDENTITY, "f")).toBe(false);
});
