import { createHash } from "node:crypto";
import { matchRoute } from "../../bin/local/matchRoute.ts";
import { proxyEvent } from "../../bin/local/proxyEvent.ts";
import type { GatewayHandler } from "../../functions/http/endpoint.ts";
import type { AdminEndpoint } from "../../functions/http/signed/admin.ts";
import { hashToken, newToken } from "../../functions/provisioning/token.ts";
import { type FunctionName, ROUTES } from "../../functions/routes.ts";
import type { Directory, Store } from "../../functions/store/session.ts";
import { SettingsStore } from "../../functions/store/settings.ts";
import { handlersOver } from "./inProcess.ts";
import { lambdaContext } from "./lambdaContext.ts";
import { localStore } from "./localStore.ts";
import { checkLogLine } from "./logLines.ts";
import { PlainTable } from "./plainTable.ts";
import { groupWrite, idOf, orgIdOf, orgRecord, STAMP, tokenRecord } from "./records.ts";

/** Two orgs with two ecosystems each, in worlds with all or some of these; the same request gets the same ids. */

export type Side = "scim" | "directory";

export interface Step {
  readonly org: 0 | 1;
  readonly side: Side;
  readonly method: string;
  /** Below the tenant URL, or below `/directory/v1/orgs/{org}`. */
  readonly path: string;
  readonly body: unknown;
}

export interface PendingLine {
  readonly status: number;
  readonly text: string;
}

const HOST = "rollcall.example";
const ARN = "arn:aws:iam::000000000000:user/app";

const ORGS = [0, 1].map((n) => {
  const id = orgIdOf(`Org${n}0000`);
  const token = newToken(id, (length) => createHash("sha512").update(`token ${n}`).digest().subarray(0, length));
  return { id, slug: `org-${n}`, token, hash: hashToken(token) };
});

export function orgOf(n: 0 | 1): (typeof ORGS)[number] {
  const org = ORGS[n];
  if (org === undefined) throw new Error("there are two orgs");
  return org;
}

/** The first user and team of each ecosystem, with the same names everywhere. */
export function firstIds(n: 0 | 1, side: Side): FirstIds {
  const ids = FIRST[n * 2 + (side === "scim" ? 0 : 1)];
  if (ids === undefined) throw new Error("there are two orgs of two sides");
  return ids;
}

interface FirstIds {
  readonly user: string;
  readonly group: string;
}

const FIRST: readonly FirstIds[] = [0, 1, 2, 3].map((number) => ({
  user: idOf("u", number),
  group: idOf("g", number),
}));

/** The state of the active request, which the handlers read, so that one set of handlers serves all worlds. */
let current = { store: localStore(), at: 0, random: "", drawn: 0 };

const endpoint: AdminEndpoint = {
  get store() {
    return current.store;
  },
  now: () => current.at,
  randomBytes: (length) => {
    const bytes = new Uint8Array(length);
    for (let filled = 0; filled < length; filled += 64) {
      const block = createHash("sha512")
        .update(`${current.random} ${current.drawn++}`)
        .digest();
      bytes.set(block.subarray(0, Math.min(64, length - filled)), filled);
    }
    return bytes;
  },
  wait: async () => undefined,
  log: checkLogLine,
  version: "test",
  resolveTxt: async () => ({ failure: "missing" }),
};
const HANDLERS: Readonly<Record<FunctionName, GatewayHandler>> = handlersOver(endpoint);

/** A store with these orgs, and these sides of each filled. */
export async function world(orgs: readonly (0 | 1)[], sides: readonly Side[]): Promise<Store> {
  const store = localStore(new PlainTable());
  const session = store.begin();
  for (const n of orgs) {
    const { id, slug, hash } = orgOf(n);
    const org = orgRecord(id, slug, { preset: "open" });
    await new SettingsStore(session.database).createOrg(org, STAMP);
    await new SettingsStore(session.database).save(org, org, [tokenRecord(id, n, { hash })], STAMP);
    for (const side of sides) {
      await fill(side === "scim" ? session.directory(id) : session.unmanaged(id), firstIds(n, side));
    }
  }
  return store;
}

async function fill({ users, groups }: Directory, ids: FirstIds): Promise<void> {
  const attributes = {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
    userName: "ada",
    active: true,
    emails: [{ value: "ada@x.example" }],
  };
  const keys = { name: "ada", externalId: undefined, values: ["ada@x.example"] };
  await users.create(ids.user, { attributes: JSON.stringify(attributes), keys }, STAMP);
  const crew = { schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"], displayName: "Crew" };
  const write = { ...groupWrite("crew", { externalId: undefined }), attributes: JSON.stringify(crew) };
  await groups.create(ids.group, write, [ids.user], STAMP);
}

/**
 * Sends a request. Time, ids and references depend only on the number, so that the same request gets the same answer in every
 * world that looks the same to it.
 * @param began milliseconds since the epoch, the same for all worlds of a run
 */
export async function send(store: Store, step: Step, number: number, began: number): Promise<PendingLine> {
  current = { store, at: began + number, random: `step ${number}`, drawn: 0 };
  const { slug, token } = orgOf(step.org);
  const scim = step.side === "scim";
  const target = scim ? `/scim/v2/${slug}${step.path}` : `/directory/v1/orgs/${slug}${step.path}`;
  const [path = "", queryString = ""] = target.split("?");
  const match = matchRoute(ROUTES, path);
  if (match === undefined) throw new Error("no route");
  const requestId = `00000000-0000-0000-0000-${String(number).padStart(12, "0")}`;
  const rawHeaders = ["Host", HOST, "Content-Type", "application/json", "Authorization", scim ? `Bearer ${token}` : ""];
  const event = proxyEvent(
    {
      method: step.method,
      path,
      queryString,
      rawHeaders,
      body: Buffer.from(step.body === undefined ? "" : JSON.stringify(step.body)),
      sourceIp: "127.0.0.1",
      httpVersion: "1.1",
    },
    match,
    { gatewayId: requestId, at: began, stage: "test", defaultHost: HOST },
  );
  if (!scim) event.requestContext.identity.userArn = ARN;
  const { statusCode, body } = await HANDLERS[match.route.function](event, lambdaContext(requestId));
  return { status: statusCode, text: body };
}
