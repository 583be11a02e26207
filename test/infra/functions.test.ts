import { describe, expect, test } from "@jest/globals";
import { version } from "../../bin/installation.ts";
import { actionsOf, functionOf, outsideGovCloud, type Statement, synthesise } from "./synthesis.ts";

const { resources, role, template } = synthesise({ applicationKeys: true, portal: true });
const ALWAYS = [
  "users",
  "groups",
  "bulk",
  "search",
  "oauth",
  "discovery",
  "admin",
  "maintenance",
  "directory",
] as const;
const KEYED = ["appRead", "appWrite", "appAdmin"] as const;
const PORTAL = ["portal", "portalAdmin"] as const;
const NAMES = [...ALWAYS, ...KEYED, ...PORTAL];
const LEADING = "dynamodb:LeadingKeys";

/** The key prefixes a function may use with one of the actions, on the table or one of its indexes. */
function prefixes(statements: readonly Statement[], action: RegExp): Set<string> {
  const found = new Set<string>();
  for (const statement of statements) {
    if (!actionsOf(statement).some((one) => action.test(one))) continue;
    for (const prefix of statement.Condition?.["ForAllValues:StringLike"]?.[LEADING] ?? ["*"]) found.add(prefix);
  }
  return found;
}

const WRITES = /^dynamodb:(Put|Update|Delete|BatchWrite)Item$/;
/** The request budget of an org. */
const BUDGET = "B#????????";
/** Links to the portal, and its sessions. */
const SESSIONS = "P#????????";
/** The catalogue of roles; with it, who has which. */
const CATALOGUE = "R#--------#A";
const ASSIGNED = "R#????????#A";
const USES = "R#--------#N";
const WORK = "R#--------#W?";
const READS = /^dynamodb:(GetItem|BatchGetItem|Query)$/;

describe("every function", () => {
  test.each(NAMES)("%s runs on Node 24 and arm64, and gives up before API Gateway does", (name) => {
    const [found] = resources("AWS::Lambda::Function").filter(([id]) => id.startsWith(`${name}Function`));
    expect(found?.[1].Properties).toMatchObject({
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      MemorySize: 512,
      Timeout: 28,
      LoggingConfig: { LogFormat: outsideGovCloud("JSON"), SystemLogLevel: outsideGovCloud("WARN") },
      Environment: { Variables: { STAGE: "prod", ROLLCALL_VERSION: version() } },
    });
    expect(Object.keys(found?.[1].Properties.Environment.Variables)).toContain("TABLE_NAME");
    expect(found?.[1].Properties).not.toHaveProperty("ReservedConcurrentExecutions");
  });

  test("is one of those that ROUTES names, and no other function exists but those that the stream and a schedule call", () => {
    const ids = synthesise()
      .resources("AWS::Lambda::Function")
      .map(([id]) => id);
    const called = ids.filter((id) => /^(events|sweep|tokensReport)Function/.test(id));
    expect(called).toHaveLength(3);
    const names = ids.filter((id) => !called.includes(id)).map((id) => functionOf({ Ref: id }));
    expect(names.sort()).toEqual([...ALWAYS].sort());
    // The last one writes the journal of the portal.
    expect(resources("AWS::Lambda::Function")).toHaveLength(ids.length + KEYED.length + PORTAL.length + 1);
  });

  test.each(NAMES)("%s may write its own log and nobody else's", (name) => {
    const [log] = role(name).filter(({ Sid }) => Sid === "Log");
    expect(log?.Action).toEqual(["logs:CreateLogStream", "logs:PutLogEvents"]);
    expect(JSON.stringify(log?.Resource)).toContain(`${name}Logs`);
  });

  test.each(NAMES)("%s has no managed policy and no statement on every resource or action", (name) => {
    const [found] = resources("AWS::IAM::Role").filter(([id]) => id.startsWith(`${name}Role`));
    expect(found?.[1].Properties).not.toHaveProperty("ManagedPolicyArns");
    for (const statement of role(name)) {
      expect(statement.Resource).not.toBe("*");
      expect(actionsOf(statement).filter((action) => action.includes("*"))).toEqual([]);
    }
  });

  test.each(NAMES)("%s never scans and always names its key space", (name) => {
    for (const statement of role(name).filter(({ Sid }) => Sid !== "Log")) {
      expect(actionsOf(statement)).not.toContain("dynamodb:Scan");
      expect(actionsOf(statement).filter((action) => action.startsWith("dynamodb:PartiQL"))).toEqual([]);
      expect(statement.Condition?.["ForAllValues:StringLike"]?.[LEADING]?.length).toBeGreaterThan(0);
    }
  });
});

describe("environments", () => {
  test("are reserved for the functions that the settings name, and for no other", () => {
    const reservedConcurrency = { directory: 100, bulk: 50, events: 10, sweep: 5, tokensReport: 1 };
    const { resources: reserved } = synthesise({ reservedConcurrency });
    const found = reserved("AWS::Lambda::Function").flatMap(([id, { Properties }]): [string, number][] => {
      const count = Properties.ReservedConcurrentExecutions;
      return count === undefined ? [] : [[id.replace(/Function[0-9A-F]{8}$/, ""), count]];
    });
    expect(Object.fromEntries(found)).toEqual(reservedConcurrency);
  });
});

describe("key spaces", () => {
  test.each(["users", "groups", "bulk"] as const)(
    "%s reads settings and tokens, and writes nothing but org data and when a token was used",
    (name) => {
      const roles = name === "groups" ? [] : [CATALOGUE];
      expect(prefixes(role(name), READS)).toEqual(new Set(["O#*", "C#*", "T#*", "L#*", ...roles]));
      expect(prefixes(role(name), WRITES)).toEqual(new Set(["O#*", "L#*", BUDGET]));
    },
  );

  test("SEC-8: search reads org data and writes nothing but a cursor key and when a token was used", () => {
    expect(prefixes(role("search"), READS)).toEqual(new Set(["O#*", "C#*", "T#*", "L#*"]));
    expect(prefixes(role("search"), WRITES)).toEqual(new Set(["L#*", "O#????????#K", BUDGET]));
  });

  test("SEC-8: discovery reads settings and tokens, and writes nothing but when a token was used", () => {
    expect(prefixes(role("discovery"), READS)).toEqual(new Set(["O#*", "C#*", "T#*", "L#*"]));
    expect(prefixes(role("discovery"), WRITES)).toEqual(new Set(["L#*", BUDGET]));
  });

  test("oauth reads settings, tokens and login names, and writes access tokens and keys of issuers: it can make no org token, client secret or trust", () => {
    expect(prefixes(role("oauth"), READS)).toEqual(new Set(["C#*", "T#*", "S#*", "I#*"]));
    expect(prefixes(role("oauth"), WRITES)).toEqual(new Set(["T#????????", "I#*", BUDGET]));
  });

  test("admin writes settings, tokens, application keys, portal links, slugs and heads of event logs; the rest of an org it can only read and delete", () => {
    const own = ["C#*", "T#*", "K#*", "S#*", SESSIONS];
    const rest = ["O#*", "N#*", "L#*", BUDGET, "E#*", "H#*", "Y#????????#*", "R#*"];
    expect(prefixes(role("admin"), READS)).toEqual(new Set([...own, ...rest]));
    // Of roles only how many orgs use each: one that is purged uses none.
    const made = [...own, "E#????????#H", USES];
    expect(prefixes(role("admin"), /^dynamodb:(Put|Update|BatchWrite)Item$/)).toEqual(new Set(made));
    expect(prefixes(role("admin"), WRITES)).toEqual(new Set([...made, ...rest]));
    // Without the portal it removes what was left of it, and makes nothing.
    const making = prefixes(synthesise().role("admin"), /^dynamodb:(Put|Update|BatchWrite)Item$/);
    expect(making).toEqual(new Set(made.filter((key) => key !== SESSIONS)));
  });

  test("SEC-8: only admin writes application keys, and only those to whom one is presented read them: no SCIM function does", () => {
    const withRight = (action: RegExp) => NAMES.filter((name) => prefixes(role(name), action).has("K#*"));
    expect(withRight(WRITES)).toEqual(["admin"]);
    expect(withRight(READS)).toEqual(["admin", ...KEYED]);
  });

  test("SEC-8: by application key, what reads writes only its marks, what changes only what the application made, and what administers neither login names nor keys", () => {
    const sides = ["O#*", "N#*", "C#*", "S#*", "K#*"];
    expect(prefixes(role("appRead"), READS)).toEqual(new Set([...sides, "E#*", "F#*", ASSIGNED]));
    expect(prefixes(role("appWrite"), READS)).toEqual(new Set([...sides, ASSIGNED]));
    expect(prefixes(role("appRead"), WRITES)).toEqual(new Set(["L#*"]));
    expect(prefixes(role("appWrite"), WRITES)).toEqual(new Set(["N#*", "L#*"]));
    expect(prefixes(role("appAdmin"), READS)).toEqual(new Set(["O#*", "N#*", "C#*", "L#*", "K#*", SESSIONS]));
    expect(prefixes(role("appAdmin"), WRITES)).toEqual(new Set(["C#*", "T#*", "L#*", SESSIONS]));
  });

  test("what counts a request against its org's budget can change that item, and neither read, put nor remove it", () => {
    const withRight = (action: RegExp) => NAMES.filter((name) => prefixes(role(name), action).has(BUDGET));
    expect(withRight(/^dynamodb:UpdateItem$/)).toEqual(["users", "groups", "bulk", "search", "oauth", "discovery"]);
    for (const action of [READS, /^dynamodb:(Put|BatchWrite|Delete)Item$/]) {
      expect(withRight(action).filter((name) => name !== "admin")).toEqual([]);
    }
  });

  test("SEC-8: only admin and oauth write tokens, and admin by application key or by a session of the portal", () => {
    const writers = NAMES.filter((name) => [...prefixes(role(name), WRITES)].some((prefix) => prefix.startsWith("T#")));
    expect(writers).toEqual(["oauth", "admin", "appAdmin", "portalAdmin"]);
  });

  test("directory writes only the application's own data, and reads no token", () => {
    expect(prefixes(role("directory"), READS)).toEqual(new Set(["O#*", "N#*", "C#*", "S#*", "E#*", "F#*", ASSIGNED]));
    expect(prefixes(role("directory"), WRITES)).toEqual(new Set(["N#*"]));
  });

  test("maintenance reads settings and writes the data and the logs of both sides; a token it can neither read nor make", () => {
    expect(prefixes(role("maintenance"), READS)).toEqual(new Set(["O#*", "N#*", "C#*", "S#*", "E#*", "F#*", ASSIGNED]));
    expect(prefixes(role("maintenance"), WRITES)).toEqual(new Set(["O#*", "N#*", "E#*", "F#*"]));
  });

  test("only directory and maintenance write the application's own data, and no SCIM function reads or deletes it", () => {
    const withRight = (action: RegExp) => NAMES.filter((name) => prefixes(role(name), action).has("N#*"));
    expect(withRight(/^dynamodb:(Put|Update|BatchWrite)Item$/)).toEqual(["maintenance", "directory", "appWrite"]);
    for (const action of [READS, WRITES]) {
      expect(
        withRight(action).filter((name) => !["directory", "maintenance", "admin", "portal", ...KEYED].includes(name)),
      ).toEqual([]);
    }
  });

  test.each(NAMES)("%s can read token, settings and resource in one BatchGetItem: one statement covers all", (name) => {
    const batch = role(name).filter((statement) => actionsOf(statement).includes("dynamodb:BatchGetItem"));
    expect(batch).toHaveLength(1);
  });

  test("the index is named, never a wildcard", () => {
    const [index] = role("users").filter(({ Sid }) => Sid === "ReadIndex");
    expect(JSON.stringify(index?.Resource)).toContain("/index/gsi1");
    expect(index?.Action).toBe("dynamodb:Query");
  });
});

describe("roles", () => {
  const { resources: withRoles } = synthesise({ applicationKeys: true, roles: true });
  const roleOf = (name: string): Statement[] =>
    withRoles("AWS::IAM::Policy")
      .filter(([id]) => new RegExp(`^${name}RoleDefaultPolicy[0-9A-F]{8}$`).test(id))
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);

  test("only the worker and an operator's repair write who has which, and only where the setting is on", () => {
    const others = [...ALWAYS, ...KEYED].filter((name) => name !== "admin");
    const writing = (name: string) => [...prefixes(roleOf(name), WRITES)].filter((space) => space.startsWith("R#"));
    expect(Object.fromEntries(others.map((name) => [name, writing(name)]).filter(([, some]) => some?.length))).toEqual({
      directory: [CATALOGUE, USES],
      appWrite: [CATALOGUE, USES],
      appAdmin: [USES, "R#--------#O", WORK],
      maintenance: [WORK, "R#????????#H", ASSIGNED],
    });
    expect(prefixes(roleOf("roles"), WRITES)).toEqual(new Set([ASSIGNED, "R#????????#H", WORK]));
    expect(prefixes(roleOf("roles"), READS)).toEqual(new Set(["O#*", "N#*", "C#*", "R#*"]));
    for (const name of others) expect([...prefixes(role(name), WRITES)].join()).not.toContain("R#");
    expect(prefixes(roleOf("admin"), /^dynamodb:(Put|Update|BatchWrite)Item$/)).not.toContain(ASSIGNED);
  });

  test("the function of events wakes the worker and marks, and can neither read nor give a role", () => {
    const ofEvents = roleOf("events").filter(({ Sid }) =>
      ["MarkRoles", "ListOrgsWithRoles", "WakeRoles"].includes(String(Sid)),
    );
    expect(ofEvents.map(actionsOf)).toEqual([["dynamodb:Query"], ["dynamodb:PutItem"], ["lambda:InvokeFunction"]]);
    expect(prefixes(roleOf("events"), WRITES)).not.toContain(ASSIGNED);
    expect(JSON.stringify(ofEvents.at(-1)?.Resource)).toContain("rolesLive");
    const environmentOf = (name: string) =>
      withRoles("AWS::Lambda::Function").find(([id]) => id.startsWith(`${name}Function`))?.[1].Properties.Environment
        .Variables;
    expect(JSON.stringify(environmentOf("events").ROLES_WORKER)).toContain("rolesLive");
    expect(environmentOf("directory").ROLES).toBe("on");
  });

  test("are worked on each minute besides, and by nothing where the setting is off", () => {
    const rules = withRoles("AWS::Events::Rule").filter(([id]) => id.startsWith("RolesVisit"));
    expect(rules.map(([, { Properties }]) => Properties.ScheduleExpression)).toEqual(["rate(1 minute)"]);
    const off = synthesise({ applicationKeys: true });
    const added = withRoles("AWS::Lambda::Function").length - off.resources("AWS::Lambda::Function").length;
    expect([added, off.resources("AWS::Events::Rule").filter(([id]) => id.startsWith("Roles"))]).toEqual([1, []]);
    expect(JSON.stringify(off.template.toJSON())).not.toContain("ROLES");
  });
});

describe("logs", () => {
  test("every group keeps its lines for 90 days, or as long as the settings say", () => {
    template.resourceCountIs("AWS::Logs::LogGroup", NAMES.length + 5);
    template.allResourcesProperties("AWS::Logs::LogGroup", { RetentionInDays: 90 });
    synthesise({ logRetentionDays: 365 }).template.allResourcesProperties("AWS::Logs::LogGroup", {
      RetentionInDays: 365,
    });
  });

  test("they outlive the stack, except in dev", () => {
    template.allResources("AWS::Logs::LogGroup", {
      DeletionPolicy: "RetainExceptOnCreate",
      UpdateReplacePolicy: "Retain",
    });
    synthesise({ stage: "dev" }).template.allResources("AWS::Logs::LogGroup", { DeletionPolicy: "Delete" });
  });
});
