import { setTimeout as wait } from "node:timers/promises";
import { newResourceId } from "../../functions/provisioning/newId.ts";
import { sweepDeletion, sweepStamp } from "../../functions/provisioning/sweeping.ts";
import type { OrgId } from "../../functions/store/keys.ts";
import type { Deletion, Usage } from "../../functions/store/records.ts";
import type { Store } from "../../functions/store/session.ts";
import { created, group, patch, values } from "../protocol/manyClients.ts";
import { storeGroup } from "./records.ts";
import type { Target } from "./target.ts";
import { type Answer, at, type Tenant } from "./wire.ts";

/** Shared by tests and benches of large groups and of far-reaching deletions. */

/** The id of the token's org. */
export function orgIdBehind({ token }: Tenant): OrgId {
  // Tests replace authentication, the only maker of the branded type.
  return (token.split("_")[1] ?? "") as OrgId;
}

/**
 * Repeats a request while the answer is 503, as identity providers do.
 * @param pause waits for the seconds in `Retry-After`
 * @returns all answers; the last is the final one
 * @throws Error for a 503 without whole seconds in `Retry-After`
 */
export async function untilDone(
  send: () => Promise<Answer>,
  pause: (seconds: number) => Promise<void> = (seconds) => wait(seconds * 1_000),
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (;;) {
    const answer = await send();
    answers.push(answer);
    if (answer.status !== 503) return answers;
    const seconds = answer.headers["retry-after"] ?? "";
    if (!/^[1-9]\d*$/.test(seconds)) throw new Error(`a 503 asks to be repeated after "${seconds}"`);
    await pause(Number(seconds));
  }
}

/** Pushes a group in parts. @returns its id @throws Error for an answer other than 204 or a passing 503 */
export async function pushedGroup(
  org: Tenant,
  displayName: string,
  ids: readonly string[],
  perPatch: number,
): Promise<string> {
  const id = await created(org, "/Groups", group(displayName));
  for (let start = 0; start < ids.length; start += perPatch) {
    const body = patch({ op: "add", path: "members", value: values(ids.slice(start, start + perPatch)) });
    const answers = await untilDone(() => org.request({ method: "PATCH", path: `/Groups/${id}`, body }));
    const last = answers.at(-1);
    if (last?.status !== 200 && last?.status !== 204)
      throw new Error(`a part was answered ${last?.status} ${last?.text}`);
  }
  return id;
}

/** Puts groups with only this member into the store. @returns their ids */
export async function groupsWith(store: Store, org: Tenant, memberId: string, count: number): Promise<string[]> {
  const stamp = { at: new Date().toISOString(), tokenId: "test", reference: "test" };
  const ids = Array.from({ length: count }, () => newResourceId("g", (length) => randomOf(length)));
  const left = ids.entries();
  const lane = async (): Promise<void> => {
    const { groups } = store.begin().directory(orgIdBehind(org));
    for (const [n, id] of left) {
      const attributes = JSON.stringify(group(`team ${n}`));
      const keys = { name: `team ${n}`, externalId: undefined, values: [] };
      await storeGroup(groups, id, { attributes, keys, nameUnique: true }, [memberId], stamp);
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  return ids;
}

function randomOf(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** All members of a team that the application sees, over all pages. */
export async function teamMembers(target: Target, org: Tenant, teamId: string): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor = ""; ; ) {
    const path = `/orgs/${org.slug}/teams/${teamId}/members?count=1000${cursor}`;
    const { status, json, text } = await target.directory("GET", path);
    const members = at(json, "members");
    if (status !== 200 || !Array.isArray(members)) throw new Error(`members were answered ${status} ${text}`);
    ids.push(...members.map((member) => String(at(member, "id"))));
    const next = at(json, "next");
    if (typeof next !== "string") return ids;
    cursor = `&cursor=${next}`;
  }
}

/**
 * Sweeps after a deletion, at once like the stream or the local server.
 * @param now milliseconds since the epoch, less than five minutes after the deletion
 * @returns the cost
 */
export async function swept(store: Store, org: Tenant, id: string, now = Date.now()): Promise<Usage> {
  return sweepUntil(store, { orgId: orgIdBehind(org), managed: true, id }, "again", now);
}

/** The visit five minutes later, which leaves only the deletion's tombstone. */
export async function sweptAgain(store: Store, org: Tenant, id: string): Promise<Usage> {
  return sweepUntil(store, { orgId: orgIdBehind(org), managed: true, id }, "done", Date.now() + 6 * 60_000);
}

async function sweepUntil(store: Store, deletion: Deletion, wanted: "again" | "done", now: number): Promise<Usage> {
  const session = store.begin();
  const stamp = sweepStamp({ now: () => now, reference: "sweep" });
  for (;;) {
    const outcome = await sweepDeletion(session, deletion, Date.now() + 20_000, stamp);
    if (outcome === wanted) return session.usage;
    if (outcome !== "unfinished") throw new Error(`a sweep ended with ${outcome}`);
  }
}
