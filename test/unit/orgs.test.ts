import { describe, expect, test } from "@jest/globals";
import { actorOf, getOrg } from "../../functions/provisioning/changeOrg.ts";
import { createOrg, updateOrg } from "../../functions/provisioning/orgs.ts";
import { administrationOf, emptySettings } from "../support/administration.ts";

describe("an organization", () => {
  test("starts entitled, with the standard preset and without SSO, and says what is missing", async () => {
    const { org, warnings } = await createOrg(administrationOf(emptySettings()), "acme", {});
    expect(org).toMatchObject({ slug: "acme", displayName: "acme", entitled: true, preset: "standard", tokenEpoch: 1 });
    expect(org.sso).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining("SAML SSO"), expect.stringContaining("No org admin")]);
  });

  test.each(["a", "a1", "acme-2", "0", "a".repeat(63)])("may be called %s", async (slug) => {
    const settings = emptySettings();
    await createOrg(administrationOf(settings), slug, {});
    expect((await getOrg(settings, slug)).slug).toBe(slug);
  });

  test.each([
    "",
    "Acme",
    "acme_inc",
    "-acme",
    "acme-",
    "a".repeat(64),
    "ac me",
    "acmé",
    "acme\n",
    "a/b",
    "..",
    "admin",
    "scim",
    "new",
  ])("cannot be called %j", async (slug) => {
    await expect(createOrg(administrationOf(emptySettings()), slug, {})).rejects.toMatchObject({
      status: 400,
      scimType: "invalidValue",
      code: expect.stringMatching(/^value\.org(Name|Reserved)$/),
    });
  });

  test("cannot take the login name of another one", async () => {
    const administration = administrationOf(emptySettings());
    await createOrg(administration, "acme", {});
    await expect(createOrg(administration, "acme", {})).rejects.toMatchObject({
      status: 409,
      code: "conflict.orgExists",
    });
  });

  test("that does not exist is 404", async () => {
    await expect(updateOrg(administrationOf(emptySettings()), "acme", {})).rejects.toMatchObject({ status: 404 });
  });

  test("changes only what is asked for, and its version with it", async () => {
    const administration = administrationOf(emptySettings());
    const { org } = await createOrg(administration, "acme", {
      sso: { entityId: "urn:example:idp" },
      admins: ["1", "2"],
    });
    const { org: changed, warnings } = await updateOrg(administration, "acme", { displayName: "Acme Inc." });
    expect(changed).toEqual({ ...org, displayName: "Acme Inc.", version: 2 });
    expect(warnings).toEqual([]);
    expect((await updateOrg(administration, "acme", { displayName: "Acme Inc." })).org.version).toBe(2);
  });

  test("warns while there is one admin (P3)", async () => {
    const administration = administrationOf(emptySettings());
    await createOrg(administration, "acme", { sso: {} });
    const { warnings } = await updateOrg(administration, "acme", { admins: ["1", "1"] });
    expect(warnings).toEqual([expect.stringContaining("only one org admin")]);
  });

  test("loses SSO with null and keeps everything else (P2)", async () => {
    const administration = administrationOf(emptySettings());
    await createOrg(administration, "acme", { sso: { url: "https://idp.example.com/saml" } });
    const { org, warnings } = await updateOrg(administration, "acme", { sso: null });
    expect(org.sso).toBeUndefined();
    expect(warnings[0]).toContain("SAML SSO is not configured");
  });

  test("changes its rules one by one and gives one back to the preset with null", async () => {
    const administration = administrationOf(emptySettings());
    await createOrg(administration, "acme", { changedRules: { teamNameMaxLength: 100, liveTokens: "many" } });
    const { org } = await updateOrg(administration, "acme", { preset: "rfc", changedRules: { liveTokens: null } });
    expect(org).toMatchObject({ preset: "rfc", changedRules: { teamNameMaxLength: 100 } });
    expect(org.changedRules).not.toHaveProperty("liveTokens");
  });

  test.each([
    [{ displayName: " " }, "value.displayNameEmpty"],
    [{ displayName: "a\nb" }, "value.line"],
    [{ displayName: "\ud800" }, "value.line"],
    [{ displayName: "x".repeat(201) }, "value.line"],
    [{ admins: ["1", ""] }, "value.adminEmpty"],
    [{ admins: Array.from({ length: 51 }, String) }, "value.adminCount"],
    [{ sso: { url: "javascript:alert(1)" } }, "value.ssoUrl"],
    [{ sso: { url: "idp" } }, "value.ssoUrl"],
    [{ sso: { entityId: "" } }, "value.ssoEntityId"],
    [{ preset: "loose" }, "value.preset"],
    [{ preset: "__proto__" }, "value.preset"],
    [{ changedRules: { teamNameMaxLength: 0 } }, "value.ruleValue"],
    [{ changedRules: { teamNameMaxLength: 40.5 } }, "value.ruleValue"],
    [{ changedRules: { liveTokens: "two" } }, "value.ruleValue"],
    [{ changedRules: { constructor: "x" } }, "value.rule"],
    [{ changedRules: JSON.parse('{"__proto__": true}') }, "value.rule"],
  ])("refuses %j", async (wishes, code) => {
    await expect(createOrg(administrationOf(emptySettings()), "acme", wishes)).rejects.toMatchObject({
      status: 400,
      code,
    });
  });
});

describe("the actor of a call", () => {
  test.each([
    ["arn:aws:iam::123456789012:user/local", "123456789012:user/local"],
    ["arn:aws:iam::123456789012:user/division/deploy", "123456789012:user/deploy"],
    ["arn:aws:sts::123456789012:assumed-role/Settings/jane@example.com", "123456789012:assumed-role/Settings"],
    ["arn:aws:sts::123456789012:federated-user/jane@example.com", "123456789012:federated-user"],
    ["arn:aws:iam::123456789012:user/jane@example.com", "123456789012:user"],
    ["arn:aws:iam::123456789012:root", "123456789012:root"],
  ])("%s is kept as %s", (arn, actor) => {
    expect(actorOf(arn, undefined)).toBe(actor);
  });

  test("is the one that the application names", () => {
    expect(actorOf("arn:aws:iam::123456789012:user/local", "person:42")).toBe("person:42");
  });

  test.each(["", "jane@example.com", "Jane Doe", "x".repeat(65), "a\nb", "é", "rollcallapp_x"])(
    "is not %j",
    (named) => {
      expect(() => actorOf("arn:aws:iam::123456789012:user/local", named)).toThrow(
        expect.objectContaining({ status: 400, code: "value.actor" }),
      );
    },
  );
});
