import { describe, expect, test } from "@jest/globals";
import { ownOutputs, rollcallsIn } from "../../bin/rollcall/aws/stackNames.ts";

/** What CloudFormation lists of a stack: logical ids by type, physical ids after them. */
function listed(ids: readonly string[]) {
  return ids.map((logicalId) => ({
    logicalId,
    physicalId: `Host-${logicalId}-x`,
    type: /Logs?[0-9A-F]{8}$/.test(logicalId) ? "AWS::Logs::LogGroup" : "AWS::Lambda::Function",
  }));
}

const OF_ITS_OWN = [
  "usersFunction9DA8D56E",
  "usersLogs0A1B2C3D",
  "groupsFunctionDC1A6B1F",
  "groupsLogs1A2B3C4D",
  "eventsFunction47D1D5F6",
  "eventsLogs2A2B3C4D",
  "tokensReportFunction5D0D5EFC",
  "HttpAccessLog77001122",
];
/** As the CDK names the same below a construct of this path. */
const below = (path: string): string[] => OF_ITS_OWN.map((id) => path + id);
const HOSTS = [
  "usersFunction",
  "crmgroupsFunction0A1B2C3D",
  "UsersFunction0A1B2C3D",
  "ScimLogs0A1B2C3D",
  "Logs0A1B2C3D",
];

describe("the parts of a Rollcall in a stack", () => {
  test.each([
    ["a stack of its own", "", OF_ITS_OWN],
    ["a construct in a host's stack", "Scim", below("Scim")],
    ["one that stands deeper", "PlatformIdentityScim", below("PlatformIdentityScim")],
    ["functions of the host beside it", "Scim", [...HOSTS, ...below("Scim"), "ScimAuditFunction0A1B2C3D"]],
  ])("are found by name: %s", (_case, path, ids) => {
    const found = rollcallsIn(listed(ids));
    expect(found).toEqual([
      {
        functions: new Map(
          [
            ["users", "9DA8D56E"],
            ["groups", "DC1A6B1F"],
            ["events", "47D1D5F6"],
            ["tokensReport", "5D0D5EFC"],
          ].map(([role = "", hash = ""]) => [role, `Host-${path}${role}Function${hash}-x`]),
        ),
        logGroups: ["usersLogs0A1B2C3D", "groupsLogs1A2B3C4D", "eventsLogs2A2B3C4D"].map((id) => `Host-${path}${id}-x`),
        accessLog: `Host-${path}HttpAccessLog77001122-x`,
      },
    ]);
  });

  test.each([
    ["users", ["usersFunction9DA8D56E", "usersgroupsFunctionDC1A6B1F"]],
    [
      "directory",
      ["userdirectoryusersFunction9DA8D56E", "userdirectorygroupsFunctionDC1A6B1F", "userdirectoryFunction1A2B3C4D"],
    ],
  ])("are found below a construct whose id ends like a function of it: %s", (role, ids) => {
    const [found, ...others] = rollcallsIn(listed(ids));
    expect(others).toEqual([]);
    expect([...(found?.functions.keys() ?? [])].sort()).toEqual([...new Set(["groups", "users", role])].sort());
    expect(found?.functions.get(role)).toMatch(/^Host-(users|userdirectory)Function/);
  });

  test("are two where functions of the host are called the same, and none where there is no Rollcall", () => {
    const crm = ["CrmusersFunction0A1B2C3D", "CrmgroupsFunction0A1B2C3D"];
    expect(rollcallsIn(listed([...crm, ...below("Scim")])).map(({ functions }) => functions.get("users"))).toEqual([
      "Host-CrmusersFunction0A1B2C3D-x",
      "Host-ScimusersFunction9DA8D56E-x",
    ]);
    expect(rollcallsIn(listed(HOSTS))).toEqual([]);
  });
});

describe("the outputs of a Rollcall", () => {
  test("are those of the stack, where it is Rollcall's own", () => {
    const outputs = new Map([["TableName", "t"]]);
    expect(ownOutputs(outputs)).toEqual(outputs);
  });

  test("are those with the prefix in a host's stack, whatever the host calls its own", () => {
    const given = new Map([
      ["TableName", "the host's"],
      ["RollcallTableName", "ours"],
      ["JournalFunctionName", "the host's"],
      ["RollcallTenantUrl", "https://scim.example.com"],
    ]);
    expect(Object.fromEntries(ownOutputs(given))).toEqual({ TableName: "ours", TenantUrl: "https://scim.example.com" });
  });
});
