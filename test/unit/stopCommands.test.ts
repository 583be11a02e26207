import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { setImmediate } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { SCIM_FUNCTIONS } from "../../bin/rollcall/aws/scimFunctions.ts";
import { restoreCommand } from "../../bin/rollcall/restoreCommand.ts";
import { stopCommands } from "../../bin/rollcall/stopCommands.ts";
import { ROUTES } from "../../functions/routes.ts";
import { reachAws } from "../support/reachAws.ts";
import { runPrinting } from "../support/rollcallOver.ts";
import { closed, listening } from "../support/serving.ts";

interface Lambda {
  reserved: number | undefined;
  /** Descriptions by name. */
  readonly aliases: Record<string, string>;
}

const lambdas = new Map<string, Lambda>();
let calls = 0;
/** Calls of the kind that Lambda refuses: for a moment, or for good. */
let throttled = 0;
let denied: RegExp | undefined;
/** The host's in the same stack: logical ids of functions, and outputs. */
let hosts: readonly string[] = [];
let outputs = "";
let server: Server;
let leaveAws: () => void;

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString("utf8");
    });
    request.on("end", () => {
      const [status, answer] = answerOf(request, body);
      response.writeHead(status).end(answer);
    });
  });
  leaveAws = reachAws(`http://127.0.0.1:${await listening(server)}`);
});

afterAll(async () => {
  leaveAws();
  await closed(server);
});

beforeEach(() => {
  calls = 0;
  throttled = 0;
  denied = undefined;
  [hosts, outputs] = [[], ""];
  lambdas.clear();
  for (const { function: role } of ROUTES) lambdas.set(physical(role), { reserved: undefined, aliases: {} });
});

function physical(role: string): string {
  return `Rollcall-${role}Function1A2B3C4D-x`;
}

const NOT_FOUND = JSON.stringify({ __type: "ResourceNotFoundException", message: "not found" });

/** In the shapes of the API references of CloudFormation and Lambda. */
function answerOf({ method = "", url = "" }: IncomingMessage, body: string): [status: number, body: string] {
  if (body.includes("Action=DescribeStacks")) {
    const stack = `<member><StackName>Rollcall</StackName><Outputs>${outputs}</Outputs></member>`;
    return [200, `<R><DescribeStacksResult><Stacks>${stack}</Stacks></DescribeStacksResult></R>`];
  }
  if (body.includes("Action=ListStackResources")) {
    const members = [...hosts.map(physical), ...lambdas.keys()].map(
      (name) =>
        `<member><LogicalResourceId>${name.slice("Rollcall-".length, -2)}</LogicalResourceId><PhysicalResourceId>${name}</PhysicalResourceId><ResourceType>AWS::Lambda::Function</ResourceType></member>`,
    );
    const summaries = `<StackResourceSummaries>${members.join("")}</StackResourceSummaries>`;
    return [
      200,
      `<ListStackResourcesResponse><ListStackResourcesResult>${summaries}</ListStackResourcesResult></ListStackResourcesResponse>`,
    ];
  }
  calls += 1;
  if (throttled > 0) {
    throttled -= 1;
    return [429, JSON.stringify({ message: "Rate exceeded" })];
  }
  if (denied?.test(`${method} ${url}`) === true) return [403, JSON.stringify({ Message: "not authorized" })];
  const path = decodeURIComponent(new URL(url, "http://lambda").pathname);
  const name = /(?:functions\/|function:)([\w-]+)/.exec(path)?.[1] ?? "";
  const lambda = lambdas.get(name);
  if (lambda === undefined) return [404, NOT_FOUND];
  if (path.startsWith("/2017-10-31/functions/") && path.endsWith("/concurrency")) {
    lambda.reserved = method === "DELETE" ? undefined : Number(JSON.parse(body).ReservedConcurrentExecutions);
    return [method === "DELETE" ? 204 : 200, method === "DELETE" ? "" : body];
  }
  if (path.startsWith("/2019-09-30/functions/") && path.endsWith("/concurrency"))
    return [200, JSON.stringify({ ReservedConcurrentExecutions: lambda.reserved })];
  const isWrite = method === "POST" || method === "PUT";
  const { Description, FunctionVersion, Name = path.split("/").at(-1) } = isWrite ? JSON.parse(body) : {};
  if (isWrite) {
    expect(FunctionVersion).toBe("$LATEST");
    lambda.aliases[Name] = Description;
  } else if (method === "DELETE") {
    delete lambda.aliases[Name];
    return [204, ""];
  }
  const found = lambda.aliases[Name];
  return found === undefined ? [404, NOT_FOUND] : [200, JSON.stringify({ Name, Description: found })];
}

async function rollcall(...words: string[]) {
  const reach = () => Promise.reject(new Error("neither takes the way to an API"));
  return runPrinting([...stopCommands, restoreCommand], words, reach, { AWS_REGION: "eu-central-1" });
}

function reservedOf(roles: readonly string[]): (number | undefined)[] {
  return roles.map((role) => lambdas.get(physical(role))?.reserved);
}

const OTHERS = ["admin", "maintenance", "directory"];

describe("rollcall stop --all", () => {
  test("keeps Lambda from starting any function that answers identity providers, in as many calls for any number of organizations", async () => {
    expect([...SCIM_FUNCTIONS, ...OTHERS].sort()).toEqual([...new Set(ROUTES.map((route) => route.function))].sort());
    const { code, out } = await rollcall("stop", "--all", "--stack", "Rollcall");
    expect(code).toBe(0);
    expect(reservedOf(SCIM_FUNCTIONS)).toEqual(SCIM_FUNCTIONS.map(() => 0));
    expect(reservedOf(OTHERS)).toEqual([undefined, undefined, undefined]);
    expect(calls).toBe(4 * SCIM_FUNCTIONS.length);
    for (const said of ["503 with Retry-After", "sign-in gate", "start --all --stack Rollcall --region eu-central-1"])
      expect(out).toContain(said);
    expect(out).toMatch(/may write until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\./);
  });

  test("is taken back by start --all to what each had, also when it was said twice", async () => {
    const users = lambdas.get(physical("users"));
    if (users === undefined) throw new Error("there is a function for users");
    users.reserved = 40;
    await rollcall("stop", "--all", "--stack", "Rollcall");
    await rollcall("stop", "--all", "--stack", "Rollcall");
    expect(reservedOf(["users", "groups"])).toEqual([0, 0]);
    const { code } = await rollcall("start", "--all", "--stack", "Rollcall");
    expect(code).toBe(0);
    expect(reservedOf(["users", "groups"])).toEqual([40, undefined]);
    expect([...lambdas.values()].map(({ aliases }) => aliases)).toEqual([...lambdas.values()].map(() => ({})));
  });

  test("broken off half-way says so, and start takes back what was done", async () => {
    denied = /^PUT .*groupsFunction/;
    const broken = await rollcall("stop", "--all", "--stack", "Rollcall");
    expect(broken.code).toBe(1);
    expect(broken.err).toContain("403: not authorized Some functions may have been changed already");
    denied = undefined;
    expect((await rollcall("start", "--all", "--stack", "Rollcall")).code).toBe(0);
    expect(reservedOf(SCIM_FUNCTIONS)).toEqual(SCIM_FUNCTIONS.map(() => undefined));
  });

  test("changes nothing where nobody may see what a function had before a stop, and nor does start", async () => {
    await rollcall("stop", "--all", "--stack", "Rollcall");
    const stopped = structuredClone(lambdas);
    denied = /^GET .*\/aliases\//;
    for (const word of ["stop", "start"]) {
      calls = 0;
      const { code, err } = await rollcall(word, "--all", "--stack", "Rollcall");
      expect([code, err]).toEqual([1, expect.stringContaining("403: not authorized")]);
      // The first refusal ends the command: the others are under way.
      while (calls < SCIM_FUNCTIONS.length) await setImmediate();
    }
    expect(lambdas).toEqual(stopped);
  });

  test.each([
    ["start leaves it", []],
    ["a second stop takes it over", ["stop"]],
  ])("keeps what a deployment reserves meanwhile: %s", async (_how, again) => {
    const users = lambdas.get(physical("users"));
    if (users === undefined) throw new Error("there is a function for users");
    users.reserved = 40;
    await rollcall("stop", "--all", "--stack", "Rollcall");
    users.reserved = 60;
    for (const word of [...again, "start"]) {
      expect((await rollcall(word, "--all", "--stack", "Rollcall")).code).toBe(0);
      expect(users.reserved).toBe(word === "stop" ? 0 : 60);
    }
    expect(users.aliases).toEqual({});
  });

  test("asks again where Lambda takes no more calls for a moment", async () => {
    throttled = 3;
    expect((await rollcall("stop", "--all", "--stack", "Rollcall")).code).toBe(0);
    expect(calls).toBe(4 * SCIM_FUNCTIONS.length + 3);
    expect(reservedOf(SCIM_FUNCTIONS)).toEqual(SCIM_FUNCTIONS.map(() => 0));
  });
});

describe("in a stack where functions of the host are called as ours", () => {
  beforeEach(() => {
    hosts = ["Crmusers", "Crmgroups"];
  });

  test("those that the stack's output names are stopped, and no others", async () => {
    lambdas.set(physical("events"), { reserved: undefined, aliases: {} });
    outputs = `<member><OutputKey>EventsFunctionName</OutputKey><OutputValue>${physical("events")}:live</OutputValue></member>`;
    expect((await rollcall("stop", "--all", "--stack", "Rollcall")).code).toBe(0);
    expect(reservedOf(SCIM_FUNCTIONS)).toEqual(SCIM_FUNCTIONS.map(() => 0));
  });

  test("nothing is stopped where no output says which are which", async () => {
    const { code, err } = await rollcall("stop", "--all", "--stack", "Rollcall");
    expect({ code, calls }).toEqual({ code: 1, calls: 0 });
    expect(err).toContain(`${physical("Crmusers")} and ${physical("users")}`);
  });
});

describe("rollcall start --all", () => {
  test("leaves what somebody else stopped, and says what that is", async () => {
    const groups = lambdas.get(physical("groups"));
    if (groups === undefined) throw new Error("there is a function for groups");
    groups.reserved = 0;
    const { code, out } = await rollcall("start", "--all", "--stack", "Rollcall");
    expect({ code, reserved: groups.reserved }).toEqual({ code: 1, reserved: 0 });
    expect(out).toContain("Something else keeps groups of Rollcall stopped");
  });
});

describe("stop, start and restore", () => {
  test.each([
    ["lambda", "scimFunctions"],
    ["dynamodb", "restoreTable"],
    ["dynamodb", "completeTable"],
  ])("need the rights that disaster.md lists: %s in %s.ts", (service, file) => {
    const [source, page] = [`bin/rollcall/aws/${file}.ts`, "lib/docs/disaster.md"].map((path) =>
      readFileSync(new URL(`../../${path}`, import.meta.url), "utf8"),
    );
    const called = [...String(source).matchAll(/new (\w+)Command\(/g)].map(([, name]) => `\`${service}:${name}\``);
    expect(called.length).toBeGreaterThan(0);
    expect(called.filter((right) => !page?.includes(right))).toEqual([]);
  });

  test.each([
    [["stop", "--stack", "Rollcall"], 2, "For one: `npm run rollcall -- org pause ORG --reason TEXT --stack Rollcall"],
    [["start", "--stack", "Rollcall"], 2, "For one: `npm run rollcall -- org resume ORG --stack Rollcall"],
    [["start", "--all", "--stack", "Rollcall", "--port", "1"], 2, "--port is about the server of this machine only"],
    [["start", "--all", "--data", "here"], 1, "name it with --stack"],
    [["stop", "--all"], 1, "name it with --stack"],
    [["restore", "--to", "2026-01-02T03:04:00Z"], 1, "name it with --stack"],
    [["restore", "--stack", "Rollcall"], 2, "--to takes a second with its zone"],
    [["restore", "--stack", "Rollcall", "--to", "yesterday"], 2, "--to takes a second with its zone"],
    [["restore", "--stack", "Rollcall", "--to", "2026-02-30T00:00:00Z"], 2, "--to takes a second with its zone"],
    [["restore", "--stack", "Rollcall", "--to", "2026-02-29T23:00:00+02:00"], 2, "--to takes a second with its zone"],
    [["restore", "--stack", "Rollcall", "--to", "2999-01-02T03:04:00Z"], 2, "lies in the future"],
  ])("%j is refused in words", async (words, code, said) => {
    const ended = await rollcall(...words);
    expect({ code: ended.code, said: ended.err.includes(said) }).toEqual({ code, said: true });
    expect(calls).toBe(0);
  });
});
