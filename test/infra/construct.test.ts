import { describe, expect, test } from "@jest/globals";
import { NestedStack, Stack } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { Certificate, CertificateValidation } from "aws-cdk-lib/aws-certificatemanager";
import { AttributeType, Billing, StreamViewType, TableEncryptionV2, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { EventBus } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import { AccountRootPrincipal, Role } from "aws-cdk-lib/aws-iam";
import { Alias, Key } from "aws-cdk-lib/aws-kms";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { HostedZone } from "aws-cdk-lib/aws-route53";
import { Topic } from "aws-cdk-lib/aws-sns";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { Rollcall, type RollcallProps } from "../../lib/rollcall.ts";
import { appOfOthers, synthesise } from "./synthesis.ts";

const EU = { account: "123456789012", region: "eu-central-1" };

/** A stack of somebody else's, in an app without any of our feature flags. */
function host(region?: string): Stack {
  return new Stack(appOfOthers(), "Platform", region === undefined ? {} : { env: { ...EU, region } });
}

function refusal(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "taken";
}

const text = (name: string) => ({ name, type: AttributeType.STRING });
const tableOf = (stack: Stack, dynamoStream?: StreamViewType, key?: Key) =>
  new TableV2(stack, "Own", {
    partitionKey: text("pk"),
    sortKey: text("sk"),
    globalSecondaryIndexes: [{ indexName: "gsi1", partitionKey: text("g1p"), sortKey: text("g1s") }],
    billing: Billing.onDemand(),
    timeToLiveAttribute: "ttl",
    ...(dynamoStream && { dynamoStream }),
    ...(key && { encryption: TableEncryptionV2.customerManagedKey(key) }),
  });

describe("the construct", () => {
  test("is all there is in the stack of this repository, under the logical ids that it would have alone", () => {
    const { stack, template } = synthesise();
    expect(stack.node.children.filter((child) => child instanceof Rollcall)).toHaveLength(1);
    const ids = Object.keys(template.findResources("AWS::Lambda::Function"));
    expect(ids).toContainEqual(expect.stringMatching(/^usersFunction[0-9A-F]{8}$/));
    expect(Object.keys(template.findOutputs("*"))).toContain("TenantUrl");
  });

  test("stands beside other things in a stack of somebody else's, which gets outputs that clash with none", () => {
    const stack = host();
    new Queue(stack, "TenantUrl");
    const rollcall = new Rollcall(stack, "Scim", { stage: "dev", logRetentionDays: RetentionDays.ONE_WEEK, waf: true });
    const template = Template.fromStack(stack);
    const outputs = Object.keys(template.findOutputs("*"));
    expect(outputs.filter((name) => !name.startsWith("Rollcall"))).toEqual([]);
    expect(outputs).toContain("RollcallTenantUrl");
    expect(stack.resolve(rollcall.tenantUrl)).toEqual(
      template.findOutputs("RollcallTenantUrl").RollcallTenantUrl?.Value,
    );
    template.hasOutput("RollcallNextCommand", { Value: Match.stringLikeRegexp(" --stack Platform$") });
    expect(Object.keys(template.findResources("AWS::Lambda::Function"))).toContainEqual(
      expect.stringMatching(/^ScimusersFunction[0-9A-F]{8}$/),
    );
    expect(
      [rollcall.table, rollcall.bus, rollcall.api].every((one) => one.node.path.startsWith("Platform/Scim/")),
    ).toBe(true);
  });

  test("clashes with none of another stack name in the same account, whatever the ids in the app", () => {
    const busOf = (id: string, stackName: string, of = "Scim") => {
      const stack = new Stack(appOfOthers(), id, { stackName });
      new Rollcall(stack, of);
      const [bus] = Object.values(Template.fromStack(stack).findResources("AWS::Events::EventBus"));
      return String(bus?.Properties.Name);
    };
    const [first, second] = [busOf("Platform", "first"), busOf("Platform", "second")];
    expect(first).toMatch(/^firstScimeventsBus[0-9A-F]{8}$/);
    expect(second).not.toBe(first);
    // So that it may take the place of the repository's stack, whose bus others know by its name.
    const [ours] = Object.values(synthesise().template.findResources("AWS::Events::EventBus"));
    expect(busOf("Platform", "Rollcall", "Default")).toBe(ours?.Properties.Name);
  });

  test("stands in a nested stack, whose name only the deployment knows: CloudFormation takes no function in a description", () => {
    const nested = new NestedStack(host(), "Nested");
    new Rollcall(nested, "Scim", { observability: true, portal: true });
    const outputs = Object.values(Template.fromStack(nested).findOutputs("*"));
    expect(outputs.length).toBeGreaterThan(10);
    expect(outputs.filter(({ Description }) => typeof Description !== "string")).toEqual([]);
  });

  test("takes table, key and bus of the host, and makes none of its own", () => {
    const stack = host(EU.region);
    const table = tableOf(stack, StreamViewType.NEW_AND_OLD_IMAGES);
    const encryptionKey = new Key(stack, "Key");
    const bus = new EventBus(stack, "Bus");
    const rollcall = new Rollcall(stack, "Scim", { bus, encryptionKey, table });
    const template = Template.fromStack(stack);
    for (const type of ["AWS::DynamoDB::GlobalTable", "AWS::KMS::Key", "AWS::Events::EventBus"])
      template.resourceCountIs(type, 1);
    expect([rollcall.bus, rollcall.table]).toEqual([bus, table]);
  });

  test("takes what is made beside it and has its ARN or id only when it is deployed", () => {
    const stack = host(EU.region);
    const zone = new HostedZone(stack, "Zone", { zoneName: "example.com" });
    const certificate = new Certificate(stack, "Certificate", {
      domainName: "scim.example.com",
      validation: CertificateValidation.fromDns(zone),
    });
    const { certificateArn } = certificate;
    new Rollcall(stack, "Scim", {
      domain: { name: "scim.example.com", certificateArn, hostedZoneId: zone.hostedZoneId },
      observability: true,
      alarmTopicArn: new Topic(stack, "OnCall").topicArn,
      customerKey: new Key(stack, "Key").keyArn,
      eventBusArn: new EventBus(stack, "Bus").eventBusArn,
    });
    const template = Template.fromStack(stack);
    const reference = (type: string) => ({ Ref: Object.keys(template.findResources(type))[0] });
    const { RegionalCertificateArn } =
      Object.values(template.findResources("AWS::ApiGateway::DomainName"))[0]?.Properties ?? {};
    expect(RegionalCertificateArn).toEqual(reference("AWS::CertificateManager::Certificate"));
    template.hasResourceProperties("AWS::Route53::RecordSet", { HostedZoneId: reference("AWS::Route53::HostedZone") });
    template.allResourcesProperties("AWS::CloudWatch::Alarm", { AlarmActions: [reference("AWS::SNS::Topic")] });
    for (const type of ["AWS::KMS::Key", "AWS::Events::EventBus"]) template.resourceCountIs(type, 1);
    // What decides how the template looks has to be known.
    const stage = zone.hostedZoneId;
    expect(refusal(() => new Rollcall(new Stack(stack.node.root, "Apart"), "Scim", { stage }))).toMatch(
      /^ {2}stage: must/m,
    );
  });

  test("grants an application the directory, and an operator administration, by what they sign for", () => {
    const stack = host();
    const rollcall = new Rollcall(stack, "Scim", { portal: true });
    const role = (id: string) => new Role(stack, id, { assumedBy: new AccountRootPrincipal() });
    rollcall.grantDirectory(role("Application"));
    rollcall.grantAdmin(role("Operator"));
    const template = Template.fromStack(stack);
    const granted = (id: string): unknown[] =>
      Object.entries(template.findResources("AWS::IAM::Policy"))
        .filter(([name]) => name.startsWith(id))
        .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
    const api = (path: string) => expect.stringContaining(`/*/${path}/*"`);
    for (const [id, paths] of [
      ["Application", ["directory/v1"]],
      ["Operator", ["admin/v1", "console/v1"]],
    ] as const) {
      const [statement, ...others] = granted(id) as { Action: string; Resource: unknown }[];
      expect([others, statement?.Action]).toEqual([[], "execute-api:Invoke"]);
      const resources = [statement?.Resource].flat().map((resource) => JSON.stringify(resource));
      expect(resources).toEqual(paths.map(api));
    }
  });

  test("hands events to a rule: all of them, or those of a pattern", () => {
    const stack = host();
    const rollcall = new Rollcall(stack, "Scim");
    rollcall.onEvent("All", { target: new SqsQueue(new Queue(stack, "Queue")) });
    rollcall.onEvent("Leavers", { eventPattern: { detailType: ["user.deactivated", "user.deleted"] } });
    const template = Template.fromStack(stack);
    template.hasResourceProperties("AWS::Events::Rule", {
      EventBusName: Match.anyValue(),
      EventPattern: { source: ["rollcall"] },
      Targets: [Match.anyValue()],
    });
    template.hasResourceProperties("AWS::Events::Rule", {
      EventPattern: { source: ["rollcall"], "detail-type": ["user.deactivated", "user.deleted"] },
    });
  });
});

test("a rule for a bus of another account or region is refused, where one of that name might be the wrong one", () => {
  const stack = host(EU.region);
  const theirs = "arn:aws:events:eu-central-1:999999999999:event-bus/default";
  const rollcall = new Rollcall(stack, "Scim", { eventBusArn: theirs });
  expect(refusal(() => rollcall.onEvent("All"))).toMatch(/^onEvent of .*: the bus is in account 999999999999, and the/);
  const there = new Stack(stack.node.root, "There", { env: { ...EU, account: "999999999999" } });
  expect(refusal(() => rollcall.onEvent("All", { crossStackScope: there }))).toBe("taken");
  const far = new Stack(stack.node.root, "Far", { env: { account: "999999999999", region: "us-east-1" } });
  expect(refusal(() => rollcall.onEvent("All", { crossStackScope: far }))).toMatch(
    /: the bus is in region eu-central-1, and the rule would be in us-east-1: make the rule in eu-central-1/,
  );
});

describe("props that are wrong", () => {
  const imported = (region: string) => (stack: Stack) => ({
    bus: EventBus.fromEventBusArn(stack, "Theirs", `arn:aws:events:${region}:123456789012:event-bus/b`),
  });

  test.each<[string, (stack: Stack) => RollcallProps, RegExp | "taken"]>([
    ["a setting of the app", () => ({ split: true }) as RollcallProps, /^ {2}split: no such key/m],
    [
      "a misspelled prop",
      () => ({ memorysize: {} }) as RollcallProps,
      /^ {2}memorysize: no such key; the keys are stage,/m,
    ],
    [
      "a table without a stream",
      (stack) => ({ table: tableOf(stack) }),
      /wrong:\n {2}table: it needs a stream, dynamoStream: StreamViewType\.NEW_AND_OLD_IMAGES$/m,
    ],
    [
      "a table of other keys",
      (stack) => ({
        table: new TableV2(stack, "Own", { partitionKey: text("id"), dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES }),
      }),
      /^ {2}table: its keys have to be pk and sk, both strings\n {2}table: it needs the time to live, .*\n {2}table: it needs the index gsi1 of g1p and g1s/m,
    ],
    [
      "a table with a key of another type",
      (stack) => ({
        table: new TableV2(stack, "Own", {
          partitionKey: text("pk"),
          sortKey: { name: "sk", type: AttributeType.NUMBER },
          globalSecondaryIndexes: [{ indexName: "gsi1", partitionKey: text("g1p"), sortKey: text("g1s") }],
          timeToLiveAttribute: "ttl",
          dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
        }),
      }),
      /wrong:\n {2}table: its keys have to be pk and sk, both strings$/m,
    ],
    [
      "null for what is not a setting",
      () => ({ table: null, encryptionKey: null }) as unknown as RollcallProps,
      /^ {2}table: leave it out, or give a construct, not null\n {2}encryptionKey: leave it out/m,
    ],
    ["null for all", () => null as unknown as RollcallProps, /wrong:\n {2}they must be an object/m],
    ["a list for all", () => [] as RollcallProps, /wrong:\n {2}they must be an object, or be left out, not a list$/m],
    [
      "ARNs where constructs are taken",
      () => ({ table: "arn", encryptionKey: "arn", bus: "arn" }) as unknown as RollcallProps,
      /^ {2}table: takes a construct, not a string; the ARN of its stream goes into tableStreamArn\n {2}encryptionKey: .* customerKey\n {2}bus: .* eventBusArn$/m,
    ],
    [
      "the name of a key",
      (stack) => ({ encryptionKey: Alias.fromAliasName(stack, "Name", "alias/house") }),
      /wrong:\n {2}encryptionKey: give the key itself, not its alias$/m,
    ],
    [
      "the alias of a key",
      (stack) => ({
        encryptionKey: new Alias(stack, "Name", { aliasName: "alias/house", targetKey: new Key(stack, "Key") }),
      }),
      /wrong:\n {2}encryptionKey: give the key itself, not its alias$/m,
    ],
    [
      "its ARN, known later",
      (stack) => ({ customerKey: Alias.fromAliasName(stack, "Name", "alias/house").keyArn }),
      /wrong:\n {2}customerKey: give the ARN of the key itself, not of its alias$/m,
    ],
    [
      "a table without its key",
      (stack) => ({ table: tableOf(stack, StreamViewType.NEW_AND_OLD_IMAGES, new Key(stack, "Key")) }),
      /wrong:\n {2}encryptionKey: give the key that encrypts the table/m,
    ],
    [
      "a table whose key is not the one that the construct would make",
      (stack) => ({
        table: tableOf(stack, StreamViewType.NEW_AND_OLD_IMAGES, new Key(stack, "Key")),
        customerKey: "create",
      }),
      /wrong:\n {2}encryptionKey: give the key that encrypts the table/m,
    ],
    [
      "keys, certificates, topics and streams in another region",
      () => ({
        customerKey: "arn:aws:kms:us-east-1:123456789012:key/k",
        tableStreamArn: "arn:aws:dynamodb:us-east-1:123456789012:table/own/stream/1",
        domain: { name: "scim.example.com", certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/c" },
        observability: true,
        alarmTopicArn: "arn:aws:sns:us-east-1:123456789012:alarms",
      }),
      /wrong:\n {2}tableStreamArn: is in us-east-1 and .*\n {2}customerKey: is in .*\n {2}domain\.certificateArn: is in .*\n {2}alarmTopicArn: is in /m,
    ],
    [
      "an imported table without its stream",
      (stack) => ({ table: TableV2.fromTableName(stack, "Own", "theirs") }),
      /^ {2}table: name its stream: /m,
    ],
    [
      "a given table with throughput",
      (stack) => ({
        table: tableOf(stack, StreamViewType.NEW_AND_OLD_IMAGES),
        warmThroughput: { reads: 12_000, writes: 4_000 },
      }),
      /^ {2}warmThroughput: is for a table that the construct makes, not for a given one$/m,
    ],
    [
      "two keys",
      (stack) => ({ encryptionKey: new Key(stack, "Key"), customerKey: "create" }),
      /^ {2}encryptionKey: give it or customerKey, not both$/m,
    ],
    [
      "two buses",
      (stack) => ({
        bus: new EventBus(stack, "Bus"),
        eventBusArn: "arn:aws:events:eu-central-1:123456789012:event-bus/other",
      }),
      /^ {2}bus: give it or eventBusArn, not both$/m,
    ],
    ["a bus in another region", imported("us-east-1"), /^ {2}bus: is in us-east-1 and the stack in eu-central-1; /m],
    [
      "the same by its ARN",
      () => ({ eventBusArn: "arn:aws:events:us-east-1:123456789012:event-bus/b" }),
      /^ {2}eventBusArn: is in us-east-1 and the stack in eu-central-1; /m,
    ],
    ["a bus in the region of the stack", imported("eu-central-1"), "taken"],
  ])("are refused with their name and what to write: %s", (_case, propsOf, message) => {
    const stack = host(EU.region);
    const said = refusal(() => new Rollcall(stack, "Scim", propsOf(stack)));
    expect(said).toMatch(message);
    if (message !== "taken") expect(said).toMatch(/^The props of the Rollcall at Platform\/Scim are wrong:\n/);
  });

  test("so is a second Rollcall in the same stack, and not one in a stack of its own", () => {
    const stack = host();
    new Rollcall(stack, "Scim");
    expect(refusal(() => new Rollcall(stack, "Other"))).toMatch(
      /Platform\/Scim is in this stack already: a stack takes one Rollcall/,
    );
    expect(refusal(() => new Rollcall(new Stack(stack.node.root, "Apart"), "Scim"))).toBe("taken");
  });
});
