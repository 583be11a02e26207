import { putRoleWork, type RoleChanges, type RoleWorkPut } from "../provisioning/roles/roleTriggers.ts";
import type { Database } from "../store/database.ts";
import { causeOf } from "./logWriter.ts";

/** Before the batch counts as done: what is not put now, nobody puts later. */
export async function workOnRoles(
  wakeWorker: (() => Promise<unknown>) | undefined,
  database: Database,
  changes: RoleChanges,
  until: number,
): Promise<RoleWorkPut | undefined> {
  if (wakeWorker === undefined) return undefined;
  const put = await putRoleWork(changes, { database, until });
  if (put.marks + put.walks > 0) await wakeWorker();
  return put;
}

/** Nothing of a batch that concerns no roles. */
export function roleNote(work: RoleWorkPut | undefined) {
  if (work === undefined || work.marks + work.walks + (work.failed === undefined ? 0 : 1) === 0) return {};
  const { marks, walks, failed } = work;
  return { roleMarks: marks, roleWalks: walks, ...(failed && { roleCause: causeOf(failed.cause) }) };
}
