import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { inLanes } from "../protocol/crowd.ts";
import { removeData } from "../support/logLines.ts";
import { endAll, eventually, type Run, run } from "./processes.ts";

const PEOPLE = 800;
/** Each turns one part of them into the other: 600 changes, seven transactions. */
const ROUNDS = 3;
const SCIM = "application/scim+json";

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "rollcall-killed-"));
});
afterEach(async () => {
  await endAll();
  removeData(data);
});

interface Started {
  readonly server: Run;
  readonly tenantUrl: string;
  readonly token: string | null;
}

async function started(): Promise<Started> {
  const server = run(["bin/local.ts", "--port", "0", "--data", data, "--json", "--preset", "open"]);
  await eventually(() => server.stdout().includes("\n") || server.child.exitCode !== null);
  return { server, ...JSON.parse(server.stdout()) };
}

test("a server killed in the middle of a large replacement leaves nothing broken, and the repeated request finishes it", async () => {
  let { server, tenantUrl, token } = await started();
  const ask = async (method: string, path: string, body?: object) => {
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": SCIM };
    const answer = await fetch(tenantUrl + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    return { status: answer.status, json: text === "" ? {} : JSON.parse(text) };
  };
  const group = (ids: readonly string[]) => ({
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
    displayName: "large",
    members: ids.map((value) => ({ value })),
  });
  const people = await inLanes(16, PEOPLE, async (n) => {
    const schemas = ["urn:ietf:params:scim:schemas:core:2.0:User"];
    return String((await ask("POST", "/Users", { schemas, userName: `person${n}` })).json.id);
  });
  const halves = [people.slice(0, 500), people.slice(300)];
  const made = await ask("POST", "/Groups", group(halves[0] ?? []));
  expect(made.status).toBe(201);
  const path = `/Groups/${made.json.id}`;

  // How long it takes undisturbed, so that it is killed somewhere in it.
  const begun = performance.now();
  for (const wanted of [halves[1], halves[0]]) expect((await ask("PUT", path, group(wanted ?? []))).status).toBe(200);
  const span = (performance.now() - begun) / 2;

  const moments: number[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const wanted = halves[round % 2] ?? [];
    const before = new Set<string>(halves[(round + 1) % 2]);
    const replacing = ask("PUT", path, group(wanted)).catch(() => undefined);
    moments.push(Math.round(Math.random() * span));
    await new Promise((resolve) => setTimeout(resolve, moments.at(-1)));
    process.kill(server.pid, "SIGKILL");
    await Promise.all([server.ended, replacing]);

    // On the data as it was left, with no server beside it.
    const fsck = run(["bin/rollcall.ts", "fsck", "acme", "--json", "--data", data]);
    const code = await fsck.ended;
    expect({ moments, code, said: fsck.stderr(), ...JSON.parse(fsck.stdout()) }).toMatchObject({
      code: 0,
      broken: 0,
      findings: [],
    });

    // The token was shown at the first start alone.
    ({ server, tenantUrl } = await started());
    const members = ({ json }: Awaited<ReturnType<typeof ask>>): string[] =>
      json.members.map(({ value }: { readonly value: string }) => value).sort();
    const between = members(await ask("GET", path));
    expect(between.filter((id) => !before.has(id) && !wanted.includes(id))).toEqual([]);
    expect((await ask("PUT", path, group(wanted))).status).toBe(200);
    expect(members(await ask("GET", path))).toEqual(wanted.toSorted());
  }
  server.child.kill("SIGTERM");
  expect(await server.ended).toBe(0);
}, 120_000);
