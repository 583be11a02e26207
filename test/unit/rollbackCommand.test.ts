import { createServer, type IncomingMessage, type Server } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { rollbackCommand } from "../../bin/rollcall/rollbackCommand.ts";
import { type ModelledLambda, modelledLambda } from "../support/modelledLambda.ts";
import { reachAws } from "../support/reachAws.ts";
import { runPrinting } from "../support/rollcallOver.ts";
import { closed, listening } from "../support/serving.ts";

const ROLES = ["users", "groups", "events"];
const OLD = "0.2.0-0a1b2c3d4e";
const NEW = "0.3.0-5f60718293";

let lambda: ModelledLambda;
let status: string;
/** Functions whose alias a call refuses, and how. */
let refuses: Readonly<Record<string, readonly [status: number, type: string]>>;
/** Aliases that also send a share of calls to another version. */
let shared: Set<string>;
/** Calls that change something. */
let changes: string[];
let server: Server;
let leaveAws: () => void;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const [code, answer] = answerOf(request, body);
    if (typeof answer === "string") response.writeHead(code).end(answer);
    else response.writeHead(code, { "x-amzn-errortype": answer.type ?? "" }).end(JSON.stringify(answer));
  });
  leaveAws = reachAws(`http://127.0.0.1:${await listening(server)}`);
});

afterAll(async () => {
  leaveAws();
  await closed(server);
});

beforeEach(() => {
  lambda = modelledLambda(ROLES);
  [status, refuses, shared, changes] = ["UPDATE_COMPLETE", {}, new Set(), []];
  lambda.deploy(OLD, []);
  lambda.deploy(NEW, ["users"]);
});

interface Answer {
  readonly type?: string;
  readonly [more: string]: unknown;
}

/** In the shapes of the API references of CloudFormation and Lambda. */
function answerOf({ method = "", url = "" }: IncomingMessage, body: string): [status: number, body: string | Answer] {
  if (body.includes("Action=DescribeStacks")) {
    const stack = `<member><StackName>Rollcall</StackName><StackStatus>${status}</StackStatus></member>`;
    return [200, `<R><DescribeStacksResult><Stacks>${stack}</Stacks></DescribeStacksResult></R>`];
  }
  if (body.includes("Action=ListStackResources")) {
    const members = lambda
      .functions()
      .map(
        ({ role }) =>
          `<member><LogicalResourceId>${role}Function1A2B3C4D</LogicalResourceId><PhysicalResourceId>${role}</PhysicalResourceId><ResourceType>AWS::Lambda::Function</ResourceType></member>`,
      );
    const list = `<StackResourceSummaries>${members.join("")}</StackResourceSummaries>`;
    return [200, `<R><ListStackResourcesResult>${list}</ListStackResourcesResult></R>`];
  }
  const { pathname, searchParams } = new URL(url, "http://lambda");
  const [, role = "", what] = /^\/2015-03-31\/functions\/(\w+)\/(versions|aliases\/live)$/.exec(pathname) ?? [];
  const found = lambda.functions().find((one) => one.role === role);
  if (found === undefined) return [404, { type: "ResourceNotFoundException" }];
  if (what === "versions") return [200, page(found, Number(searchParams.get("Marker") ?? 0))];
  const revision = `${role}-${found.live}`;
  const refusal = refuses[role];
  if (refusal !== undefined && (method === "PUT" || refusal[0] === 404)) {
    return [refusal[0], { type: refusal[1], Message: "refused" }];
  }
  if (method === "PUT") {
    const { FunctionVersion, RevisionId, RoutingConfig } = JSON.parse(body);
    if (RevisionId !== revision) return [412, { type: "PreconditionFailedException", Message: "stale" }];
    expect(RoutingConfig).toEqual({ AdditionalVersionWeights: {} });
    shared.delete(role);
    changes.push(`${role} ${FunctionVersion}`);
    lambda.point(role, Number(FunctionVersion));
  }
  const weights = shared.has(role) ? { RoutingConfig: { AdditionalVersionWeights: { "1": 0.1 } } } : {};
  return [200, { Name: "live", FunctionVersion: String(found.live), RevisionId: revision, ...weights }];
}

/** One version a page, so that pages have to be followed. */
function page({ deployed, versions }: ReturnType<ModelledLambda["functions"]>[number], from: number): Answer {
  const all = [{ ...deployed, number: "$LATEST" }, ...versions];
  const shown = all.slice(from, from + 1).map(({ number, release, settings }) => ({
    Version: String(number),
    MemorySize: 512,
    Environment: { Variables: { ...settings, ROLLCALL_RELEASE: release } },
  }));
  return { Versions: shown, ...(from + 1 < all.length ? { NextMarker: String(from + 1) } : {}) };
}

async function rollback(...words: string[]) {
  const reach = () => Promise.reject(new Error("it takes the way to no API"));
  return runPrinting([rollbackCommand], ["rollback", "--stack", "Rollcall", ...words], reach, {
    AWS_REGION: "eu-central-1",
  });
}

const running = (): (number | undefined)[] => lambda.functions().map(({ live }) => live);

describe("rollcall rollback", () => {
  test("has every function run the release before, says what went with it, what did not, and how to go forward", async () => {
    const { code, out } = await rollback();
    expect({ code, running: running() }).toEqual({ code: 0, running: [1, 1, 1] });
    expect(out.split("\n").slice(0, 4)).toEqual([
      "FUNCTION  BEFORE  RELEASE           AFTER  RELEASE",
      `users     2       ${NEW}  1      ${OLD}`,
      `groups    2       ${NEW}  1      ${OLD}`,
      `events    2       ${NEW}  1      ${OLD}`,
    ]);
    for (const said of [
      `3 functions run ${OLD} now`,
      "Settings that change with it: PORTAL (users).",
      "changes no routes, rights, schedules",
      `npm run rollcall -- rollback --to ${NEW} --stack Rollcall --region eu-central-1`,
    ]) {
      expect(out).toContain(said);
    }
  });

  test("changes nothing where it was done already, and goes forward by --to", async () => {
    await rollback();
    changes = [];
    const again = await rollback();
    expect({ code: again.code, changes }).toEqual({ code: 0, changes: [] });
    expect(again.out).toContain(`Every function that has a version of ${OLD} runs it already; nothing was changed.`);
    expect(again.out).toContain(`rollback --to ${NEW}`);
    const forward = await rollback("--to", "0.3.0");
    expect({ code: forward.code, running: running() }).toEqual({ code: 0, running: [2, 2, 2] });
    expect(forward.out).not.toContain("To go forward");
  });

  test("with --dry-run lists the releases and what would be, and changes nothing", async () => {
    const { code, out } = await rollback("--dry-run");
    expect({ code, changes }).toEqual({ code: 0, changes: [] });
    expect(out).toContain(`Releases, the newest first: ${NEW} (deployed), ${OLD}.`);
    expect(out).toContain(`Without --dry-run, 3 functions would run ${OLD}.`);
    const json = JSON.parse((await rollback("--dry-run", "--json")).out);
    expect(json).toMatchObject({
      stack: "Rollcall",
      releases: [NEW, OLD],
      deployed: [NEW],
      release: OLD,
      settings: ["PORTAL"],
      changed: 0,
      toChange: 3,
    });
    expect(json.functions[0]).toEqual({
      function: "users",
      from: { version: 2, release: NEW },
      to: { version: 1, release: OLD },
    });
  });

  test("leaves a function that is new since then as it is, and names it", async () => {
    lambda.add("portal");
    lambda.deploy(NEW, []);
    const { code, out } = await rollback();
    expect({ code, running: running() }).toEqual({ code: 0, running: [1, 1, 1, 1] });
    expect(out).toMatch(/^portal +1 +0\.3\.0-5f60718293 +stays +new since then$/m);
    expect(changes.map((one) => one.split(" ")[0]).sort()).toEqual(["events", "groups", "users"]);
  });

  test("ends a share of calls that goes to another version", async () => {
    await rollback();
    shared.add("groups");
    changes = [];
    expect((await rollback()).code).toBe(0);
    expect({ changes, shared: [...shared] }).toEqual({ changes: ["groups 1"], shared: [] });
  });

  test("warns where it is more than one release back", async () => {
    lambda.deploy("0.4.0-aaaaaaaaaa", []);
    const { out } = await rollback("--to", OLD);
    expect(out).toContain("This is 2 releases back.");
  });

  test("exits with 1 where there is nothing before", async () => {
    lambda = modelledLambda(ROLES);
    lambda.deploy(NEW, []);
    const { code, out } = await rollback();
    expect({ code, changes }).toEqual({ code: 1, changes: [] });
    expect(out).toContain(`No release before ${NEW} has a version of every function.`);
  });
});

describe("rollcall rollback is refused", () => {
  test("while a deployment is under way, which sets the same aliases; while one cleans up it is not", async () => {
    status = "UPDATE_IN_PROGRESS";
    const { code, err } = await rollback();
    expect({ code, changes }).toEqual({ code: 1, changes: [] });
    expect(err).toContain("UPDATE_IN_PROGRESS");
    status = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS";
    expect((await rollback()).code).toBe(0);
  });

  test("by a deployment that came in between; said again it goes on to the same release", async () => {
    refuses = { events: [412, "PreconditionFailedException"] };
    const { code, err } = await rollback();
    expect({ code, running: running() }).toEqual({ code: 1, running: [1, 1, 2] });
    expect(err).toContain("Something else changed the alias of events meanwhile");
    expect(err).toContain("2 of 3 functions are changed: run the same command again.");
    refuses = {};
    const again = await rollback();
    expect({ code: again.code, running: running() }).toEqual({ code: 0, running: [1, 1, 1] });
    expect(again.out).toContain(`1 function runs ${OLD} now`);
  });

  test("without the right to it, by the words of AWS", async () => {
    refuses = {
      users: [403, "AccessDeniedException"],
      groups: [403, "AccessDeniedException"],
      events: [403, "AccessDeniedException"],
    };
    const { code, err } = await rollback();
    expect(code).toBe(1);
    expect(err).toContain("Lambda answered 403: refused 0 of 3 functions are changed");
  });

  test("of a stack that was deployed before there were versions", async () => {
    refuses = { users: [404, "ResourceNotFoundException"] };
    const { code, err } = await rollback();
    expect(code).toBe(1);
    expect(err).toContain("A function has no alias live");
    expect(err).toContain("lib/docs/upgrade.md");
  });

  test("of an unknown release, which --dry-run says beside those that there are", async () => {
    expect(await rollback("--to", "7")).toMatchObject({
      code: 1,
      err: expect.stringContaining(`There are: ${NEW}, ${OLD}.`),
    });
    expect(await rollback("--to", "7", "--dry-run")).toMatchObject({
      code: 1,
      out: expect.stringContaining("Releases, the"),
    });
  });
});
