import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { cloudWatchLog } from "../../bin/rollcall/log/cloudWatchLog.ts";
import { type FoundLine, type LogReader, pastedReferences, type Question } from "../../bin/rollcall/log/logReader.ts";
import {
  ACCESS_LOG,
  type FakeCloudWatch,
  GROUPS_LOG,
  type Refusal,
  startFakeCloudWatch,
  USERS_LOG,
} from "../support/fakeCloudWatch.ts";
import { reachAws } from "../support/reachAws.ts";
import { eventually } from "./processes.ts";

const HOUR = 3_600_000;

let cloud: FakeCloudWatch;
let leaveAws: () => void;
let log: LogReader;
let notes: string[];
let waits: number[];
/** As long as it lasts, whoever waits does so until it ends. */
let pause: Promise<void> | undefined;

beforeEach(async () => {
  cloud = await startFakeCloudWatch();
  cloud.running = 1;
  leaveAws = reachAws(cloud.url);
  [notes, waits, pause] = [[], [], undefined];
  log = await cloudWatchLog("Rollcall", "eu-west-1", {
    say: (text) => notes.push(text),
    wait: async (milliseconds, signal) => {
      waits.push(milliseconds);
      if (pause !== undefined && signal?.aborted === false) {
        await Promise.race([pause, new Promise((resolve) => signal.addEventListener("abort", resolve))]);
      }
      await turn();
    },
  });
});
afterEach(async () => {
  leaveAws();
  await cloud.close();
});

/** A line that was written so many milliseconds ago. */
function written(group: string, ref: string, ago: number, more: FoundLine = {}): void {
  const ts = new Date(Date.now() - ago).toISOString();
  cloud.groups.get(group)?.push({ type: "scim.request", ts, org: "acme", ref, ...more });
}

const DENIED: Refusal = { status: 400, type: "AccessDeniedException" };
const THROTTLED: Refusal = { status: 400, type: "ThrottlingException" };

describe("tail", () => {
  let end: AbortController;
  let taken: unknown[];
  let following: Promise<void>;

  /** @param since how long ago */
  function follow(since: number): void {
    [end, taken] = [new AbortController(), []];
    following = log.follow("acme", Date.now() - since, (line) => taken.push(line.ref), end.signal);
    // Judged by whoever awaits it.
    following.catch(() => undefined);
  }

  async function ended(): Promise<unknown[]> {
    end.abort();
    await following;
    return taken;
  }

  const polls = () => cloud.inputs.filter(({ operation }) => operation === "FilterLogEvents");
  const rounds = (count: number) => eventually(() => waits.length >= count);

  test("does not look through the past of a quiet organization each time", async () => {
    follow(HOUR);
    await rounds(3);
    await ended();
    const from = polls().map(({ input }) => Date.now() - Number(input.startTime));
    expect(from[0]).toBeGreaterThan(HOUR);
    for (const one of from.slice(2)) expect(one).toBeLessThan(HOUR / 2);
  });

  test("shows a line once, also one that comes late, or out of order", async () => {
    written(USERS_LOG, "first", 1_000);
    follow(HOUR);
    await rounds(3);
    written(USERS_LOG, "second", 10_000);
    written(GROUPS_LOG, "third", 20_000);
    written(GROUPS_LOG, "another's", 1_000, { org: "globex" });
    await rounds(waits.length + 4);
    expect(await ended()).toEqual(["first", "third", "second"]);
  });

  test("shows once what comes minutes late", async () => {
    written(USERS_LOG, "first", 1_000);
    follow(HOUR);
    await rounds(3);
    written(USERS_LOG, "slow", 200_000);
    await rounds(waits.length + 20);
    expect(await ended()).toEqual(["first", "slow"]);
  });

  test("shows what was written a little before the last line that a query found", async () => {
    written(USERS_LOG, "slow", 40_000);
    follow(0);
    await rounds(1);
    expect(await ended()).toEqual(["slow"]);
  });

  test.each([
    ["throttling", { ...THROTTLED, times: 5 }, "CloudWatch is busy (ThrottlingException): waiting."],
    ["a 429", { status: 429, times: 5 }, "CloudWatch is busy (status 429): waiting."],
    ["a lost connection", { status: "cut", times: 5 }, /^CloudWatch does not answer \(\w+\)\. Waiting\.$/],
  ] satisfies [string, Refusal, unknown][])(
    "waits longer and longer through %s, and says so once",
    async (_, refusal, note) => {
      cloud.refuses.set("FilterLogEvents", { ...refusal });
      written(USERS_LOG, "later", 1_000);
      follow(HOUR);
      await eventually(() => taken.length > 0);
      expect(await ended()).toEqual(["later"]);
      expect(notes).toEqual([typeof note === "string" ? note : expect.stringMatching(note as RegExp)]);
      const [one = 0, , , , five = 0] = waits;
      expect(five).toBeGreaterThan(4 * one);
    },
  );

  test.each([
    ["it waits for the next look", undefined],
    ["it is throttled", THROTTLED],
    ["no answer comes", { status: "silent" }],
  ] satisfies [string, Refusal | undefined][])("ends at once while %s", async (_, refusal) => {
    let go = (): void => undefined;
    pause = new Promise((resolve) => {
      go = resolve;
    });
    if (refusal !== undefined) cloud.refuses.set("FilterLogEvents", refusal);
    follow(HOUR);
    await eventually(
      () => cloud.asked.includes("FilterLogEvents") && (waits.length > 0 || refusal?.status === "silent"),
    );
    expect(await ended()).toEqual([]);
    go();
  });

  test("goes on without a log group that is gone, and ends when none is left", async () => {
    written(USERS_LOG, "there", 1_000);
    cloud.groups.delete(GROUPS_LOG);
    follow(HOUR);
    await rounds(2);
    expect(notes).toEqual([`The log group ${GROUPS_LOG} is gone: its lines cannot be shown.`]);
    cloud.groups.delete(USERS_LOG);
    await expect(following).rejects.toThrow("A log group of stack Rollcall is gone");
    expect(taken).toEqual(["there"]);
  });

  test("ends without the permission, which it names", async () => {
    cloud.refuses.set("FilterLogEvents", DENIED);
    follow(HOUR);
    await expect(following).rejects.toThrow(/may not do logs:FilterLogEvents on the log groups of stack Rollcall/);
  });
});

describe("a question", () => {
  const of = (equal: Question["equal"], most = 10): Question => {
    return { equal, most, from: Date.now() - 14 * 24 * HOUR, to: Date.now() + 60_000 };
  };
  const refs = async (question: Question) => (await log.find(question)).map(({ ref }) => ref);

  beforeEach(() => {
    for (const [ref, hours] of Object.entries({ a: 200, b: 100, c: 50, d: 3, e: 0.1 })) {
      written(ref === "d" ? GROUPS_LOG : USERS_LOG, ref, hours * HOUR, { resourceId: ref === "e" ? "u2" : "u1" });
    }
  });

  test.each([
    ["over Logs Insights", false],
    ["by reading the log through, without the permission for it", true],
  ])("is answered the same %s", async (_, denied) => {
    if (denied) cloud.refuses.set("StartQuery", DENIED);
    expect(await refs(of({ org: "acme" }))).toEqual(["a", "b", "c", "d", "e"]);
    expect(await refs(of({ org: "acme" }, 2))).toEqual(["d", "e"]);
    expect(await refs(of({ org: "acme", resourceId: "u1" }, 3))).toEqual(["b", "c", "d"]);
    expect(await refs({ ...of({ org: "acme" }), to: Date.now() - HOUR, from: Date.now() - 60 * HOUR })).toEqual([
      "c",
      "d",
    ]);
    expect(await refs(of({ org: "globex" }))).toEqual([]);
    const ids = { extendedRequestId: "JKJaXmPLvHc+SHA=", integrationRequestId: "0b6f7c3a-7b61-4c24-a982-80578daff09f" };
    cloud.groups.get(ACCESS_LOG)?.push({ ...ids, requestTimeEpoch: Date.now() - HOUR, status: "429" });
    for (const reference of ["80578daff09f", "JKJaXmPLvHc+SHA="].flatMap(pastedReferences)) {
      const [access] = await log.gateway(reference, Date.now() - 2 * HOUR, Date.now());
      expect(access).toMatchObject({ ...ids, status: "429" });
    }
    expect(notes).toHaveLength(denied ? 1 : 0);
  });

  test.each([
    ["throttling", { StartQuery: { ...THROTTLED, times: 2 } }],
    ["too many queries at once", { StartQuery: { status: 400, type: "LimitExceededException", times: 2 } }],
    ["throttling while the query runs", { GetQueryResults: { status: 429, times: 2 } }],
    ["a lost connection", { GetQueryResults: { status: "cut", times: 2 } }],
    ["a fault of CloudWatch", { StartQuery: { status: 500, type: "InternalFailure", times: 2 } }],
  ] satisfies [string, Record<string, Refusal>][])("outlasts %s", async (_, refusals) => {
    for (const [operation, refusal] of Object.entries(refusals)) cloud.refuses.set(operation, refusal);
    expect(await refs(of({ ref: "d" }))).toEqual(["d"]);
    expect(notes).toHaveLength(1);
  });

  const SENTENCES: readonly (readonly [operation: string, refusal: Refusal, sentence: string | RegExp])[] = [
    [
      "StartQuery",
      THROTTLED,
      /^CloudWatch takes no more requests .* \(ThrottlingException\): try again in a minute\.$/,
    ],
    [
      "StartQuery",
      { status: 400, type: "com.amazonaws.logs#LimitExceededException" },
      /^This AWS account runs as many queries of Logs Insights .* \(LimitExceededException\): try again in a minute\.$/,
    ],
    ["GetQueryResults", DENIED, ""],
    [
      "GetQueryResults",
      { status: 500, type: "ServiceUnavailableException" },
      "CloudWatch answered GetQueryResults with ServiceUnavailableException.",
    ],
    ["GetQueryResults", { status: "cut" }, /^CloudWatch does not answer \(\w+\)\.$/],
    [
      "StartQuery",
      { status: 400, type: "ExpiredTokenException" },
      /^AWS does not accept your credentials \(ExpiredTokenException\)\. Renew them/,
    ],
    ["StartQuery", { status: 400, type: "ResourceNotFoundException" }, /^A log group of stack Rollcall is gone/],
  ];

  test.each(SENTENCES)("ends in a sentence when %s is refused by %o for good", async (operation, refusal, sentence) => {
    cloud.refuses.set(operation, refusal);
    if (sentence === "") expect(await refs(of({ ref: "d" }))).toEqual(["d"]);
    else await expect(log.find(of({ ref: "d" }))).rejects.toThrow(sentence);
  });

  test("names the permission that is missing, as AWS does", async () => {
    cloud.refuses.set("StartQuery", DENIED);
    const message = "User: arn:aws:iam::1:user/x is not authorized to perform: kms:Decrypt on resource: key";
    cloud.refuses.set("FilterLogEvents", { ...DENIED, message });
    await expect(log.find(of({ ref: "d" }))).rejects.toThrow(
      /^Your AWS credentials may not do kms:Decrypt on the log groups/,
    );
  });

  test("is answered from the other log groups when one is gone, or younger than the time asked for", async () => {
    cloud.made.set(GROUPS_LOG, Date.now() - HOUR);
    const early = { ...of({ org: "acme" }), to: Date.now() - 40 * HOUR };
    expect(await refs(early)).toEqual(["a", "b", "c"]);
    expect(notes).toEqual([]);
    cloud.groups.delete(GROUPS_LOG);
    expect(await refs(of({ org: "acme" }))).toEqual(["a", "b", "c", "e"]);
    expect(notes).toEqual([`The log group ${GROUPS_LOG} is gone: its lines cannot be found.`]);
    cloud.groups.delete(USERS_LOG);
    await expect(log.find(of({ org: "acme" }))).rejects.toThrow("A log group of stack Rollcall is gone");
  });

  test("ends in a sentence when the query fails, and one that does not end is stopped", async () => {
    cloud.fate = "Failed";
    await expect(log.find(of({ ref: "d" }))).rejects.toThrow("The query in Logs Insights ended as Failed: try again.");
    cloud.fate = "Running";
    await expect(log.find(of({ ref: "d" }))).rejects.toThrow(/did not end within a minute: give a shorter --since\.$/);
    expect(cloud.asked.at(-1)).toBe("StopQuery");
  });
});
