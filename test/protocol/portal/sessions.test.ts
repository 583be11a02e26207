import { describe, expect, test } from "@jest/globals";
import { inProcessTarget } from "../../support/inProcess.ts";
import { localStore } from "../../support/localStore.ts";
import { testEndpoint } from "../../support/testEndpoint.ts";
import { at } from "../../support/wire.ts";
import { cookieOf, fromPage, makePortalSession, portalRequest, redeem, signIn } from "./portalCaller.ts";

const lines: Readonly<Record<string, unknown>>[] = [];
const target = inProcessTarget(
  "memory",
  testEndpoint(localStore(), (line) => lines.push(line)),
  1,
);

describe("a link", () => {
  test("is redeemed once, and its session acts in the name of its person", async () => {
    const { slug } = await target.org();
    const { id, text } = await makePortalSession(target, slug, { actor: "u-17", intent: "activity" });
    const redeemed = await redeem(target, text);
    expect(redeemed).toMatchObject({ status: 200, json: { org: slug, intent: "activity" } });
    const page = fromPage(cookieOf(redeemed));
    expect((await portalRequest(target, "GET", "/session", { headers: page })).json).toMatchObject({
      kind: "session",
      org: slug,
      actor: "u-17",
      access: "manage",
      csrf: page["Rollcall-Csrf"],
    });
    expect(await redeem(target, text)).toMatchObject({ status: 410, json: { code: "gone.linkUsed" } });
    const made = await portalRequest(target, "POST", `/admin/orgs/${slug}/tokens/regenerate`, {
      headers: page,
      body: {},
    });
    expect(at(made.json, "token.createdBy")).toBe("portal/u-17");
    expect(lines.at(-1)).toMatchObject({
      type: "portal.request",
      actor: "portal/u-17",
      org: slug,
      op: "portal.regenerateToken",
    });
    const ended = await target.admin("DELETE", `/orgs/${slug}/portal-sessions/${id}`);
    expect(ended).toMatchObject({ status: 200, json: { kind: "link", status: "revoked" } });
    expect(await portalRequest(target, "GET", "/session", { headers: page })).toMatchObject({ status: 401 });
  });

  test("leaves a session that ends when its person signs out, and the cookie with it", async () => {
    const { slug } = await target.org();
    const page = await signIn(target, slug);
    const ended = await portalRequest(target, "DELETE", "/admin/session", { headers: page });
    expect(ended).toMatchObject({ status: 204, headers: { "set-cookie": expect.stringContaining("Max-Age=0") } });
    expect(await portalRequest(target, "GET", "/session", { headers: page })).toMatchObject({ status: 401 });
  });
});

test("of the rules an organization changes those that the operator left to it, and no other", async () => {
  const { slug } = await target.org();
  const headers = await signIn(target, slug);
  const path = `/admin/orgs/${slug}/rules`;
  const change = (rules: Record<string, string | number | null>) =>
    portalRequest(target, "PATCH", path, { headers, body: { rules } });
  expect(await change({ teamNameMaxLength: 80 })).toMatchObject({
    status: 200,
    json: { rules: { teamNameMaxLength: 80 } },
  });
  expect(await change({ teamNameMaxLength: 90, unknownMembers: "refuse" })).toMatchObject({
    status: 403,
    json: { code: "portal.rule", values: ["unknownMembers"] },
  });
  expect(await change({ teamNameMaxLength: null })).toMatchObject({
    status: 200,
    json: { rules: { teamNameMaxLength: 40 } },
  });
});
