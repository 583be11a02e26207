import { expect, test } from "@jest/globals";
import { loggedGuard } from "../../../functions/http/massChangeWatch.ts";
import { HELD_RETRY_AFTER } from "../../../functions/provisioning/removalGuard.ts";
import { isObject, type Json, type JsonObject } from "../../../functions/scim/json.ts";
import { createStore } from "../../../functions/store/session.ts";
import { inProcessTarget } from "../../support/inProcess.ts";
import { localTable } from "../../support/localStore.ts";
import type { OrgRules, Target } from "../../support/target.ts";
import { testEndpoint } from "../../support/testEndpoint.ts";
import { type Answer, at, type Tenant, type WireRequest } from "../../support/wire.ts";
import { type Recorded, recorded } from "./recorded.ts";
import { replays } from "./replays.ts";

const HOUR = 3_600_000;
/** Nobody may go: every removal is too many. */
const NONE = { percent: 1, atLeast: 1 };

let ahead = 0;
let inFlight = 0;
let waited = 0;
const now = () => Date.now() + ahead;
const plain = testEndpoint(createStore(localTable(), { now }));
const target = inProcessTarget("memory", { ...plain, now, guard: loggedGuard({ ...plain, now }, NONE) }, 25);

interface Played {
  /** Who is there, and which groups have whom, in words of no id. */
  readonly directory: readonly string[];
  /** Requests that met a hold before they were carried out. */
  readonly held: readonly string[];
}

/** Plays a case in orgs with the rule. @throws where an answer is another one than recorded */
async function play(one: Recorded, massChange: "tell" | "hold"): Promise<Played> {
  const held: string[] = [];
  const orgs: Tenant[] = [];
  const org = async ({ preset, changed }: OrgRules = {}): Promise<Tenant> => {
    const made = await target.org({ ...(preset && { preset }), changed: { ...changed, massChange } });
    orgs.push(made);
    return { ...made, request: (request) => repeated(made, request, held) };
  };
  const recording: Target = { ...target, org };
  for (const { run } of replays([one])) expect(await run(recording)).toEqual([]);
  return { directory: (await Promise.all(orgs.map(directoryOf))).flat(), held };
}

/** The clock goes on when nobody waits for an answer: whose time is over meanwhile would be answered 503 as well. */
async function send(ask: () => Promise<Answer>): Promise<Answer> {
  if (inFlight === 0) [ahead, waited] = [ahead + waited, 0];
  inFlight += 1;
  try {
    return await ask();
  } finally {
    inFlight -= 1;
  }
}

/** The request as an identity provider sends it whose request has to wait: again after that time, and once more when it is released. */
async function repeated(org: Tenant, request: WireRequest, held: string[]): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    const answer = await send(() => org.request(request));
    if (answer.status !== 503) return answer;
    expect(answer.headers["retry-after"]).toBe(String(HELD_RETRY_AFTER));
    expect(at(answer.json, "detail")).toContain("Removals are held for this organization");
    waited = HELD_RETRY_AFTER * 1_000;
    if (tries === 1) continue;
    held.push(`${request.method} ${request.path.split("/")[1]}`);
    // Another one of several at once may have released it before.
    const release = () => target.admin("POST", `/orgs/${org.slug}/hold/release`, { hours: 1 });
    expect([200, 409]).toContain((await send(release)).status);
    const carriedOut = await send(() => org.request(request));
    // The next removal is held anew.
    waited = HOUR;
    return carriedOut;
  }
}

async function directoryOf(org: Tenant): Promise<readonly string[]> {
  const [users, groups] = await Promise.all([list(org, "/Users"), list(org, "/Groups")]);
  const names = new Map([...users, ...groups].map((one) => [String(one.id), String(one.userName ?? one.displayName)]));
  const shown = [...users, ...groups].map(({ id, meta: _meta, ...one }) => {
    const members = Array.isArray(one.members) ? one.members.map((member) => idIn(member)).map(nameIn(names)) : [];
    const { members: _members, groups: _groups, ...own } = one;
    return JSON.stringify([names.get(String(id)), own, members.sort()]);
  });
  return shown.sort();
}

const idIn = (member: Json) => String(at(member, "value"));
const nameIn = (names: ReadonlyMap<string, string>) => (id: string) => names.get(id) ?? "nobody's";

async function list(org: Tenant, path: string): Promise<readonly JsonObject[]> {
  const found: JsonObject[] = [];
  for (;;) {
    const { json } = await org.request({ method: "GET", path: `${path}?count=200&startIndex=${found.length + 1}` });
    const page = at(json, "Resources");
    if (Array.isArray(page)) found.push(...page.filter(isObject));
    if (found.length >= Number(at(json, "totalResults"))) return found;
  }
}

/** Of a case that removes: whatever deletes, and whatever changes a group. */
function mayRemove({ steps, method, path, state }: Recorded): boolean {
  return (
    state?.deleted !== undefined ||
    [...(steps ?? []), { method, path }].some(
      (step) => step.method === "DELETE" || (step.path?.startsWith("/Groups/") === true && step.method !== "GET"),
    )
  );
}

test.each(["entra", "okta"])(
  "recorded traffic of %s meets a hold at every removal, and ends with the directory that it has without one",
  async (client) => {
    const met: string[] = [];
    for (const one of recorded().filter((case_) => case_.client.includes(client) && mayRemove(case_))) {
      const [free, guarded] = [await play(one, "tell"), await play(one, "hold")];
      expect(free.held).toEqual([]);
      expect({ note: one.note, directory: guarded.directory }).toEqual({ note: one.note, directory: free.directory });
      met.push(...guarded.held);
    }
    process.stdout.write(`held: ${met.length} requests of ${client}\n`);
    expect(met.length).toBeGreaterThan(5);
    expect(met).toEqual(expect.arrayContaining(["DELETE Users", "PATCH Groups"]));
  },
);
