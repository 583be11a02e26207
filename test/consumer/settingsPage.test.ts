import { expect, test } from "@jest/globals";
import { Browser } from "./browser.ts";
import { startInMemory } from "./inMemory.ts";
import { ADA, BEFORE, OWNER } from "./story.ts";

const csrfIn = (page: string): string => /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? "";
const tokenIn = (page: string): string => /id="secret-token">([^<]+)</.exec(page)?.[1] ?? "";

test("an owner makes the token on the settings page and sees it once; nobody else can, and no other site", async () => {
  await using scene = await startInMemory();
  const { rollcall, org, product } = scene;
  for (const { id } of (await rollcall.admin("GET", "orgs/acme/tokens")).tokens as { id: string }[]) {
    await rollcall.admin("DELETE", `orgs/acme/tokens/${id}`);
  }
  const owner = new Browser(product.url);
  expect((await owner.get("/settings")).status).toBe(401);
  await owner.signIn(BEFORE.org, OWNER);
  const page = await owner.get("/settings");
  expect(page.text).toContain(org.tenantUrl);
  const form = { csrf: csrfIn(page.text), description: 'Entra <script>alert("1")</script>' };

  expect((await owner.post("/settings/token", { ...form, csrf: "guessed" })).status).toBe(403);
  expect((await owner.post("/settings/token", form, { "Sec-Fetch-Site": "cross-site" })).status).toBe(403);
  expect((await new Browser(product.url).post("/settings/token", form)).status).toBe(401);
  expect((await rollcall.admin("GET", "orgs/acme/tokens")).tokens).not.toContainEqual(
    expect.objectContaining({ status: "live" }),
  );

  const made = await owner.post("/settings/token", form);
  const token = tokenIn(made.text);
  const idp = rollcall.idp.entra({ tenantUrl: org.tenantUrl, token });
  await idp.testConnection();
  // Loading that page again makes no second one.
  expect((await owner.post("/settings/token", form)).status).toBe(403);
  const after = await owner.get("/settings");
  expect(after.text).not.toContain(token);
  expect(after.text).toContain("Entra &lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;");

  const rotated = tokenIn(
    (await owner.post("/settings/token", { csrf: csrfIn(after.text), description: "next" })).text,
  );
  expect(rotated).not.toBe(token);
  await rollcall.idp.entra({ tenantUrl: org.tenantUrl, token: rotated }).assign(ADA);
  await idp.testConnection();
  await scene.caughtUp();
  const member = new Browser(product.url);
  expect(await member.signIn(BEFORE.org, ADA)).toBe(303);
  expect((await member.get("/settings")).status).toBe(403);
  expect(scene.reports.join()).not.toContain("rollcall_");
});

test("the settings page says what Rollcall refuses, for the person who reads it", async () => {
  await using scene = await startInMemory();
  const { rollcall, product } = scene;
  const owner = new Browser(product.url);
  await owner.signIn(BEFORE.org, OWNER);
  const { text } = await owner.get("/settings");
  await rollcall.admin("PATCH", "orgs/acme", { sso: null });
  const refused = await owner.post("/settings/token", { csrf: csrfIn(text), description: "Okta" });
  expect(refused.text).toMatch(/role="alert">[^<]*SAML SSO/);
  await using without = await startInMemory({ adminKeys: new Map(), isSecure: true });
  const other = new Browser(without.product.url);
  await other.signIn(BEFORE.org, OWNER);
  expect((await other.get("/settings")).text).toContain("Your plan has no provisioning.");
  const body = new URLSearchParams({ org: BEFORE.org, email: OWNER });
  const signedIn = await fetch(`${without.product.url}/sign-in`, { method: "POST", body, redirect: "manual" });
  expect(signedIn.headers.get("set-cookie")).toMatch(/^session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
});
