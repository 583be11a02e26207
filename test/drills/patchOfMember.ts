import { Session } from "node:inspector/promises";
import { dynamoTable } from "../../functions/store/dynamoTable.ts";
import { createStore } from "../../functions/store/session.ts";
import { dynoxideStore } from "../support/dynoxideStore.ts";
import { clientAround } from "../support/faultyClient.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { at } from "../support/wire.ts";

/** What one PATCH that adds a member passes through on its way, in `functions/`, once everything is warm. */
export interface Way {
  /** Distinct functions. */
  readonly functions: number;
  readonly files: readonly string[];
  /** Of the deepest call to the SDK, from the handler on: those that wait for it included. */
  readonly frames: number;
}

const ROOM = "/functions/";
/** V8 counts the fields of a class beside its constructor; a reader does not. */
const FIELDS = "<instance_members_initializer>";
const WARM = 20;

/** Outside of Jest, which compiles our files to something else: V8 counts, and tells functions by where they begin. */
async function wayOfPatch(): Promise<Way> {
  const dynoxide = await dynoxideStore();
  let frames = 0;
  Error.stackTraceLimit = 200;
  const client = clientAround(dynoxide.client, (send) => {
    const stack = new Error("here").stack ?? "";
    frames = Math.max(frames, stack.split("\n").filter((line) => line.includes(ROOM)).length);
    return send();
  });
  const store = createStore(dynamoTable(client, dynoxide.tableName));
  const target = inProcessTarget("dynoxide", testEndpoint(store), 1);
  const org = await target.org({ preset: "standard" });
  const made = async (path: string, body: object): Promise<string> =>
    String(at((await org.request({ method: "POST", path, body: JSON.stringify(body) })).json, "id"));
  const group = await made("/Groups", {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
    displayName: "Crew",
  });
  const bodyFor = async (n: number): Promise<string> => {
    const member = await made("/Users", {
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
      userName: `u${n}@example.com`,
      emails: [{ value: `u${n}@example.com`, type: "work", primary: true }],
    });
    return JSON.stringify({
      schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
      Operations: [{ op: "add", path: "members", value: [{ value: member }] }],
    });
  };
  const add = async (body: string): Promise<void> => {
    const answer = await org.request({ method: "PATCH", path: `/Groups/${group}`, body });
    if (answer.status >= 300) throw new Error(`the PATCH was answered ${answer.status}: ${answer.text}`);
  };
  for (let n = 0; n < WARM; n += 1) await add(await bodyFor(n));
  const last = await bodyFor(WARM);
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
  frames = 0;
  await add(last);
  const { result } = await session.post("Profiler.takePreciseCoverage");
  session.disconnect();
  await dynoxide.close();
  const passed = result.flatMap(({ url, functions }) => {
    const file = url.slice(url.lastIndexOf(ROOM) + 1);
    // The module itself is a function as well, which begins where the file does.
    const called = functions.filter(
      ({ functionName, ranges }) =>
        functionName !== FIELDS && ranges[0] !== undefined && ranges[0].count > 0 && ranges[0].startOffset > 0,
    );
    return url.includes(ROOM) && called.length > 0 ? [{ file, count: called.length }] : [];
  });
  const functions = passed.reduce((sum, { count }) => sum + count, 0);
  return { functions, files: passed.map(({ file, count }) => `${file} ${count}`).sort(), frames };
}

console.log(JSON.stringify(await wayOfPatch(), undefined, 2));
