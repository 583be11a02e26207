import { expect, test } from "@jest/globals";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { ASSETS, ENTRY } from "../../../functions/http/generated/portalAssets.js";
import { portalHandler } from "../../../functions/http/portal/portal.ts";
import { TableBusy } from "../../../functions/store/table.ts";
import { inProcessTarget } from "../../support/inProcess.ts";
import { lambdaContext } from "../../support/lambdaContext.ts";
import { localStore, localTable } from "../../support/localStore.ts";
import { tableAround } from "../../support/tableAround.ts";
import { testEndpoint } from "../../support/testEndpoint.ts";
import type { RawRequest } from "../../support/wire.ts";
import { portalRequest, signIn } from "./portalCaller.ts";

const endpoint = testEndpoint(localStore());
const target = inProcessTarget("memory", endpoint, 1);
const ask = (method: string, path: string, headers: RawRequest["headers"] = {}) =>
  target.transport({ method, target: path, headers, body: undefined });

test.each(["/portal", "/portal/", "/portal/people/u1", "/portal/v2"])(
  "%s is the page, which nobody may frame and which runs nothing but its own files",
  async (path) => {
    const page = await ask("GET", path);
    expect(page).toMatchObject({
      status: 200,
      headers: {
        "content-type": "text/html; charset=utf-8",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
      },
    });
    const policy = page.headers["content-security-policy"] ?? "";
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(policy.split("; ")).toEqual(
      expect.arrayContaining(["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"]),
    );
    // What the policy forbids the page does not have.
    expect(page.text).not.toMatch(/ style=| on[a-z]+=|<style|<script(?! type="module" src=)/);
    const files = [...page.text.matchAll(/(?:src|href)="(\/[^"]*)"/g)].map(([, file = ""]) => file);
    expect(files).toEqual([ENTRY.style, ...ENTRY.parts, ENTRY.script].map((name) => `/portal/${name}`));
    for (const file of files) expect(await ask("GET", file)).toMatchObject({ status: 200 });
  },
);

test("names its files below whatever precedes the portal: a stage, a base path, a proxy", async () => {
  const pageAt = async (
    handlers: ReturnType<typeof portalHandler>,
    publicPath: string,
  ): Promise<APIGatewayProxyResult> => {
    const event = {
      httpMethod: "GET",
      path: "/portal",
      resource: "/portal",
      headers: { Host: "abc.execute-api.eu-west-1.amazonaws.com" },
      requestContext: { path: publicPath, domainName: "abc.execute-api.eu-west-1.amazonaws.com" },
    };
    // The rest of what API Gateway sends is nothing that the page reads.
    return handlers(event as unknown as APIGatewayProxyEvent, lambdaContext("x"));
  };
  expect((await pageAt(portalHandler(endpoint), "/prod/portal")).body).toContain(`"/prod/portal/${ENTRY.script}"`);
  const proxied = portalHandler({ ...endpoint, publicUrl: "https://scim.example.com/rollcall" });
  expect((await pageAt(proxied, "/prod/portal")).body).toContain(`"/rollcall/portal/${ENTRY.script}"`);
});

test("its files are public code: those with a hash are kept for good, the one that other sites name for minutes", async () => {
  for (const [name, { type, text }] of Object.entries(ASSETS)) {
    const kept = name === ENTRY.embed ? "public, max-age=300" : "public, max-age=31536000, immutable";
    const asked = await ask("GET", `/portal/${name}`);
    expect(asked).toMatchObject({
      status: 200,
      headers: {
        "content-type": type,
        "cache-control": kept,
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
        "x-content-type-options": "nosniff",
      },
    });
    expect(asked.text).toBe(text);
  }
  expect(await ask("GET", "/portal/main-0123456789ab.js")).toMatchObject({
    status: 404,
    json: { code: "notFound.apiPath" },
  });
  expect(await ask("GET", "/portal/constructor.js")).toMatchObject({ status: 404 });
});

test("takes the methods of a page, and says so to others", async () => {
  expect(await ask("HEAD", "/portal")).toMatchObject({ status: 200, text: "" });
  expect(await ask("OPTIONS", "/portal")).toMatchObject({ status: 204, headers: { allow: "GET, HEAD, OPTIONS" } });
  expect(await ask("POST", "/portal")).toMatchObject({ status: 405, headers: { allow: "GET, HEAD, OPTIONS" } });
});

test("no answer below the portal is guessed to be something else than it says: pages, files, calls, refusals", async () => {
  const { slug } = await target.org();
  const page = await signIn(target, slug);
  const answers = [
    ...[
      "/portal",
      `/portal/${ENTRY.script}`,
      "/portal/none.js",
      "/portal/v1/session",
      "/portal/v1/none",
      "/portal/v1/admin/none",
    ].map((path) => ask("GET", path)),
    ...["OPTIONS", "DELETE"].flatMap((method) => ["/portal", "/portal/v1/session"].map((path) => ask(method, path))),
    ask("POST", "/portal/v1/admin/redeem", { "Content-Type": "application/json" }),
    portalRequest(target, "GET", "/session", { headers: page }),
  ];
  for (const { status, headers } of await Promise.all(answers)) {
    expect([status, headers["x-content-type-options"]]).toEqual([status, "nosniff"]);
  }
});

test("needs no store; without one the API says when to come again, and the page how to find out why", async () => {
  const { slug } = await target.org();
  const page = await signIn(target, slug);
  let isDown = false;
  const table = tableAround(localTable(), async (send) => {
    if (isDown) throw new TableBusy("outage");
    return send();
  });
  const failing = inProcessTarget("memory", { ...endpoint, store: localStore(table), wait: async () => undefined }, 1);
  isDown = true;
  const shell = await failing.transport({ method: "GET", target: "/portal", headers: {}, body: undefined });
  expect(shell).toMatchObject({ status: 200 });
  expect(await portalRequest(failing, "GET", "/session", { headers: page })).toMatchObject({
    status: 503,
    headers: { "retry-after": expect.stringMatching(/^\d+$/), "content-type": "application/json" },
    json: { code: "busy.storage", detail: expect.stringMatching(/\(ref: [0-9a-f]{12}\)$/) },
  });
});
