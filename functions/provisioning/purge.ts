import type { OrgId } from "../store/keys.ts";
import type { OrgData, Remainder } from "../store/orgData.ts";
import { type Administration, getOrg, stampOfCall } from "./changeOrg.ts";
import { OperatorError } from "./operatorError.ts";

export interface PurgeStep {
  readonly orgId: OrgId;
  /** Nothing is left, and the login name is free. */
  readonly done: boolean;
  readonly removed: number;
  /** Come again not before: requests that began while SCIM was allowed may still be under way. 0 when there is no need to wait. */
  readonly waitSeconds: number;
}

/** Longer than any request lives (28 s), clocks of two machines differing by as much again. */
const QUIET_MS = 60_000;
const ITEMS_PER_STEP = 1_000;

/**
 * One step of removing everything an org has; call it until it is done. A step that was cut off loses nothing: the next
 * one goes on. The login name becomes free in the last step, after every partition of the org was read and found empty.
 * @param confirmed must be the login name, or the id, again, so that no slip of the hand removes an org
 * @throws ScimError 400 unless confirmed, 404, 409 unless deletion was scheduled
 */
export async function purgeOrg(
  administration: Administration,
  dataOf: (orgId: OrgId) => OrgData,
  slug: string,
  confirmed: string | undefined,
): Promise<PurgeStep> {
  const { settings, now } = administration;
  const org = await getOrg(settings, slug);
  if (confirmed !== org.slug && confirmed !== org.id) {
    throw OperatorError.invalidValue("confirm");
  }
  const { deletion } = org;
  if (deletion === undefined) {
    throw OperatorError.conflict("notScheduled");
  }
  const waiting = Date.parse(deletion.since) + QUIET_MS - now;
  if (waiting > 0) return { orgId: org.id, done: false, removed: 0, waitSeconds: Math.ceil(waiting / 1000) };
  const marked = { ...org, deletion: { ...deletion, purging: true as const } };
  if (deletion.purging !== true && (await settings.save(org, marked, [], stampOfCall(administration))) === "stale") {
    return { orgId: org.id, done: false, removed: 0, waitSeconds: 1 };
  }
  const data = dataOf(org.id);
  await data.close(org.slug);
  const removed = await data.remove(ITEMS_PER_STEP);
  if (removed > 0) return { orgId: org.id, done: false, removed, waitSeconds: 0 };
  if (!isEmptyButSettings(await data.remains())) return { orgId: org.id, done: false, removed: 0, waitSeconds: 1 };
  await data.finish(org.slug, now);
  return { orgId: org.id, done: true, removed: 0, waitSeconds: 0 };
}

function isEmptyButSettings(remains: readonly Remainder[]): boolean {
  return remains.reduce((sum, { items }) => sum + items, 0) <= 1;
}

/** What is stored of an org, by partition, also after its end. */
export async function remainsOf(
  data: OrgData,
): Promise<{ readonly left: number; readonly read: readonly Remainder[] }> {
  const read = await data.remains();
  return { left: read.reduce((sum, { items }) => sum + items, 0), read };
}
