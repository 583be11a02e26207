import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { playCommand } from "../../../bin/rollcall/play.ts";
import { run } from "../../../bin/rollcall/run.ts";
import { localTarget } from "../../support/localTarget.ts";
import { share } from "../../support/proof.ts";
import type { Connection } from "../../support/wire.ts";
import { rows } from "../rows/rows.ts";
import { replays } from "./replays.ts";

let target: Awaited<ReturnType<typeof localTarget>>;
beforeAll(async () => {
  target = await localTarget();
});
afterAll(() => target.close());

// All of them run in memory (replay.test.ts, rows.test.ts): here by turns, since what HTTP can spoil it spoils for many.
for (const check of share([...replays(), ...rows], 8)) {
  test(`over HTTP, ${check.name}`, async () => {
    expect(await check.run(target)).toEqual([]);
  });
}

describe("rollcall play", () => {
  for (const who of ["entra", "okta", "onelogin"]) {
    test(`${who} is right in every step, twice, and leaves nothing behind`, async () => {
      const tenant = await target.org();
      for (const _time of [1, 2]) {
        const { code, lines } = await play(who, tenant);
        expect(lines.filter((line) => line.startsWith("✗") || line.startsWith(" "))).toEqual([]);
        expect(code).toBe(0);
        expect(lines.filter((line) => line.startsWith("✓")).length).toBeGreaterThan(who === "onelogin" ? 15 : 20);
      }
      for (const path of ["/Users", "/Groups"]) {
        expect((await tenant.request({ method: "GET", path })).json).toMatchObject({ totalResults: 0 });
      }
    });
  }

  test("says what differs, ends with 1 and cleans up when an organization's rules get in the way", async () => {
    const tenant = await target.org({ changed: { teamNameMaxLength: 5 } });
    const { code, lines } = await play("entra", tenant);
    expect(code).toBe(1);
    expect(lines.join("\n")).toMatch(/✗ Create the group .*→ 400\)\n {4}expected 201, got 400: .*\(ref: /);
    expect((await tenant.request({ method: "GET", path: "/Users" })).json).toMatchObject({ totalResults: 0 });
  });

  test("says so when the token is wrong", async () => {
    const { code, lines } = await play("okta", { ...(await target.org()), token: "wrong" });
    expect(code).toBe(1);
    expect(lines[1]).toMatch(/^✗ Test Connector Configuration/);
  });
});

async function play(who: string, { tenantUrl, token }: Connection): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  const code = await run([playCommand], ["play", who, "--url", tenantUrl, "--token", token], {
    env: {},
    terminal: { out: print, err: print },
    reach: () => Promise.reject(new Error("play asks nothing of the administration API")),
  });
  return { code, lines };
}
