import { describe, expect, test } from "@jest/globals";
import { JOURNAL_FILTER } from "../../functions/http/journal.ts";
import { judgedIdle } from "../aws/checks/cost.ts";
import { actionsOf, DOMAIN, type Resource, type Statement, type Synthesis, synthesise } from "./synthesis.ts";

const OF_PORTAL = ["portal", "portalAdmin", "journal"];
const MAKING_SESSIONS = ["admin", "appAdmin"];
const PORTAL = { origins: ["https://app.example.com"], rules: ["teamNameMaxLength" as const] };
const OPTIONS = { applicationKeys: true, customerKey: true, split: true };
const synthesis = synthesise({ portal: PORTAL, applicationKeys: true });
const { resources } = synthesis;
const full = synthesise({ portal: true, applicationKeys: true, webhooks: true, observability: true });

function statementsOf(name: string, { resources: of }: Synthesis = synthesis): readonly Statement[] {
  const [first, ...others] = of("AWS::IAM::Policy").filter(([id]) => id.startsWith(`${name}RoleDefaultPolicy`));
  if (first === undefined || others.length > 0) throw new Error(`not exactly one policy of ${name}`);
  return first[1].Properties.PolicyDocument.Statement;
}

const keysOf = (statements: readonly Statement[]): string[] =>
  statements.flatMap(({ Condition }) => Condition?.["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"] ?? []);

const namesOf = ({ resources: of }: Synthesis) =>
  of("AWS::Lambda::Function").map(([id]) => id.replace(/Function[0-9A-F]{8}$/, ""));

const allOf = ({ template }: Synthesis): Readonly<Record<string, Resource>> => template.toJSON().Resources;

describe("switching the portal on", () => {
  test.each([
    ["in the stack as it comes", {}],
    ["with application keys, a key of the customer's and the table apart", OPTIONS],
  ])("replaces and removes nothing that is deployed, and changes what has to change: %s", (_case, settings) => {
    const [before, after] = [allOf(synthesise(settings)), allOf(synthesise({ ...settings, portal: true }))];
    // API Gateway makes a new deployment of each change, and keeps the stage.
    const lost = Object.keys(before).filter((id) => after[id] === undefined);
    // A function that changes gets another version; those before are retained.
    const types = new Set(lost.map((id) => before[id]?.Type));
    expect([...types].sort()).toEqual(["AWS::ApiGateway::Deployment", "AWS::Lambda::Version"]);
    const changed = Object.keys(before).filter(
      (id) => after[id] !== undefined && JSON.stringify(before[id]) !== JSON.stringify(after[id]),
    );
    for (const id of changed) expect([id, after[id]?.Type]).toEqual([id, before[id]?.Type]);
    expect([...new Set(changed.map((id) => before[id]?.Type))].sort()).toEqual([
      "AWS::ApiGateway::RestApi",
      "AWS::ApiGateway::Stage",
      "AWS::IAM::Policy",
      "AWS::Lambda::Alias",
      "AWS::Lambda::Function",
    ]);
    const grown = changed.filter((id) => !id.startsWith("HttpApi")).map((id) => id.replace(/[A-Z].*/, ""));
    for (const name of grown) expect(["admin", "app"]).toContain(name);
  });

  test("costs nothing while nobody opens it: each resource that it adds is paid for by use", () => {
    const [before, after] = [allOf(synthesise()), allOf(synthesise({ portal: true }))];
    const added = Object.entries(after).filter(([id]) => before[id] === undefined);
    const asked = added.map(([logicalId, { Type }]) => ({ logicalId, physicalId: "", type: Type }));
    const { differences, figures } = judgedIdle(asked);
    expect({ differences, dollars: figures?.map(({ value }) => value) }).toEqual({ differences: [], dollars: [0] });
    expect(added.length).toBeGreaterThan(40);
    // Nor does anything run by the clock.
    expect(added.map(([, { Type }]) => Type).filter((type) => type.startsWith("AWS::Events::"))).toEqual([]);
    for (const [, { Properties, Type }] of added) {
      if (Type !== "AWS::Lambda::Function") continue;
      expect(Properties).not.toHaveProperty("ReservedConcurrentExecutions");
      expect(JSON.stringify(Properties)).not.toContain("ProvisionedConcurrency");
    }
  });

  test("off, nothing of the template speaks of it but the right to remove what it wrote before", () => {
    const mentions = Object.entries(allOf(synthesise({ applicationKeys: true, webhooks: true }))).flatMap(([id, one]) =>
      [...JSON.stringify(one).matchAll(/portal|console|journal|P#\?{8}|Y#|Compression|SubscriptionFilter/gi)].map(
        ([word]) => `${id.replace(/[0-9A-F]{8}$/, "")}: ${word}`,
      ),
    );
    const purging = ["P#????????", "Y#"].map((key) => `adminRoleDefaultPolicy: ${key}`);
    expect([...new Set(mentions)].sort()).toEqual(purging);
  });
});

describe("its functions", () => {
  test("are three more, and only those that serve it or make sessions for it know what the settings say", () => {
    const plain = namesOf(synthesise({ applicationKeys: true }));
    expect(namesOf(synthesis).sort()).toEqual([...plain, ...OF_PORTAL].sort());
    for (const [id, { Properties }] of resources("AWS::Lambda::Function")) {
      const name = id.replace(/Function[0-9A-F]{8}$/, "");
      const knows = ["portal", "portalAdmin", ...MAKING_SESSIONS].includes(name);
      const told = Properties.Environment.Variables.PORTAL;
      expect([name, told === undefined ? undefined : JSON.parse(told)]).toEqual([name, knows ? PORTAL : undefined]);
    }
  });

  test("SEC-8: what shows the pages can write nothing at all, and reads neither tokens nor application keys as they are presented", () => {
    const ofTable = statementsOf("portal").filter((one) => actionsOf(one).some((action) => /^dynamodb:/.test(action)));
    expect([...new Set(ofTable.flatMap(actionsOf))].sort()).toEqual([
      "dynamodb:BatchGetItem",
      "dynamodb:GetItem",
      "dynamodb:Query",
    ]);
    for (const presented of ["T#*", "K#*"]) expect(keysOf(ofTable)).not.toContain(presented);
  });

  test("SEC-8: what a session may change is settings, tokens and sessions: no user, no team, no login name, no application key", () => {
    const keysFor = (actions: RegExp) => {
      const some = statementsOf("portalAdmin").filter((one) => actionsOf(one).some((action) => actions.test(action)));
      return [...new Set(keysOf(some))].sort();
    };
    expect(keysFor(/^dynamodb:(Put|Update|BatchWrite)Item$/)).toEqual(["C#*", "P#????????", "T#*"]);
    // A token that ended long ago is removed with the mark of its last use.
    expect(keysFor(/^dynamodb:DeleteItem$/)).toEqual(["C#*", "L#*", "P#????????", "T#*"]);
  });

  test("SEC-8: the journal touches its own items alone", () => {
    expect([...new Set(keysOf(statementsOf("journal")).map((key) => key.slice(0, 2)))]).toEqual(["Y#"]);
    const others = namesOf(synthesis).filter((name) => name !== "journal");
    const writers = others.filter((name) =>
      statementsOf(name).some(
        (one) => keysOf([one]).some((key) => key.startsWith("Y#")) && actionsOf(one).some((a) => /Put|Update/.test(a)),
      ),
    );
    expect(writers).toEqual([]);
  });
});

describe("the journal", () => {
  const READ = ["bulk", "discovery", "events", "groups", "oauth", "search", "users"];
  const functionIn = (reference: unknown) =>
    /"(\w+?)(?:Function|Live|Logs)[0-9A-F]{8}"/.exec(JSON.stringify(reference))?.[1];

  test("is handed the lines of those whose requests it tells of, once each, and never its own", () => {
    const filters = resources("AWS::Logs::SubscriptionFilter").map(([, { Properties }]) => Properties);
    expect(filters.map(({ LogGroupName }) => functionIn(LogGroupName)).sort()).toEqual(READ);
    for (const { DestinationArn, FilterPattern } of filters) {
      expect(functionIn(DestinationArn)).toBe("journal");
      expect(FilterPattern).toBe(JOURNAL_FILTER);
    }
  });

  test("may be called by CloudWatch Logs, of these log groups only, and before the first filter is made", () => {
    const allowed = resources("AWS::Lambda::Permission").filter(([, { Properties }]) =>
      JSON.stringify(Properties.FunctionName).includes("journalLive"),
    );
    expect(allowed.map(([, { Properties }]) => functionIn(Properties.SourceArn)).sort()).toEqual(READ);
    // China's Lambda takes CloudWatch Logs under amazonaws.com.cn only.
    const logs = { "Fn::Sub": `logs.\${AWS::URLSuffix}` };
    for (const [, { Properties }] of allowed) expect(Properties.Principal).toEqual(logs);
    const ids = new Set(allowed.map(([id]) => id));
    for (const filter of Object.values(allOf(synthesis))) {
      if (filter.Type !== "AWS::Logs::SubscriptionFilter") continue;
      const [needed] = [filter.DependsOn ?? []].flat();
      expect(ids.has(String(needed))).toBe(true);
    }
  });

  test("is tried three times, and what fails then waits in a queue of its own, which `rollcall jobs` works off", () => {
    const [asked] = resources("AWS::Lambda::EventInvokeConfig").filter(([id]) => id.startsWith("journal"));
    expect(asked?.[1].Properties).toMatchObject({ MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 21_600 });
    expect(JSON.stringify(asked?.[1].Properties.DestinationConfig)).toContain("JournalFailures");
    const sending = statementsOf("journal").filter((one) => actionsOf(one).includes("sqs:SendMessage"));
    expect(JSON.stringify(sending.map(({ Resource: of }) => of))).toMatch(/^\[\{"Fn::GetAtt":\["JournalFailures/);
    synthesis.template.hasOutput("JournalFailuresUrl", {});
    synthesis.template.hasOutput("JournalFunctionName", {});
  });

  test("wakes somebody by that queue alone: what a further try heals is no alarm", () => {
    const alarms = full.resources("AWS::CloudWatch::Alarm").map(([, { Properties }]) => Properties);
    const watching = alarms.filter((alarm) => /"journalFunction|"JournalFailures/.test(JSON.stringify(alarm)));
    expect(watching.map(({ AlarmName }) => AlarmName)).toEqual(["Rollcall-DeadLettersJournal"]);
  });
});

describe("its routes", () => {
  interface MethodSetting {
    readonly HttpMethod: string;
    readonly ResourcePath: string;
    readonly ThrottlingRateLimit: number;
    readonly ThrottlingBurstLimit: number;
  }

  function throttleOf(settings: object, path: string): readonly number[] | undefined {
    const [stage] = synthesise({ portal: true, ...settings }).resources("AWS::ApiGateway::Stage");
    const all: readonly MethodSetting[] = stage?.[1].Properties.MethodSettings;
    const found = all.find(
      ({ HttpMethod, ResourcePath }) => HttpMethod === "POST" && ResourcePath.replaceAll("~1", "/") === `/${path}`,
    );
    return found && [found.ThrottlingRateLimit, found.ThrottlingBurstLimit];
  }

  const REDEEM = "/portal/v1/admin/redeem";
  const PROXY = "/portal/v1/admin/{proxy+}";

  test("let links be redeemed ten times a second, or as rarely as the operator says, and never more often", () => {
    expect(throttleOf({}, REDEEM)).toEqual([10, 20]);
    expect(throttleOf({}, PROXY)).toBeUndefined();
    const lower = { functionThrottle: { portalAdmin: { rate: 2, burst: 30 } } };
    expect(throttleOf(lower, REDEEM)).toEqual([2, 20]);
    expect(throttleOf(lower, PROXY)).toEqual([2, 30]);
    expect(throttleOf({ throttle: { rate: 5, burst: 6 } }, REDEEM)).toEqual([5, 6]);
  });

  test("fit with everything else into what API Gateway takes of one API, and each function's policy into Lambda's 20 KB", () => {
    // Quota "Resources per API"; the root is one.
    expect(full.resources("AWS::ApiGateway::Resource").length + 1).toBeLessThan(300 / 4);
    const called = full.resources("AWS::Lambda::Permission").map(([, { Properties }]) => Properties.FunctionName);
    const ofEach = Map.groupBy(called, (name) => JSON.stringify(name));
    // About 500 bytes each.
    expect(Math.max(...[...ofEach.values()].map(({ length }) => length))).toBeLessThanOrEqual(8);
  });

  test("are packed for browsers from 16 KB on: what holds a secret is smaller", () => {
    const [[, api] = []] = synthesise({ portal: true }).resources("AWS::ApiGateway::RestApi");
    expect(api?.Properties.MinimumCompressionSize).toBe(16_384);
    // Everything is text: API Gateway would otherwise hand bodies of other types to the functions in base64.
    expect(api?.Properties).not.toHaveProperty("BinaryMediaTypes");
  });

  test.each([
    ["the API's own", {}, /execute-api/],
    ["the domain's", { domain: DOMAIN }, `https://${DOMAIN.name}/portal`],
    [
      "what stands in front",
      { publicUrl: "https://p.example.com/x", domain: DOMAIN },
      "https://p.example.com/x/portal",
    ],
  ])("begin at an address that the stack prints: %s", (_case, settings, expected) => {
    const { template } = synthesise({ portal: true, ...settings });
    const { PortalUrl } = template.findOutputs("*");
    if (typeof expected === "string") expect(PortalUrl?.Value).toBe(expected);
    else expect(JSON.stringify(PortalUrl?.Value)).toMatch(expected);
    expect(JSON.stringify(PortalUrl?.Value)).toMatch(/\/portal"\]?\]?\}?$/);
  });
});
