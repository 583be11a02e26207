import { putRoleWork, type RoleChanges, type RoleWorkPut } from "../provisioning/roles/roleTriggers.ts";
import type { Database } from "../store/database.ts";
import { causeOf } from "./logWriter.ts";

/** Called before the batch counts as done: work that is not put now would be lost. */
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

/** No fields for a batch without work on roles. */
export function roleNote(work: RoleWorkPut | undefined) {
  if (work === undefined || work.marks + work.walks + (work.failed === undefined ? 0 : 1) === 0) return {};
  const { marks, walks, failed } = work;
  return { roleMarks: marks, roleWalks: walks, ...(failed && { roleCause: causeOf(failed.cause) }) };
}
