import { describe, expect, test } from "@jest/globals";
import { liveRun } from "../../aws/run/liveRun.ts";
import { ACCOUNT, FakeAccount, type Faults } from "./fakeAccount.ts";

const NAME = "RollcallTest-20260102T030405-0a1b2c";
const BY_HAND = `AWS_REGION=eu-central-1 npx cdk destroy --force -c settings=none -c stackName=${NAME} -c stage=dev`;

async function played(account: FakeAccount, yesAccount?: string) {
  const code = await liveRun(account.executor(), { yesAccount }, account.interruption);
  return { account, code };
}

const sound = await played(new FakeAccount());
const CALLS = sound.account.calls;
const DEPLOY = CALLS.indexOf("cdk deploy");

describe("a run in which all goes well", () => {
  test("looks, asks, deploys, checks, destroys and writes, in this order", () => {
    expect(sound.code).toBe(0);
    const told = ["identity", "ask", "cdk synth", "cdk deploy", "wire check", "live check", "cdk destroy", "write"];
    expect(CALLS.filter((name) => told.includes(name))).toEqual([
      "identity",
      "cdk synth",
      "ask",
      "write",
      "cdk deploy",
      "wire check",
      "live check",
      "write",
      "cdk destroy",
      "write",
    ]);
    expect(sound.account.stack).toBe(false);
    expect(sound.account.interruption.byHand).toBeUndefined();
  });

  test("has written how to delete the stack before there is one", () => {
    expect(sound.account.written[0]).toMatch(new RegExp(`Delete it: AWS_REGION=\\S+ npx cdk destroy .* ${NAME}`));
    expect(sound.account.written.at(-1)).not.toContain("if this run was killed");
  });

  test("makes a stack that shares nothing with another one, and destroys what was synthesised", () => {
    const [synth, deploy, destroy] = sound.account.cdkArgs.map((args) => args.join(" "));
    expect(synth).toBe(
      `synth --quiet --output /assembly -c settings=none -c stackName=${NAME} -c stage=dev -c split=false -c logRetentionDays=1 -c apiGatewayAccountRole=existing -c portal=true`,
    );
    expect(deploy).toBe(`deploy ${NAME} --require-approval never --app /assembly`);
    expect(destroy).toBe(`destroy ${NAME} --force --app /assembly`);
  });

  test("takes its rule from the bus and its queue away before the bus goes", () => {
    const destroy = CALLS.indexOf("cdk destroy");
    expect(
      CALLS.slice(0, destroy)
        .filter((name) => /^(events|sqs):/.test(name))
        .slice(-4),
    ).toEqual(["events:RemoveTargets", "events:DeleteRule", "sqs:GetQueueUrl", "sqs:DeleteQueue"]);
  });

  test("tells account, region, name, bounds and what stays before it asks", () => {
    const before = sound.account.printed.slice(0, 1).join();
    expect(before).toContain(ACCOUNT);
    for (const word of ["eu-central-1", NAME, "5000 requests", "at most $0.50", "team-logs", "35 days"]) {
      expect(before).toContain(word);
    }
  });

  test("writes what it found, masked", () => {
    const report = String(sound.account.written.at(-1));
    expect(report).toContain("**3 passed, 0 failed, 1 not shown**");
    expect(report).toContain("| cold start, p50 | 312 | ms | a check |");
    expect(report).toContain("(not shown: no second identity)");
    expect(report).toContain("| account | ********9012 |");
    expect(report).toContain("* no stack\n");
    expect(report).not.toContain(ACCOUNT);
  });
});

describe("a call that fails", () => {
  /** Whatever they say is no result of the run: something was asked once more, or only for information. */
  const HARMLESS = CALLS.flatMap((name, index) =>
    index > CALLS.indexOf("cdk destroy") && /DescribeLogGroups|ListQueues|apiGatewayLogRole/.test(name)
      ? [index + 1]
      : [],
  );
  const NEVER_FAIL = ["now", "print"];
  const cases = CALLS.flatMap((name, index): [number, string][] =>
    NEVER_FAIL.includes(name) ? [] : [[index + 1, name]],
  );

  test.each(cases)("number %i, %s, leaves no stack and the right exit code", async (failAt, name) => {
    const { account, code } = await played(new FakeAccount({ failAt }));
    expect(account.stack).toBe(false);
    expect(account.interruption.byHand).toBeUndefined();
    if (failAt <= DEPLOY) {
      expect(code).toBe(2);
      expect(account.calls).not.toContain("cdk deploy");
      expect(account.calls).not.toContain("cdk destroy");
      expect(account.said).toMatch(/Nothing was made\.$/);
      return;
    }
    expect(account.calls.lastIndexOf("cdk destroy")).toBeGreaterThan(account.calls.indexOf("cdk deploy"));
    const early = failAt === CALLS.indexOf("write", DEPLOY) + 1;
    expect(code).toBe(early || HARMLESS.includes(failAt) ? 0 : 1);
    if (name !== "write") expect(account.written.at(-1)).toContain("cdk destroy");
    else expect(account.said).toContain("# What `npm run test:aws` found");
  });

  test("in one check hides none of the others", async () => {
    const { account, code } = await played(new FakeAccount({ broken: ["wire check", "live check"] }));
    expect(code).toBe(1);
    expect(account.calls).toEqual(expect.arrayContaining(["next wire check", "second live check"]));
    expect(account.written.at(-1)).toContain("* ✗ a check (0.0 s)\n  * it broke off: live check failed");
  });

  test.each(["events:RemoveTargets", "events:DeleteRule", "sqs:GetQueueUrl", "sqs:DeleteQueue"])(
    "of every %s keeps no stack: it is destroyed all the same, and the failure is told",
    async (name) => {
      const { account, code } = await played(new FakeAccount({ broken: [name] }));
      expect(account.stack).toBe(false);
      expect(code).toBe(1);
      expect(account.written.at(-1)).toContain(`${name} failed`);
    },
  );

  test("of every destroy ends with the command to type, last and loudest, and in the report", async () => {
    const { account, code } = await played(new FakeAccount({ broken: ["cdk destroy"] }));
    expect(code).toBe(1);
    expect(account.stack).toBe(true);
    expect(account.printed.at(-1)).toMatch(/^\n!!! The stack may still be there/);
    expect(account.printed.at(-1)).toContain(BY_HAND);
    expect(account.written.at(-1)).toContain(BY_HAND);
    expect(account.calls.filter((name) => name === "cdk destroy")).toHaveLength(2);
  });

  test("of a destroy that says it is done is found out", async () => {
    const account = new FakeAccount();
    account.stays = true;
    const { code } = await played(account);
    expect(code).toBe(1);
    expect(account.said).toContain("the stack is still there: CREATE_COMPLETE");
    expect(account.printed.at(-1)).toContain(BY_HAND);
  });

  test("of a deployment is waited for until CloudFormation has settled, since it may begin late", async () => {
    const { account } = await played(new FakeAccount({ broken: ["cdk deploy"] }));
    const after = account.calls.slice(account.calls.indexOf("cdk destroy"));
    expect(after.filter((name) => /^wait$|DescribeStacks/.test(name))).toEqual(["wait", "DescribeStacks"]);
    expect(sound.account.calls).toEqual(expect.not.arrayContaining(["wait"]));
  });
});

describe("Ctrl-C", () => {
  test.each(CALLS.map((name, index): [number, string] => [index + 1, name]))(
    "in the midst of call %i, %s, leaves no stack, also when the call never ends",
    async (interruptAt) => {
      const { account, code } = await played(new FakeAccount({ interruptAt }));
      expect(account.stack).toBe(false);
      if (interruptAt <= DEPLOY) {
        expect(code).toBe(2);
        expect(account.calls).not.toContain("cdk deploy");
        expect(account.calls).not.toContain("cdk destroy");
        return;
      }
      expect(code).toBe(1);
      expect(account.calls).toContain("cdk destroy");
      expect(account.written.at(-1)).toContain("## What is left");
    },
  );
});

test("after Ctrl-C no further check is begun, also when the one at work ends as if nothing had been", async () => {
  const account = new FakeAccount();
  const begun: string[] = [];
  const check = (name: string) => ({
    name,
    run: async () => {
      begun.push(name);
      account.interruption.interrupt("it was interrupted (SIGINT)");
      return { differences: [] };
    },
  });
  const executor = { ...account.executor(), checks: [check("first"), check("second")] };
  expect(await liveRun(executor, {}, account.interruption)).toBe(1);
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toEqual(["first"]);
});

describe("a run that may not begin", () => {
  const refused: readonly [string, (account: FakeAccount) => void, RegExp, Faults?][] = [
    ["another account was typed", (account) => Object.assign(account, { typed: "210987654321" }), /not the id/],
    ["nothing was typed", (account) => Object.assign(account, { typed: "" }), /not the id/],
    ["a stack has the name already", (account) => Object.assign(account, { stack: true }), /is a stack .* already/],
    [
      "the CDK was never set up",
      (account) => Object.assign(account, { bootstrap: undefined }),
      /npx cdk bootstrap aws:\/\/123456789012\/eu-central-1/,
    ],
  ];

  test.each(refused)("since %s, makes nothing and says why", async (_why, change, words) => {
    const account = new FakeAccount();
    change(account);
    const { code } = await played(account);
    expect(code).toBe(2);
    expect(account.calls.filter((name) => /deploy|destroy|write/.test(name))).toEqual([]);
    expect(account.said).toMatch(words);
  });

  test("takes the account of the command line instead of asking, and no other one", async () => {
    const agreed = await played(new FakeAccount(), ACCOUNT);
    expect(agreed.code).toBe(0);
    expect(agreed.account.calls).toEqual(expect.not.arrayContaining(["ask"]));
    expect((await played(new FakeAccount(), "210987654321")).code).toBe(2);
  });
});

describe("the account's logging role", () => {
  test("is made where there is none, is said to stay before, and listed after", async () => {
    const account = new FakeAccount();
    account.role = undefined;
    const { code } = await played(account);
    expect(code).toBe(0);
    expect(account.cdkArgs[0]).toContain("apiGatewayAccountRole=create");
    expect(account.printed[0]).toMatch(/Both STAY when the stack goes/);
  });
});

describe("what differs", () => {
  test("in more places than anybody reads is cut, and says so", async () => {
    const account = new FakeAccount();
    account.differences = Array.from({ length: 40 }, (_, n) => `difference ${n}`);
    await played(account);
    expect(account.written.at(-1)).toContain("  * difference 24\n  * and 15 more\n");
  });

  test("fails the run and is told without tokens, keys, the caller and the account", async () => {
    const account = new FakeAccount();
    const caller = `arn:aws:sts::${ACCOUNT}:assumed-role/Admin/ada@example.com`;
    account.differences = [`rollcall_abcDEF123456 of ${caller} with AKIAABCDEFGHIJKLMNOP in ${ACCOUNT}`];
    const { code } = await played(account);
    expect(code).toBe(1);
    const safe = "<token> of <the caller> with <access key> in ********9012";
    expect(account.written.at(-1)).toContain(safe);
    expect(account.said).toContain(safe);
    expect(account.written.at(-1)).not.toMatch(/ada@|AKIAABCD|rollcall_abc/);
  });
});
