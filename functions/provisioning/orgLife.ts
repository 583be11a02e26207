import { isUserId } from "../scim/schema.ts";
import type { ImportState } from "../store/import.ts";
import type { OrgRecord } from "../store/records.ts";
import type { ResourceStore } from "../store/resourceStore.ts";
import type { Administration } from "./changeOrg.ts";
import { assertMayResume } from "./importOrg.ts";
import { OperatorError } from "./operatorError.ts";
import { checkLine } from "./orgSettings.ts";
import { changeSettings, type OrgAnswer } from "./orgs.ts";

const LONGEST_REASON = 200;
/** Every request reads the settings, which hold this list. */
const MOST_PROTECTED = 100;

/**
 * SCIM answers 403 with the reason until `resumeOrg`. Pausing again changes the reason, but not the beginning.
 * @throws ScimError 400, 404, 409
 */
export async function pauseOrg(administration: Administration, slug: string, reason: string): Promise<OrgAnswer> {
  const paused = { since: timeOf(administration), reason: checkReason(reason) };
  return changeSettings(administration, slug, (org) => {
    return { ...org, paused: { ...paused, since: org.paused?.since ?? paused.since } };
  });
}

/** @throws ScimError 404, 409 also during an import */
export async function resumeOrg(
  administration: Administration,
  importStateOf: (org: OrgRecord) => Promise<ImportState | undefined>,
  slug: string,
): Promise<OrgAnswer> {
  return changeSettings(administration, slug, async (org) => {
    if (org.paused !== undefined) assertMayResume(await importStateOf(org));
    return { ...org, paused: undefined };
  });
}

/**
 * The first of two steps: SCIM gets 403 from the next request on. Nothing is removed yet, and `restoreOrg` cancels the deletion.
 * The second step is `purgeOrg`.
 * @throws ScimError 400, 404, 409
 */
export async function scheduleDeletion(
  administration: Administration,
  slug: string,
  reason: string,
): Promise<OrgAnswer> {
  const deletion = { since: timeOf(administration), reason: checkReason(reason) };
  return changeSettings(administration, slug, (org) => ({ ...org, deletion: org.deletion ?? deletion }));
}

/** @throws ScimError 404, 409 once the purge has begun */
export async function restoreOrg(administration: Administration, slug: string): Promise<OrgAnswer> {
  return changeSettings(administration, slug, (org) => ({ ...org, deletion: undefined }));
}

/**
 * The identity provider can no longer deactivate or delete this user.
 * @throws ScimError 404 for the org or the user, 409
 */
export async function protectUser(
  administration: Administration,
  users: (org: OrgRecord) => ResourceStore,
  slug: string,
  id: string,
): Promise<OrgAnswer> {
  return changeSettings(administration, slug, async (org) => {
    const before = org.protectedUsers ?? [];
    if (before.includes(id)) return org;
    if (!isUserId(id) || (await users(org).find(id)) === undefined) throw OperatorError.notFound("orgUser");
    if (before.length >= MOST_PROTECTED) throw OperatorError.conflict("tooManyProtected", MOST_PROTECTED);
    return { ...org, protectedUsers: [...before, id] };
  });
}

/** @throws ScimError 404, 409 */
export async function unprotectUser(administration: Administration, slug: string, id: string): Promise<OrgAnswer> {
  return changeSettings(administration, slug, (org) =>
    org.protectedUsers === undefined ? org : { ...org, protectedUsers: org.protectedUsers.filter((one) => one !== id) },
  );
}

/** Answers show the reason to the identity provider's administrator and append a full stop. */
export function checkReason(reason: string): string {
  let end = reason.trimEnd().length;
  while (reason[end - 1] === ".") end -= 1;
  const trimmed = reason.slice(0, end).trimStart();
  if (trimmed === "") throw OperatorError.invalidValue("reason");
  return checkLine("reason", trimmed, LONGEST_REASON);
}

function timeOf({ now }: Administration): string {
  return new Date(now).toISOString();
}
