import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { openLocalFile } from "../../bin/local/localFile.ts";
import { Chance } from "../simulation/world.ts";
import { newFolder, removeData } from "../support/folders.ts";
import { storeManyUsers, userJson } from "../support/manyUsers.ts";
import { amountOf, SEED } from "../support/proof.ts";
import { rollcallHere } from "./commandLine.ts";
import { endAll, eventually, type Run, run } from "./processes.ts";

const PEOPLE = 4_000;
/** Each turns one part of them into the other: 3,000 changes, 31 transactions. */
const ROUNDS = amountOf("killedReplacements");
const TRANSACTIONS = 31;
const SCIM = "application/scim+json";

let data: string;
beforeEach(() => {
  data = newFolder();
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
  server.child.kill("SIGTERM");
  await server.ended;
  const file = openLocalFile(data, "test");
  const orgId = String(token).split("_")[1] ?? "";
  const attributesOf = (userName: string) => userJson(userName, "");
  const people = await storeManyUsers({ table: file.table, orgId, count: PEOPLE, attributesOf });
  file.close();
  ({ server, tenantUrl } = await started());
  const halves = [people.slice(0, 2_500), people.slice(1_500)];
  const made = await ask("POST", "/Groups", group(halves[0] ?? []));
  expect(made.status).toBe(201);
  const path = `/Groups/${made.json.id}`;

  const chance = new Chance(SEED);
  process.stdout.write(`killed: seed ${SEED}; ROLLCALL_SEED repeats its moments\n`);
  const members = ({ json }: Awaited<ReturnType<typeof ask>>): string[] =>
    json.members.map(({ value }: { readonly value: string }) => value).sort();
  const version = async (): Promise<number> => {
    const { json } = await ask("GET", `${path}?excludedAttributes=members`);
    return Number(/\d+/.exec(json.meta.version)?.[0]);
  };

  const rounds: { readonly killedAfter: number; readonly inTheMiddle: boolean }[] = [];
  const isMet = () => rounds.some(({ inTheMiddle }) => inTheMiddle);
  // On a busy machine the whole replacement may be done before the signal comes: then one round more.
  for (let round = 1; round <= ROUNDS || (!isMet() && round <= 10 * ROUNDS); round++) {
    const wanted = (halves[round % 2] ?? []).toSorted();
    const before = (halves[(round + 1) % 2] ?? []).toSorted();
    // So many transactions are seen to be done when it is killed, somewhere in the next one.
    const killedAfter = 1 + chance.below(TRANSACTIONS - 2);
    const enough = (await version()) + killedAfter;
    const replacing = ask("PUT", path, group(wanted)).catch(() => undefined);
    // Without a pause: the whole replacement takes a tenth of a second.
    while ((await version()) < enough);
    process.kill(server.pid, "SIGKILL");
    await Promise.all([server.ended, replacing]);

    // On the data as it was left, with no server beside it.
    const { code, out, err } = await rollcallHere(["fsck", "acme", "--json", "--data", data]);
    expect({ killedAfter, code, err, ...JSON.parse(out) }).toMatchObject({
      code: 0,
      broken: 0,
      findings: [],
    });

    // The token was shown at the first start alone.
    ({ server, tenantUrl } = await started());
    const between = members(await ask("GET", path));
    expect(between.filter((id) => !before.includes(id) && !wanted.includes(id))).toEqual([]);
    const inTheMiddle = ![before, wanted].some((whole) => whole.join() === between.join());
    rounds.push({ killedAfter, inTheMiddle });
    expect((await ask("PUT", path, group(wanted))).status).toBe(200);
    expect(members(await ask("GET", path))).toEqual(wanted);
  }
  expect(isMet()).toBe(true);
  process.stdout.write(
    `killed: ${rounds.filter(({ inTheMiddle }) => inTheMiddle).length} of ${rounds.length} in the middle\n`,
  );
  server.child.kill("SIGTERM");
  expect(await server.ended).toBe(0);
}, 3_600_000);
