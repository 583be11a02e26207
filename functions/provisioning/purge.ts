import type { OrgId } from "../store/keys.ts";
import type { OrgData, Remainder } from "../store/orgData.ts";
import { type Administration, getOrg, stampOfCall } from "./changeOrg.ts";
import { OperatorError } from "./operatorError.ts";
import { CLOCK_SKEW, hasCome } from "./timeBudget.ts";

export interface PurgeStep {
  readonly orgId: OrgId;
  /** Nothing is left, and the login name is free. */
  readonly done: boolean;
  readonly removed: number;
  /** Seconds to wait before the next call, because earlier SCIM requests may still be under way. 0: call again at once. */
  readonly waitSeconds: number;
}

/** Longer than any request (28 s), plus the same for the difference of two clocks. */
const QUIET_MS = 60_000;
const ITEMS_PER_STEP = 1_000;

/**
 * One step of a purge. Call it until `done`. If a step is interrupted, the next step continues. The last step frees the login
 * name, after every partition of the org was read and found empty.
 * @param confirmed the login name or id again, so that nobody purges an org by accident
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
  const quietAt = Date.parse(deletion.since) + QUIET_MS;
  if (!hasCome(quietAt, now, QUIET_MS + CLOCK_SKEW)) {
    return { orgId: org.id, done: false, removed: 0, waitSeconds: Math.ceil((quietAt - now) / 1000) };
  }
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

/** Stored items of an org by partition, also after its purge. */
export async function remainsOf(
  data: OrgData,
): Promise<{ readonly left: number; readonly read: readonly Remainder[] }> {
  const read = await data.remains();
  return { left: read.reduce((sum, { items }) => sum + items, 0), read };
}
