import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { Match } from "aws-cdk-lib/assertions";
import { ConfigError, parseConfig } from "../../lib/config.ts";
import { SETTINGS, type Setting } from "../../lib/settings.ts";
import { actionsOf, DOMAIN, synthesise } from "./synthesis.ts";

describe("the stack without settings", () => {
  test("is one stack, names what to type next, and costs next to nothing when idle", () => {
    const { app, resources, template } = synthesise();
    expect(app.node.children.filter((child) => child.node.id.startsWith("Rollcall"))).toHaveLength(1);
    expect(Object.keys(template.findOutputs("*")).sort()).toEqual([
      "AdminUrl",
      "DirectoryUrl",
      "EventBusName",
      "EventsFailuresUrl",
      "EventsFunctionName",
      "NextCommand",
      "SweepFailuresUrl",
      "SweepFunctionName",
      "TableName",
      "TenantUrl",
    ]);
    template.hasOutput("NextCommand", {
      Value: Match.stringLikeRegexp("^npm run rollcall -- org create .* --stack Rollcall$"),
    });
    template.hasOutput("TenantUrl", {
      Value: Match.objectLike({ "Fn::Join": ["", Match.arrayWith(["/scim/v2/{orgName}"])] }),
    });
    for (const priced of [
      "AWS::WAFv2::WebACL",
      "AWS::KMS::Key",
      "AWS::CloudWatch::Alarm",
      "AWS::CloudWatch::Dashboard",
    ]) {
      expect(resources(priced)).toEqual([]);
    }
  });
});

describe("split", () => {
  test("puts the table into a stack of its own, which the other one refers to and cannot be locked to", () => {
    const { app, stack, tableTemplate, template } = synthesise({ split: true });
    tableTemplate?.resourceCountIs("AWS::DynamoDB::GlobalTable", 1);
    template.resourceCountIs("AWS::DynamoDB::GlobalTable", 0);
    expect(JSON.stringify(tableTemplate?.toJSON())).not.toContain('"Export"');
    expect(JSON.stringify(template.toJSON())).not.toContain("Fn::ImportValue");
    expect(stack.dependencies.map(({ stackName }) => stackName)).toEqual(["RollcallTable"]);
    expect(app.node.tryFindChild("RollcallTable")).toBeDefined();
  });
});

describe("stackName", () => {
  test("names the stack, the table's own stack, and what the outputs tell to type", () => {
    const { stack, template } = synthesise({ stackName: "Other-1", split: true });
    expect(stack.stackName).toBe("Other-1");
    expect(stack.dependencies.map(({ stackName }) => stackName)).toEqual(["Other-1Table"]);
    template.hasOutput("NextCommand", { Value: Match.stringLikeRegexp(" --stack Other-1$") });
  });
});

describe("domain", () => {
  const settings = { domain: { ...DOMAIN, hostedZoneId: "Z0123456789" } };

  test("SEC-1: is the only way in only when that is said, so that no Tenant URL ends with a new domain", () => {
    const closed = (given: object) => synthesise(given).template.findResources("AWS::ApiGateway::RestApi");
    expect(JSON.stringify(closed(settings))).toContain('"DisableExecuteApiEndpoint":false');
    expect(JSON.stringify(closed({ ...settings, closeDefaultEndpoint: true }))).toContain(
      '"DisableExecuteApiEndpoint":true',
    );
  });

  test("SEC-1: takes TLS 1.2 at least, and every address is said with it", () => {
    const { resources, template } = synthesise(settings);
    template.hasResourceProperties("AWS::ApiGateway::DomainName", {
      DomainName: DOMAIN.name,
      SecurityPolicy: "TLS_1_2",
    });
    template.hasResourceProperties("AWS::Route53::RecordSet", {
      Name: `${DOMAIN.name}.`,
      Type: "A",
      HostedZoneId: "Z0123456789",
    });
    template.hasOutput("TenantUrl", { Value: `https://${DOMAIN.name}/scim/v2/{orgName}` });
    template.hasOutput("AdminUrl", { Value: `https://${DOMAIN.name}/admin/v1` });
    for (const [, { Properties }] of resources("AWS::Lambda::Function")) {
      expect(Properties.Environment.Variables.PUBLIC_URL).toBe(`https://${DOMAIN.name}`);
    }
  });

  test("without a hosted zone leaves DNS to the operator and says where to point it", () => {
    const { template } = synthesise({ domain: DOMAIN });
    template.resourceCountIs("AWS::Route53::RecordSet", 0);
    template.hasOutput("DomainTarget", {});
  });
});

describe("publicUrl", () => {
  test("is what identity providers are given and what answers name, while signed requests go to the API itself", () => {
    const publicUrl = "https://provisioning.example.com:8443/rollcall";
    for (const settings of [{ publicUrl }, { publicUrl, domain: DOMAIN }]) {
      const { resources, template } = synthesise(settings);
      template.hasOutput("TenantUrl", { Value: `${publicUrl}/scim/v2/{orgName}` });
      for (const [, { Properties }] of resources("AWS::Lambda::Function"))
        expect(Properties.Environment.Variables.PUBLIC_URL).toBe(publicUrl);
      const { AdminUrl, DirectoryUrl } = template.findOutputs("*");
      for (const output of [AdminUrl, DirectoryUrl]) {
        expect(output).toBeDefined();
        expect(JSON.stringify(output)).not.toContain(publicUrl);
      }
    }
  });
});

describe("waf", () => {
  test("H-10, SEC-8: counts an address whatever it presents, and a token wherever it comes from and however it is spelled", () => {
    const { resources, template } = synthesise({ waf: { requestsPerMinute: 3000 } });
    template.resourceCountIs("AWS::WAFv2::WebACLAssociation", 1);
    const [acl] = resources("AWS::WAFv2::WebACL");
    const rules = acl?.[1].Properties.Rules ?? [];
    // Each rule has one key: of several, WAF counts each combination alone.
    const counted = rules.map((rule: { Statement: unknown }) => rule.Statement);
    const header = {
      Name: "authorization",
      TextTransformations: [
        { Priority: 0, Type: "LOWERCASE" },
        { Priority: 1, Type: "COMPRESS_WHITE_SPACE" },
      ],
    };
    expect(counted).toEqual([
      { RateBasedStatement: { Limit: 60_000, EvaluationWindowSec: 60, AggregateKeyType: "IP" } },
      {
        RateBasedStatement: {
          Limit: 3000,
          EvaluationWindowSec: 60,
          AggregateKeyType: "CUSTOM_KEYS",
          CustomKeys: [{ Header: header }],
        },
      },
    ]);
    for (const rule of rules) {
      const { CustomResponseBodyKey, ResponseCode, ResponseHeaders } = rule.Action.Block.CustomResponse;
      expect(ResponseCode).toBe(429);
      expect(ResponseHeaders).toContainEqual({ Name: "Retry-After", Value: expect.stringMatching(/^\d+$/) });
      const body = acl?.[1].Properties.CustomResponseBodies[CustomResponseBodyKey];
      expect(JSON.parse(body.Content)).toMatchObject({ status: "429", detail: expect.stringMatching(/Retry-After/) });
    }
    expect(JSON.stringify(template.toJSON())).not.toMatch(/user-agent/i);
  });

  test("has metrics that name the stack: those of two deployments are not added up", () => {
    const stackName = `Other-${"x".repeat(117)}`;
    const [acl] = synthesise({ waf: true, stackName }).resources("AWS::WAFv2::WebACL");
    const parts = [acl?.[1].Properties, ...(acl?.[1].Properties.Rules ?? [])];
    const names = parts.map(({ VisibilityConfig }) => VisibilityConfig.MetricName);
    expect(names.filter((name) => /^Other-/.test(name)).length).toBe(3);
    expect(new Set(names).size).toBe(3);
    expect(Math.max(...names.map((name) => name.length))).toBeLessThanOrEqual(128);
  });
});

describe("customerKey", () => {
  test.each([
    ["made by the stack", true],
    ["given by its ARN", "arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-0000-0000-000000000000"],
  ])("encrypts table and logs with a key %s, and each function may use it as far as it needs", (_how, customerKey) => {
    const { resources, role, template } = synthesise({ customerKey });
    template.resourceCountIs("AWS::KMS::Key", customerKey === true ? 1 : 0);
    template.hasResourceProperties("AWS::DynamoDB::GlobalTable", {
      SSESpecification: { SSEEnabled: true, SSEType: "KMS" },
      Replicas: [Match.objectLike({ SSESpecification: { KMSMasterKeyId: Match.anyValue() } })],
    });
    for (const [, { Properties }] of resources("AWS::Logs::LogGroup")) expect(Properties.KmsKeyId).toBeDefined();
    const used = (name: "users" | "oauth") =>
      role(name)
        .flatMap(actionsOf)
        .filter((action) => action.startsWith("kms:"));
    expect(used("oauth")).toContain("kms:Decrypt");
    expect(used("users")).toContain("kms:Encrypt");
  });

  test("works with the table in a stack of its own", () => {
    const { tableTemplate } = synthesise({ customerKey: true, split: true });
    tableTemplate?.resourceCountIs("AWS::KMS::Key", 1);
  });
});

describe("what a table takes", () => {
  test("is limited and warmed for table and index alike, and otherwise AWS's own", () => {
    const chosen = {
      warmThroughput: { reads: 30_000, writes: 15_000 },
      maxReadRequestUnits: 40_000,
      maxWriteRequestUnits: 20_000,
    };
    const [, { Properties: limited } = {}] = synthesise(chosen).resources("AWS::DynamoDB::GlobalTable")[0] ?? [];
    const warm = { ReadUnitsPerSecond: 30_000, WriteUnitsPerSecond: 15_000 };
    const most = { MaxWriteRequestUnits: 20_000 };
    expect(limited).toMatchObject({
      WarmThroughput: warm,
      WriteOnDemandThroughputSettings: most,
      GlobalSecondaryIndexes: [{ WarmThroughput: warm, WriteOnDemandThroughputSettings: most }],
    });
    expect(JSON.stringify(limited.Replicas).match(/"MaxReadRequestUnits":40000/g)).toHaveLength(2);
    const usual = JSON.stringify(synthesise().resources("AWS::DynamoDB::GlobalTable"));
    expect(usual).not.toMatch(/WarmThroughput|ThroughputSettings/);
  });
});

describe("memorySize", () => {
  test("is of the functions that it names, and 512 of all others", () => {
    const sizes = synthesise({ memorySize: { users: 1024, events: 256 } }).resources("AWS::Lambda::Function");
    const named = (name: string) => sizes.find(([id]) => id.startsWith(`${name}Function`))?.[1].Properties.MemorySize;
    expect([named("users"), named("events"), named("groups"), named("sweep")]).toEqual([1024, 256, 512, 512]);
  });
});

describe("tracing", () => {
  test("traces API and functions, which may write traces and nothing more; without it nothing is traced", () => {
    const traced = synthesise({ tracing: true, webhooks: true });
    const functions = traced.resources("AWS::Lambda::Function");
    for (const [, { Properties }] of functions) expect(Properties.TracingConfig).toEqual({ Mode: "Active" });
    traced.template.hasResourceProperties("AWS::ApiGateway::Stage", { TracingEnabled: true });
    const allowed = traced
      .resources("AWS::IAM::Policy")
      .filter(([, policy]) => JSON.stringify(policy).includes("xray:"));
    expect(allowed).toHaveLength(functions.length);
    for (const [, { Properties }] of allowed) {
      expect(Properties.PolicyDocument.Statement).toContainEqual({
        Sid: "Trace",
        Effect: "Allow",
        Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
        Resource: "*",
      });
    }
    expect(JSON.stringify(synthesise().template.toJSON())).not.toMatch(/xray:|TracingConfig|"TracingEnabled":true/);
  });
});

describe("compression", () => {
  test("is on when it is asked for, and with the portal", () => {
    const smallest = (settings: object) =>
      synthesise(settings).resources("AWS::ApiGateway::RestApi")[0]?.[1].Properties.MinimumCompressionSize;
    expect([{}, { compression: true }, { portal: true }].map(smallest)).toEqual([undefined, 16_384, 16_384]);
  });
});

describe("eventBusArn", () => {
  test("takes the place of the stack's own bus, in the rights and in what the function is given", () => {
    const arn = "arn:aws:events:eu-central-1:123456789012:event-bus/platform/main";
    const { resources, template } = synthesise({ eventBusArn: arn });
    expect(resources("AWS::Events::EventBus")).toEqual([]);
    template.hasOutput("EventBusName", { Value: "platform/main" });
    const events = resources("AWS::Lambda::Function").find(([id]) => id.startsWith("eventsFunction"));
    expect(events?.[1].Properties.Environment.Variables.EVENT_BUS_NAME).toBe(arn);
    const publish = resources("AWS::IAM::Policy").flatMap(([, { Properties }]) =>
      Properties.PolicyDocument.Statement.filter(({ Sid }: { Sid: string }) => Sid === "Publish"),
    );
    expect(publish).toEqual([{ Sid: "Publish", Effect: "Allow", Action: "events:PutEvents", Resource: arn }]);
  });
});

test("every setting for production says what it costs", () => {
  const { canary, compression, eventBusArn, memorySize, reservedConcurrency, tracing, warmThroughput } = SETTINGS;
  const { maxReadRequestUnits, maxWriteRequestUnits } = SETTINGS;
  const priced = { canary, compression, eventBusArn, memorySize, reservedConcurrency, tracing, warmThroughput };
  const all: readonly [string, Setting][] = Object.entries({ ...priced, maxReadRequestUnits, maxWriteRequestUnits });
  const silent = all.filter(([, { description = "" }]) => !/\$\d|costs nothing|AWS charges once/.test(description));
  expect(silent.map(([name]) => name)).toEqual([]);
});

describe("settings that are wrong", () => {
  const refused = (settings: unknown): string => {
    try {
      parseConfig(settings);
    } catch (error) {
      if (error instanceof ConfigError) return error.message;
      throw error;
    }
    return "taken";
  };

  test.each([
    ["null for waf", { waf: null }, /^ {2}waf: must be true, false or .*, not null/m],
    ["null for customerKey", { customerKey: null }, /^ {2}customerKey: must be create or .*, not null/m],
    [
      "null in functionThrottle",
      { functionThrottle: { bulk: null } },
      /^ {2}functionThrottle\.bulk: must be .*, not null/m,
    ],
    ["stages", { stages: "prod" }, /^ {2}stages: no such key; the keys are stackName, stage, /m],
    ["stackName", { stackName: "1st" }, /^ {2}stackName: must be 1 to 123 letters, digits or -,.*, not "1st"/m],
    ["a long stackName", { stackName: "S".repeat(124) }, /^ {2}stackName: must be 1 to 123 /m],
    ["stage", { stage: "a/b" }, /^ {2}stage: must be .*, not "a\/b"/m],
    ["logRetentionDays", { logRetentionDays: 91 }, /^ {2}logRetentionDays: must be one of 1, 3, 5,.*, not 91/m],
    [
      "apiGatewayAccountRole",
      { apiGatewayAccountRole: "none" },
      /^ {2}apiGatewayAccountRole: must be "create" or "existing"/m,
    ],
    [
      "a small burst",
      { requestBudget: { rate: 25, burst: 999 } },
      /^ {2}requestBudget\.burst: must be at least 1000, not 999/m,
    ],
    ["requestBudget", { requestBudget: { rate: 10, burst: 1000 } }, /^ {2}requestBudget\.rate: must be at least 25/m],
    [
      "functionThrottle",
      { functionThrottle: { bulks: { rate: 1, burst: 1 } } },
      /^ {2}functionThrottle\.bulks: no such key; the keys are users, groups, bulk, /m,
    ],
    [
      "a function's throttle",
      { functionThrottle: { bulk: 5 } },
      /^ {2}functionThrottle\.bulk: must be \{ "rate": N, "burst": N \}/m,
    ],
    [
      "reservedConcurrency",
      { reservedConcurrency: 20 },
      /^ {2}reservedConcurrency: must be \{ "FUNCTION": N \}, not 20/m,
    ],
    [
      "a function's reservation",
      { reservedConcurrency: { bulk: 0 } },
      /^ {2}reservedConcurrency\.bulk: must be a whole number of 1 to 2000000000, not 0/m,
    ],
    [
      "a function that is not there",
      { functionThrottle: { appRead: { rate: 1, burst: 1 } }, reservedConcurrency: { appAdmin: 1 } },
      /^ {2}functionThrottle\.appRead: needs "applicationKeys": true\n {2}reservedConcurrency\.appAdmin: needs "applicationKeys": true$/m,
    ],
    [
      "a function that the portal has",
      { reservedConcurrency: { journal: 1 } },
      /^ {2}reservedConcurrency\.journal: needs "portal": true$/m,
    ],
    [
      "portal",
      { portal: "on" },
      /^ {2}portal: must be true, false or \{ "origins": \[…\], "rules": \[…\] \}, not "on"/m,
    ],
    ["portal.origin", { portal: { origin: [] } }, /^ {2}portal\.origin: no such key; the keys are origins, rules$/m],
    [
      "an origin with a path",
      { portal: { origins: ["https://a.example/"] } },
      /^ {2}portal\.origins: must be a list of .*, not \["https:\/\/a\.example\/"\]/m,
    ],
    [
      "an origin for all hosts",
      { portal: { origins: ["https://*.example"] } },
      /^ {2}portal\.origins: must be a list/m,
    ],
    [
      "an origin without TLS",
      { portal: { origins: ["http://localhost:3000"] } },
      /^ {2}portal\.origins: must be a list/m,
    ],
    [
      "an origin that no browser writes",
      { portal: { origins: ["https://a.example:443"] } },
      /^ {2}portal\.origins: must be/m,
    ],
    [
      "an origin of no host",
      { portal: { origins: ["https://10.0.0.999"] } },
      /^ {2}portal\.origins: no browser writes an origin as "https:\/\/10\.0\.0\.999"$/m,
    ],
    [
      "an origin twice",
      { portal: { origins: ["https://a.example", "https://a.example"] } },
      /^ {2}portal\.origins: .*each once/m,
    ],
    [
      "a rule that there is not",
      { portal: { rules: ["teamNames"] } },
      /^ {2}portal\.rules: must be a list of rules, each once, of userNameMutability, .*, not \["teamNames"\]/m,
    ],
    ["a rule twice", { portal: { rules: ["liveTokens", "liveTokens"] } }, /^ {2}portal\.rules: must be .*each once/m],
    [
      "a rule that does nothing",
      { portal: { rules: ["adoption"] } },
      /^ {2}portal\.rules: adoption needs "adoption": true$/m,
    ],
    [
      "memory that Lambda does not have",
      { memorySize: { users: 64 } },
      /^ {2}memorySize\.users: must be a whole number of 128 to 10240 MB, not 64/m,
    ],
    [
      "memory of a function that is not there",
      { memorySize: { portal: 512 } },
      /^ {2}memorySize\.portal: needs "portal"/m,
    ],
    [
      "a table that is warmed for less than it takes anyway",
      { warmThroughput: { reads: 1, writes: 1 } },
      /^ {2}warmThroughput: must be \{ "reads": N, "writes": M \} in units a second, of at least 12000 and 4000/m,
    ],
    [
      "a limit below what is warmed",
      { warmThroughput: { reads: 12_000, writes: 15_000 }, maxWriteRequestUnits: 14_999 },
      /^ {2}maxWriteRequestUnits: must not be less than warmThroughput, which the table could then never reach$/m,
    ],
    [
      "a limit that stops every larger change",
      { maxWriteRequestUnits: 999 },
      /^ {2}maxWriteRequestUnits: must be a whole number of 1000 to 2000000000, not 999/m,
    ],
    [
      "a limit for a table that is not the stack's",
      {
        maxReadRequestUnits: 5000,
        tableStreamArn: "arn:aws:dynamodb:eu-central-1:123456789012:table/restored/stream/1",
      },
      /^ {2}maxReadRequestUnits: is for a table that the stack makes, not for that of tableStreamArn$/m,
    ],
    [
      "a bus by its name",
      { eventBusArn: "platform" },
      /^ {2}eventBusArn: must be the ARN of an EventBridge bus in the/m,
    ],
    [
      "canary",
      { canary: "yes", observability: true },
      /^ {2}canary: must be true, false or \{ "minutes": 1 to 60 \}, not "yes"/m,
    ],
    [
      "a canary each second",
      { canary: { minutes: 0 }, observability: true },
      /^ {2}canary: must be .*not \{"minutes":0\}/m,
    ],
    ["a canary that nobody hears", { canary: true }, /^ {2}canary: needs "observability": true: without an alarm/m],
    [
      "a function that the canary has",
      { reservedConcurrency: { canary: 1 } },
      /^ {2}reservedConcurrency\.canary: needs "canary": true$/m,
    ],
    ["throttle", { throttle: { rate: 10 } }, /^ {2}throttle: must be \{ "rate": N, "burst": N \}/m],
    [
      "domain.certificateArn",
      { domain: { name: DOMAIN.name } },
      /^ {2}domain\.certificateArn: must be the ARN of an ACM certificate/m,
    ],
    ["domain.name", { domain: { ...DOMAIN, name: "https://x" } }, /^ {2}domain\.name: must be a lower-case host name/m],
    ["domain.zone", { domain: { ...DOMAIN, zone: "Z1" } }, /^ {2}domain\.zone: no such key/m],
    ["a closed endpoint", { closeDefaultEndpoint: true }, /^ {2}closeDefaultEndpoint: without a domain nothing would/m],
    ["a publicUrl without TLS", { publicUrl: "http://x.example" }, /^ {2}publicUrl: must be what stands before/m],
    ["a publicUrl with a slash", { publicUrl: "https://x.example/" }, /^ {2}publicUrl: must be what stands before/m],
    ["a Tenant URL as publicUrl", { publicUrl: "https://x.example/scim/v2" }, /^ {2}publicUrl: must be what stands/m],
    ["waf", { waf: { requestsPerMinute: 60 } }, /^ {2}waf: .* at least 1500/m],
    ["waf", { waf: { requestsPerMinutePerAddress: 2_000_000_001 } }, /^ {2}waf: .* at most 2000000000, not/m],
    ["a burst", { throttle: { rate: 10, burst: 2 ** 31 } }, /^ {2}throttle: .* at most 2000000000, not/m],
    [
      "units",
      { maxWriteRequestUnits: 1e21 },
      /^ {2}maxWriteRequestUnits: must be a whole number of 1000 to 2000000000/m,
    ],
    [
      "environments",
      { reservedConcurrency: { bulk: 2 ** 31 } },
      /^ {2}reservedConcurrency\.bulk: .* to 2000000000, not/m,
    ],
    ["waf", { waf: { requestsPerMinute: 9000, requestsPerMinutePerAddress: 8000 } }, /^ {2}waf: .* M of at least N/m],
    ["customerKey", { customerKey: "alias/x" }, /^ {2}customerKey: must be create or the ARN of a KMS key/m],
    ["observability", { observability: "yes" }, /^ {2}observability: must be true or false, not "yes"/m],
    [
      "alarmEmail",
      { observability: true, alarmEmail: "ops" },
      /^ {2}alarmEmail: must be one e-mail address, not "ops"/m,
    ],
    [
      "alarmTopicArn",
      { observability: true, alarmTopicArn: "on-call" },
      /^ {2}alarmTopicArn: must be the ARN of an SNS topic.*, not "on-call"/m,
    ],
    ["runbookUrl", { runbookUrl: "a#b" }, /^ {2}runbookUrl: must be an address or path without # and spaces/m],
    [
      "hosts and origins that no function can be given",
      {
        federationHosts: Array.from(
          { length: 10 },
          (_, n) => `login${n}.${"a".repeat(60)}.${"b".repeat(60)}.${"c".repeat(60)}.example`,
        ),
        portal: { origins: Array.from({ length: 20 }, (_, n) => `https://app${n}.${"a".repeat(60)}.example.com`) },
      },
      /wrong:\n {2}federationHosts: together with portal and publicUrl has \d{4} characters, and functions take at most 3200: name fewer/m,
    ],
    ["the whole", [], /it must be one JSON object/],
  ])("name the key: %s", (_key, settings, message) => {
    expect(refused(settings)).toMatch(message);
  });

  test("are not those of the example, which uses every key but that of a restored table", () => {
    const example = JSON.parse(readFileSync(new URL("../../lib/rollcall.example.json", import.meta.url), "utf8"));
    expect([...Object.keys(example), "tableStreamArn"].sort()).toEqual(Object.keys(parseConfig(example)).sort());
  });

  test("portal is off, on with nothing more, or on with what it says, also from the command line", () => {
    const portalOf = (settings: object, context = {}) => parseConfig(settings, context).portal;
    const nothing = { origins: [], rules: [] };
    const chosen = { origins: ["https://app.example.com", "https://b.example:8443"], rules: ["liveTokens"] };
    expect([portalOf({}), portalOf({ portal: false }), portalOf({}, { portal: "false" })]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([portalOf({ portal: true }), portalOf({ portal: {} }), portalOf({}, { portal: "true" })]).toEqual([
      nothing,
      nothing,
      nothing,
    ]);
    expect(portalOf({ portal: chosen })).toEqual(chosen);
  });

  test("are all named at once", () => {
    const message = refused({ stage: "", split: "perhaps", waf: 1 });
    expect(message.split("\n")).toHaveLength(4);
  });

  test("from the command line count as text and win over the file", () => {
    expect(
      parseConfig({ stage: "file", split: false }, { stage: "line", split: "true", logRetentionDays: "30" }),
    ).toMatchObject({
      stage: "line",
      split: true,
      logRetentionDays: 30,
    });
  });
});
