import { describe, expect, test } from "@jest/globals";
import { actionsOf, outsideGovCloud, type Statement, type Synthesis, synthesise } from "./synthesis.ts";

const ON = { webhooks: true, applicationKeys: true };
const synthesis = synthesise(ON);
const without = synthesise({ applicationKeys: true });

function only({ resources }: Synthesis, type: string, prefix: string) {
  const [first, ...others] = resources(type).filter(([id]) => id.startsWith(prefix));
  if (first === undefined || others.length > 0) throw new Error(`not exactly one ${type} of ${prefix}`);
  return first[1];
}

const statementsOf = (name: string): readonly Statement[] =>
  only(synthesis, "AWS::IAM::Policy", `${name}Role`).Properties.PolicyDocument.Statement;
const variablesOf = (of: Synthesis, name: string) =>
  only(of, "AWS::Lambda::Function", `${name}Function`).Properties.Environment.Variables;
const namesOf = ({ resources }: Synthesis) =>
  resources("AWS::Lambda::Function").map(([id]) => id.replace(/Function[0-9A-F]{8}$/, ""));

describe("without the setting", () => {
  test("there is no key, no sender, no schedule of a minute, and nobody who knows of one", () => {
    expect(without.resources("AWS::KMS::Key")).toEqual([]);
    expect(namesOf(without)).not.toContain("webhooks");
    const rates = without.resources("AWS::Events::Rule").map(([, { Properties }]) => Properties.ScheduleExpression);
    expect(rates.sort()).toEqual(["rate(1 day)", "rate(15 minutes)", "rate(15 minutes)"]);
    for (const name of namesOf(without)) {
      expect(Object.keys(variablesOf(without, name)).filter((key) => key.startsWith("WEBHOOK"))).toEqual([]);
    }
    const actions = without
      .resources("AWS::IAM::Policy")
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement.flatMap(actionsOf));
    expect(actions.filter((action: string) => /^(?:lambda|kms):/.test(action))).toEqual([]);
  });

  test("environments reserved for the sender are refused: there is none", () => {
    expect(() => synthesise({ reservedConcurrency: { webhooks: 5 } })).toThrow(
      'reservedConcurrency.webhooks: needs "webhooks": true',
    );
    const { resources } = synthesise({ webhooks: true, reservedConcurrency: { webhooks: 5 } });
    const [sender] = resources("AWS::Lambda::Function").filter(([id]) => id.startsWith("webhooksFunction"));
    expect(sender?.[1].Properties.ReservedConcurrentExecutions).toBe(5);
  });
});

describe("the sender", () => {
  const { Properties } = only(synthesis, "AWS::Lambda::Function", "webhooksFunction");

  test("runs as its siblings do, in no VPC: what it calls, customers name", () => {
    expect(Properties).toMatchObject({
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      MemorySize: 512,
      Timeout: 120,
      LoggingConfig: { LogFormat: outsideGovCloud("JSON"), SystemLogLevel: outsideGovCloud("WARN") },
    });
    expect(Properties).not.toHaveProperty("VpcConfig");
    const { webhooks: _on, ...others } = ON;
    expect(namesOf(synthesis).sort()).toEqual([...namesOf(synthesise(others)), "webhooks"].sort());
  });

  test("reads and writes what webhooks are made of, and no item of an org's data, log, settings or tokens", () => {
    const keys = statementsOf("webhooks").flatMap(
      ({ Condition }) => Condition?.["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"] ?? [],
    );
    expect([...new Set(keys)].sort()).toEqual([
      "H#????????",
      "H#????????#M",
      "H#????????#Q",
      "H#????????#S",
      "Q#?",
      "Q#?f",
    ]);
    const ofTable = statementsOf("webhooks").filter((one) =>
      actionsOf(one).some((action) => /^dynamodb:/.test(action)),
    );
    for (const { Condition } of ofTable) expect(Condition).toBeDefined();
    // Nor can it send what is due to another address.
    const written = ofTable.filter((one) => actionsOf(one).some((action) => /Put|Update|Delete|Write/.test(action)));
    expect(JSON.stringify(written)).not.toContain('"H#????????"');
    expect(written.length).toBeGreaterThan(0);
    expect(statementsOf("webhooks").flatMap(actionsOf)).not.toContain("dynamodb:Scan");
  });

  test("is woken each minute and whenever messages were made, and no run that failed is repeated by Lambda", () => {
    const rule = only(synthesis, "AWS::Events::Rule", "WebhooksVisit");
    expect(rule.Properties.ScheduleExpression).toBe("rate(1 minute)");
    expect(JSON.stringify(rule.Properties.Targets)).toContain("webhooksLive");
    for (const waking of ["events", "admin", "appAdmin"]) {
      const wake = statementsOf(waking).filter(({ Sid }) => Sid === "Wake");
      expect(wake.flatMap(actionsOf)).toEqual(["lambda:InvokeFunction"]);
      expect(JSON.stringify(wake)).toContain("webhooksLive");
      expect(JSON.stringify(variablesOf(synthesis, waking).WEBHOOK_SENDER)).toContain("webhooksLive");
    }
    const asked = only(synthesis, "AWS::Lambda::EventInvokeConfig", "webhooks");
    expect(asked.Properties).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
  });

  test("gets its messages from the function of events, which looks each minute for what a batch left", () => {
    const rule = only(synthesis, "AWS::Events::Rule", "eventsNotice");
    expect(rule.Properties).toMatchObject({ ScheduleExpression: "rate(1 minute)" });
    expect(rule.Properties.Targets).toMatchObject([{ Input: '{"notify":true}' }]);
    // What costs most stays as rare as it is without webhooks.
    expect(only(synthesis, "AWS::Events::Rule", "eventsVisit").Properties.ScheduleExpression).toBe("rate(15 minutes)");
  });
});

describe("the key to the secrets", () => {
  const key = only(synthesis, "AWS::KMS::Key", "Webhooks");
  const policy: readonly KeyStatement[] = key.Properties.KeyPolicy.Statement;

  interface KeyStatement {
    readonly Action: string | readonly string[];
    readonly Effect: string;
    readonly Principal: { readonly AWS: unknown };
    readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  }

  /** What the key's policy says of a request (KMS Developer Guide, "Troubleshooting key access": without it no policy of a role counts). */
  function mayUse(role: string, action: string, context: Readonly<Record<string, string>>): boolean {
    return policy.some(({ Action, Condition = {}, Effect, Principal }) => {
      if (Effect !== "Allow" || ![Action].flat().includes(action)) return false;
      if (!JSON.stringify(Principal).includes(`"${role}Role`)) return false;
      const allowed = [Condition["ForAllValues:StringEquals"]?.["kms:EncryptionContextKeys"] ?? []].flat();
      const present = Object.entries(Condition.Null ?? {}).map(([name, isAbsent]) => [
        name.replace("kms:EncryptionContext:", ""),
        isAbsent === "false",
      ]);
      return (
        Object.keys(context).every((name) => allowed.includes(name)) &&
        present.every(([name, wanted]) => String(name) in context === wanted)
      );
    });
  }

  const CONTEXT = { org: "Ab12Cd34", endpoint: "e1" };

  test("encrypts for those who make endpoints and decrypts for the sender, and neither does what the other does", () => {
    const users = namesOf(synthesis).map((role) => ({
      role,
      does: ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:CreateGrant"].filter((action) =>
        mayUse(role, action, CONTEXT),
      ),
    }));
    expect(users.filter(({ does }) => does.length > 0)).toEqual([
      { role: "admin", does: ["kms:Encrypt"] },
      { role: "appAdmin", does: ["kms:Encrypt"] },
      { role: "webhooks", does: ["kms:Decrypt"] },
    ]);
    // The key's policy says so, and no role's does.
    const ofRoles = synthesis
      .resources("AWS::IAM::Policy")
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement.flatMap(actionsOf));
    expect(ofRoles.filter((action: string) => action.startsWith("kms:"))).toEqual([]);
  });

  test.each([
    ["none", {}],
    ["no endpoint", { org: "Ab12Cd34" }],
    ["no org", { endpoint: "e1" }],
    ["something else beside", { ...CONTEXT, aws: "x" }],
  ])("is of no use with another context than org and endpoint: %s", (_case, context) => {
    for (const [role, action] of [
      ["admin", "kms:Encrypt"],
      ["webhooks", "kms:Decrypt"],
    ] as const) {
      expect(mayUse(role, action, CONTEXT)).toBe(true);
      expect(mayUse(role, action, context)).toBe(false);
    }
  });

  test("is administered by the account, which can neither use it nor let others use it", () => {
    const ofAccount = policy.filter(({ Principal }) => JSON.stringify(Principal).includes(":root"));
    const actions = ofAccount.flatMap(({ Action }) => [Action].flat());
    expect(actions).toContain("kms:PutKeyPolicy");
    expect(actions.filter((action) => /\*|crypt|GenerateDataKey|CreateGrant|Sign|Mac/.test(action))).toEqual([]);
  });

  test("rotates, and outlives its stack as the table does, except in dev", () => {
    expect(key.Properties.EnableKeyRotation).toBe(true);
    expect(key.DeletionPolicy).toBe("RetainExceptOnCreate");
    expect(only(synthesise({ ...ON, stage: "dev" }), "AWS::KMS::Key", "Webhooks").DeletionPolicy).toBe("Delete");
  });

  test("is known to those who use it", () => {
    const knowing = namesOf(synthesis).filter((name) => "WEBHOOK_KEY" in variablesOf(synthesis, name));
    expect(knowing).toEqual(["admin", "appAdmin", "webhooks"]);
  });
});

describe("with other options", () => {
  test("adds two alarms, and those that every function has, and a row of the dashboard", () => {
    const titles = (settings: object) => {
      const { resources } = synthesise({ observability: true, ...settings });
      return resources("AWS::CloudWatch::Alarm").map(([, { Properties }]) => String(Properties.AlarmName));
    };
    const before = titles({});
    expect(titles({ webhooks: true }).filter((name) => !before.includes(name))).toEqual([
      "Rollcall-FunctionErrorsWebhooks",
      "Rollcall-WebhookDisabled",
      "Rollcall-WebhookLate",
    ]);
  });
});
