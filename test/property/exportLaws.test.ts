import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import { exportCommand } from "../../bin/rollcall/exportCommand.ts";
import { importCommand } from "../../bin/rollcall/importCommand.ts";
import { GROUP_SCHEMA, USER_SCHEMA } from "../../functions/scim/schema.ts";
import { newFolder } from "../support/folders.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { localStore } from "../support/localStore.ts";
import { amountOf } from "../support/proof.ts";
import { rollcallOver } from "../support/rollcallOver.ts";
import { userAttributes } from "../support/scimArbitraries.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { at } from "../support/wire.ts";

const RUNS = amountOf("exports");
const folder = newFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

test("whatever SCIM lets in goes out, comes in again, and goes out the same", async () => {
  let users = 0;
  const teams = fc.array(fc.array(fc.nat({ max: 5 }), { maxLength: 4 }), { maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(fc.array(userAttributes, { maxLength: 6 }), teams, async (people, memberships) => {
      const endpoint = testEndpoint(localStore());
      const target = inProcessTarget("memory", endpoint, 10);
      const rollcall = rollcallOver(endpoint, [exportCommand, importCommand]);
      const tenant = await target.org({ preset: "open" });
      const post = async (path: string, body: object) =>
        at((await tenant.request({ method: "POST", path, body })).json, "id");
      const ids: unknown[] = [];
      for (const person of people) {
        const id = await post("/Users", { schemas: [USER_SCHEMA], ...person });
        if (id !== undefined) ids.push(id);
      }
      users += ids.length;
      for (const [n, picks] of memberships.entries()) {
        const members = picks.flatMap((pick) => (ids[pick] === undefined ? [] : [{ value: ids[pick] }]));
        await post("/Groups", { schemas: [GROUP_SCHEMA], displayName: `Team ${n}`, members });
      }
      const out = async (org: string): Promise<string[]> => {
        const file = join(folder, `${files++}`);
        expect(await rollcall("export", org, "--out", file)).toMatchObject({ code: 0 });
        return [file, ...readFileSync(file, "utf8").split("\n").slice(1)];
      };
      const [file = "", ...before] = await out(tenant.slug);
      await target.admin("POST", "/orgs", { org: "copy" });
      await target.admin("POST", "/orgs/copy/pause", { reason: "import" });
      expect(await rollcall("import", "copy", file)).toMatchObject({ code: 0 });
      expect((await out("copy")).slice(1)).toEqual(before);
    }),
    { numRuns: RUNS },
  );
  expect(users).toBeGreaterThan(RUNS / 10);
}, 3_600_000);
