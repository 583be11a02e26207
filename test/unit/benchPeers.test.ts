import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { expect, test } from "@jest/globals";
import { Connection } from "../bench/connection.ts";
import { type Filled, fill, OPERATIONS, type Operation } from "../bench/peers/operations.ts";
import { report } from "../bench/peers/report.ts";
import { ClientCost, type Measured, measure } from "../bench/peers/turns.ts";
import { listening } from "../support/serving.ts";
import { startScimmy } from "../testkit/scimmyServer.ts";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

function operation(name: string): Operation {
  const found = OPERATIONS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no operation ${name}`);
  return found;
}

test("a server is measured by requests whose answers were checked, and one that answers something else is named", async () => {
  const scimmy = await startScimmy();
  const empty = createServer((_request, response) => response.end("{}"));
  const url = `http://127.0.0.1:${await listening(empty)}/scim`;
  const right = await fill({ name: "SCIMMY", ours: false, ...scimmy }, 24);
  const server = { name: "empty", ours: false, url, token: "any" };
  const wrong: Filled = { ...right, server, clients: right.clients.map(() => new Connection(url, "any")) };
  const cost = new ClientCost();
  const run = (name: string) => measure(operation(name), [right, wrong], { rounds: 1, turn: 5 }, cost);
  try {
    expect(await run("get user")).toMatchObject([
      { server: "SCIMMY", rates: [expect.any(Number)], wrong: undefined },
      { server: "empty", rates: [Number.NaN], wrong: expect.stringMatching(/^answers without "id":"[-\w]+"$/) },
    ]);
    expect(cost.requests).toBeGreaterThan(0);
    // 24 users and no page of 100.
    expect((await run("list 100, first of 2,000"))[0]?.wrong).toMatch(/^(shows 24 resources|answers without)/);
    for (const { clients } of [right, wrong]) for (const client of clients) client.close();
  } finally {
    await scimmy.close();
    empty.close();
    empty.closeAllConnections();
  }
});

test("a ratio is the median of the rounds' ratios to the best peer that answered rightly", () => {
  const one = (server: string, rates: readonly number[], wrong?: string): Measured => ({
    server,
    ours: server === "npm start",
    goals: server === "npm start" ? "local" : undefined,
    rates,
    clients: 8,
    wrong,
  });
  const measured = [
    one("npm start", [100, 400, 90]),
    one("fast", [900, 900, 900], "shows nobody"),
    one("slow", [50, 100, 30]),
  ];
  expect(report([{ operation: "get", goals: { dynamo: 2, local: 4 }, measured }]).split("\n")).toEqual([
    "| operation | npm start/s | fast/s | slow/s | best peer | npm start ÷ best | goal |",
    "|---|---:|---:|---:|---:|---:|---:|",
    "| get | 100 | wrong | 50 | slow | 3.00 | ≥ 4 |",
    "",
    "- get: fast shows nobody. It counts for nothing there.",
  ]);
});

test("README names the command that compares, and no figure or other server itself", () => {
  const readme = read("README.md");
  expect(readme.split("bench:peers")).toHaveLength(2);
  expect(readme).not.toMatch(
    /SCIMMY|Polis|SCIMServer|\bfaster\b|\bfastest\b|\d ?(×|times|requests a second|requests\/s)/,
  );
});

test("what the bench installs is pinned with a hash, and nothing of it is among our packages", () => {
  const wanted: Record<string, string> = JSON.parse(read("test/bench/peers/polis/package.json")).dependencies;
  expect(Object.values(wanted).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  const { "": _root, ...packages } = JSON.parse(read("test/bench/peers/polis/package-lock.json")).packages;
  expect(
    Object.entries<{ integrity?: string }>(packages).filter(([, { integrity }]) => !integrity?.startsWith("sha512-")),
  ).toEqual([]);
  const own = read("package-lock.json");
  expect(Object.keys(wanted).filter((name) => own.includes(`"node_modules/${name}"`))).toEqual([]);
});
