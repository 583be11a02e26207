import { describe, expect, test } from "@jest/globals";
import { GUIDES, renderChapter, setupChapters } from "../../bin/rollcall/setup/renderChapter.ts";
import { renderText } from "../../bin/rollcall/setup/renderText.ts";
import { PRESETS, type Preset, type Rules } from "../../functions/store/rules.ts";
import type { Idp, OrgSetup, SetupGuide, SetupPart, SetupStep } from "../../lib/guides/guide.ts";

const TENANT_URL = "https://scim.example.com/scim/v2/acme";
const IDPS: readonly Idp[] = ["entra", "okta", "onelogin", "google", "jumpcloud"];
const EVERY_PRESET: readonly Preset[] = ["standard", "fulcrum-compat", "open", "rfc"];

describe("the guide for Entra ID", () => {
  const steps = stepsOf("entra");

  test("P4: asks for Tenant URL and Secret Token, and ends the connection with Test Connection", () => {
    const connect = stepOf(steps, "Connect");
    expect(connect.where).toEqual(["Enterprise applications", "your application", "Provisioning"]);
    expect(fieldsOf(connect)).toEqual({
      "Provisioning Mode": "Automatic",
      "Tenant URL": TENANT_URL,
      "Secret Token": "the org token, pasted alone",
    });
    expect(textOf(connect)).toContain('"Test Connection" must report success; then "Save"');
  });

  test("P4: names the three values of OAuth 2.0 client credentials, which an application of the gallery asks for", () => {
    const text = textOf(stepOf(steps, "Connect"));
    expect(text).toContain(`\`${TENANT_URL}/oauth/token\``);
    expect(text).toMatch(/client identifier `acme`; `[^`]*client create acme[^`]*` shows the client secret once/);
  });

  test("P5: maps the six attributes of a user and leaves the other defaults to choice", () => {
    const users = stepOf(steps, "Map the users");
    expect(mappingsOf(users)).toEqual({
      userName: "userPrincipalName",
      active: 'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
      displayName: "displayName",
      'emails[type eq "work"].value': "mail",
      "name.givenName": "givenName",
      "name.familyName": "surname",
    });
    expect(textOf(users)).toContain("Keep or delete the other default mappings");
  });

  test("P6: names mailNickname as the other source of userName", () => {
    expect(textOf(stepOf(steps, "Map the users"))).toContain(
      "`mailNickname` instead; it need not be an e-mail address",
    );
  });

  test("P7: writes userName only during object creation", () => {
    const users = stepOf(steps, "Map the users");
    const row = users.parts.flatMap((part) => (part.kind === "mappings" ? part.mappings : []))[0];
    expect(row).toMatchObject({ target: "userName", remark: "Apply this mapping: Only during object creation" });
    expect(textOf(users)).toContain("cannot be changed after a user was created");
  });

  test("P8 and P20: makes the e-mail required in the attribute list and says who is refused otherwise", () => {
    const required = stepOf(steps, "Make the e-mail required");
    expect(required.where.slice(-2)).toEqual(["Show advanced options", "Edit attribute list for customappsso"]);
    expect(fieldsOf(required)).toEqual({ 'emails[type eq "work"].value': "Required: checked" });
    expect(textOf(required)).toContain("A user without a work e-mail is refused (400 `invalidValue`)");
  });

  test("P9: maps groups with externalId and says that it may go", () => {
    const groups = stepOf(steps, "Map the groups");
    expect(mappingsOf(groups)).toEqual({ displayName: "displayName", externalId: "objectId", members: "members" });
    expect(JSON.stringify(groups.parts)).toContain("optional: keep it or delete it");
  });

  test("P20: provisions only who is assigned, tries one on demand and then starts", () => {
    expect(fieldsOf(stepOf(steps, "Choose who is provisioned"))).toEqual({
      "Settings > Scope": "Sync only assigned users and groups",
    });
    const start = stepOf(steps, "Try one, then start");
    expect(textOf(start)).toContain('"Provision on demand"');
    expect(fieldsOf(start)).toEqual({ "Provisioning Status": "On" });
  });
});

describe("the guide for Okta", () => {
  const steps = stepsOf("okta");

  test("P11: fills in the connector", () => {
    const connect = stepOf(steps, "Connect");
    expect(fieldsOf(connect)).toEqual({
      "SCIM connector base URL": TENANT_URL,
      "Unique identifier field for users": "userName",
      "Supported provisioning actions": "Push New Users, Push Profile Updates, Push Groups",
      "Authentication Mode": "HTTP Header",
      "HTTP Header > Authorization": "the org token, pasted alone",
    });
    expect(textOf(connect)).toContain('"Test Connector Configuration" must report success');
  });

  test("P12: lets Okta create, update and deactivate, maps four attributes, writes the username once", () => {
    expect(fieldsOf(stepOf(steps, "Let Okta write"))).toEqual({
      "Create Users": "Enable",
      "Update User Attributes": "Enable",
      "Deactivate Users": "Enable",
    });
    expect(mappingsOf(stepOf(steps, "Map the attributes"))).toEqual({
      givenName: "user.firstName",
      familyName: "user.lastName",
      displayName: "user.displayName",
      email: "user.email",
    });
    expect(fieldsOf(stepOf(steps, "Write the username once"))).toMatchObject({
      "Update application username on": "Create only",
    });
  });

  test("P13: pushes groups by name and by rule, at once, until Active, and links one that exists", () => {
    const push = stepOf(steps, "Push groups");
    for (const words of ['"Find groups by name"', '"Find groups by rule"', '"Active"']) {
      expect(textOf(push)).toContain(words);
    }
    expect(fieldsOf(push)).toEqual({ "Push group memberships immediately": "checked" });
    expect(textOf(stepOf(steps, "Or link a group that exists"))).toContain('"Link Group" instead of "Create Group"');
  });

  test("P19: says that passwords are discarded", () => {
    expect(textOf(stepOf(steps, "Let Okta write"))).toContain("Rollcall discards passwords without storing them");
  });

  test("P20: switches the SCIM feature on and sends the e-mail in SAML", () => {
    const feature = stepOf(steps, "Switch SCIM on");
    expect(feature.where.slice(-3)).toEqual(["General", "App Settings", "Edit"]);
    expect(fieldsOf(feature)).toEqual({ Provisioning: "SCIM" });
    expect(textOf(feature)).toContain("SCIM_PROVISIONING");
    expect(mappingsOf(stepOf(steps, "Send the e-mail in SAML"))).toMatchObject({ email: "user.email" });
  });
});

describe("the other guides", () => {
  test("OneLogin: the template has what the rules ask for and is JSON", () => {
    const connect = stepOf(stepsOf("onelogin"), "Connect");
    const template = connect.parts.find((part) => part.kind === "json");
    expect(JSON.parse(template?.text ?? "")).toMatchObject({
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
      userName: "{$parameters.scimusername}",
      emails: [{ value: "{$user.email}", type: "work", primary: true }],
    });
    expect(fieldsOf(connect)).toMatchObject({ "SCIM Base URL": TENANT_URL });
  });

  test("Google: the first step says what Google does not do", () => {
    expect(textOf(stepsOf("google")[0])).toContain("provisions only apps of its own catalogue");
    expect(textOf(stepsOf("google")[0])).toContain("no groups");
    expect(fieldsOf(stepOf(stepsOf("google"), "Connect"))).toMatchObject({ "Endpoint URL": TENANT_URL });
  });

  test("JumpCloud: the test connection leaves nothing behind", () => {
    const connect = stepOf(stepsOf("jumpcloud"), "Connect");
    expect(fieldsOf(connect)).toMatchObject({ "SCIM Version": "SCIM 2.0", "Base URL": TENANT_URL });
    expect(textOf(connect)).toContain("deletes both again");
  });
});

describe.each(IDPS)("every guide: %s", (idp) => {
  test("P1, P2, P3: begins with login name, SSO, a token shown once, and more than one admin", () => {
    const step = stepOf(stepsOf(idp), "Get the Tenant URL and an org token");
    for (const words of [
      TENANT_URL,
      "login name, not its display name",
      "Set up SAML SSO first",
      "`rollcall token generate acme`",
      "cannot be shown again",
      "more than one org admin",
    ]) {
      expect(textOf(step)).toContain(words);
    }
  });

  test("P15, P16, P18: ends with comparing both sides and finding the log line", () => {
    const last = stepsOf(idp).at(-1);
    for (const words of ["`rollcall teams acme`", "members at the identity provider only", "`(ref: …)`"]) {
      expect(textOf(last)).toContain(words);
    }
  });

  test.each(EVERY_PRESET)("holds the Tenant URL, no token and paired markup under the rules of %s", (preset) => {
    const text = renderText(guideOf(idp), setup(PRESETS[preset]));
    expect(text).toContain(TENANT_URL);
    expect(text).not.toMatch(/rollcall_[0-9A-Za-z]/);
    for (const part of stepsOf(idp, PRESETS[preset]).flatMap(({ parts }) => parts)) {
      if (part.kind !== "action" && part.kind !== "note") continue;
      expect(part.text.split("`").length % 2).toBe(1);
      expect(part.text.replace(/`[^`]*`/g, "").split('"').length % 2).toBe(1);
    }
  });

  test("names pages of the vendor", () => {
    expect(guideOf(idp).sources.length).toBeGreaterThan(0);
    for (const source of guideOf(idp).sources) expect(URL.parse(source)?.protocol).toBe("https:");
  });
});

describe("rules other than the usual ones change the text", () => {
  test.each(IDPS)("P7: %s does not warn about userName where it may change", (idp) => {
    const text = JSON.stringify(stepsOf(idp, PRESETS.open));
    expect(text).not.toMatch(/only during|create only|cannot be changed|only once/i);
    expect(text).toContain("may apply always");
  });

  test.each(IDPS)("P8: %s asks for no e-mail where none is needed", (idp) => {
    expect(textOfAll(stepsOf(idp))).toContain("A user without a work e-mail is refused");
    expect(textOfAll(stepsOf(idp, PRESETS.open))).not.toMatch(/e-mail is refused|Required: checked/);
  });

  test.each(IDPS.filter((idp) => idp !== "google"))("P10: %s names the limit of team names in force", (idp) => {
    expect(textOfAll(stepsOf(idp))).toContain("at most 40 characters");
    expect(textOfAll(stepsOf(idp, { ...PRESETS.standard, teamNameMaxLength: 100 }))).toContain(
      "at most 100 characters",
    );
    expect(textOfAll(stepsOf(idp))).toContain("unique within the organization");
    expect(textOfAll(stepsOf(idp, { ...PRESETS.standard, groupNameUnique: false }))).not.toContain("must be unique");
  });

  test.each(IDPS.filter((idp) => idp !== "google"))("P14: %s says what becomes of unknown members", (idp) => {
    expect(textOfAll(stepsOf(idp))).toContain("Rollcall leaves out members who are not provisioned users");
    expect(textOfAll(stepsOf(idp, PRESETS.rfc))).toContain("Rollcall refuses a group change with members");
  });

  test("P3: says whether one token works or many", () => {
    expect(textOfAll(stepsOf("entra"))).toContain("One token works at a time");
    expect(textOfAll(stepsOf("entra", PRESETS["fulcrum-compat"]))).toContain("Several tokens may work");
  });

  test("an additive replace of members is offered for Entra and advised against for Okta", () => {
    const additive = { ...PRESETS.standard, additiveMembersReplace: true };
    expect(textOfAll(stepsOf("entra"))).toContain("--set additiveMembersReplace=true");
    expect(textOfAll(stepsOf("entra", additive))).not.toContain("--set additiveMembersReplace=true");
    expect(textOfAll(stepsOf("okta"))).not.toContain("additiveMembersReplace");
    expect(textOfAll(stepsOf("okta", additive))).toContain("--set additiveMembersReplace=false");
  });

  test("mappings to unknown attributes are to be deleted where they are refused", () => {
    expect(textOfAll(stepsOf("okta"))).toContain("Other mappings may stay or go: standard attributes are kept");
    expect(textOfAll(stepsOf("okta", PRESETS.rfc))).toContain("Delete those to attributes of your own making");
  });
});

describe("a guide in a terminal", () => {
  test("keeps a command on one line and other lines short", () => {
    const command = (words: string) =>
      `npm run rollcall -- ${words} --data /a/rather/long/folder/of/somebody/somewhere`;
    const lines = renderText(GUIDES.entra, { ...setup(PRESETS.standard), command }).split("\n");
    expect(lines.some((line) => line.includes(`\`${command("token generate acme")}\``))).toBe(true);
    for (const line of lines) {
      if (!/`|https:|^ {5}/.test(line)) expect(line.length).toBeLessThanOrEqual(100);
    }
  });

  test("lets no value steer the terminal", () => {
    const hostile = { ...setup(PRESETS.standard), org: "a\u001b[2J", tenantUrl: "https://x\u001b[2J" };
    expect(renderText(GUIDES.okta, hostile)).not.toContain("\u001b");
  });
});

describe("a guide as a document", () => {
  test("P20: is in lib/docs/connect for every identity provider that has one", () => {
    const paths = Object.keys(GUIDES).map((idp) => `lib/docs/connect/${idp}.md`);
    expect([...setupChapters().keys()]).toEqual(paths);
    expect(setupChapters().get("lib/docs/connect/okta.md")).toMatch(
      /^# Connect Okta\n[\s\S]*\n## 1\. Get the Tenant URL/,
    );
  });

  test("labels are bold, values are code, and a column without values is left out", () => {
    const chapter = renderChapter("okta", setup(PRESETS.standard));
    expect(chapter).toContain("- **Test Connector Configuration** must report success; then **Save**.");
    expect(chapter).toContain(`| SCIM connector base URL | \`${TENANT_URL}\` |`);
    expect(chapter).toContain("| target | source |\n| --- | --- |\n| `givenName` | `user.firstName` |");
  });
});

function setup(rules: Rules): OrgSetup {
  return { org: "acme", tenantUrl: TENANT_URL, rules, command: (words) => `rollcall ${words}` };
}

function guideOf(idp: Idp): SetupGuide {
  return GUIDES[idp];
}

function stepsOf(idp: Idp, rules: Rules = PRESETS.standard): readonly SetupStep[] {
  return guideOf(idp).steps(setup(rules));
}

function stepOf(steps: readonly SetupStep[], title: string): SetupStep {
  const step = steps.find((one) => one.title === title);
  if (step === undefined) throw new Error(`no step ${title}`);
  return step;
}

function textOf(step: SetupStep | undefined): string {
  return (step?.parts ?? []).map(partText).join("\n");
}

function textOfAll(steps: readonly SetupStep[]): string {
  return steps.map(textOf).join("\n");
}

function partText(part: SetupPart): string {
  switch (part.kind) {
    case "action":
    case "note":
    case "json":
      return part.text;
    case "fields":
      return part.fields.map(({ name, value }) => `${name}: ${value}`).join("\n");
    case "mappings":
      return part.mappings.map(({ target, source, remark }) => `${target} ${source} ${remark}`).join("\n");
  }
}

function fieldsOf(step: SetupStep): Record<string, string> {
  const all = step.parts.flatMap((part) => (part.kind === "fields" ? part.fields : []));
  return Object.fromEntries(all.map(({ name, value }) => [name, value]));
}

function mappingsOf(step: SetupStep): Record<string, string> {
  const all = step.parts.flatMap((part) => (part.kind === "mappings" ? part.mappings : []));
  return Object.fromEntries(all.map(({ target, source }) => [target, source]));
}
