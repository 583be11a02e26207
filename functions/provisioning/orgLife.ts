import type { ScimError } from "../scim/error.ts";
import { isUserId } from "../scim/schema.ts";
import type { ImportState } from "../store/import.ts";
import type { OrgRecord } from "../store/records.ts";
import type { ResourceStore } from "../store/resourceStore.ts";
import { type Administration, changeOrg } from "./changeOrg.ts";
import { assertMayResume } from "./importOrg.ts";
import { OperatorError } from "./operatorError.ts";
import { checkLine } from "./orgSettings.ts";
import { answerWith, type OrgAnswer } from "./orgs.ts";

const LONGEST_REASON = 200;
/** The list travels with the settings that every request reads. */
const MOST_PROTECTED = 100;

/**
 * SCIM answers 403 with the reason until `resumeOrg`. Pausing again changes the reason, not the beginning.
 * @throws ScimError 400, 404, 409
 */
export async function pauseOrg(administration: Administration, slug: string, reason: string): Promise<OrgAnswer> {
  const checked = checkReason(reason);
  return changeOrg(administration, slug, (org) => {
    if (org.paused?.reason === checked) return { answer: answerWith };
    const since = org.paused?.since ?? timeOf(administration);
    return { next: { ...org, paused: { since, reason: checked } }, answer: answerWith };
  });
}

/** @throws ScimError 404, 409, also while an import is under way */
export async function resumeOrg(
  administration: Administration,
  importStateOf: (org: OrgRecord) => Promise<ImportState | undefined>,
  slug: string,
): Promise<OrgAnswer> {
  return changeOrg(administration, slug, async (org) => {
    if (org.paused === undefined) return { answer: answerWith };
    assertMayResume(await importStateOf(org));
    return { next: { ...org, paused: undefined }, answer: answerWith };
  });
}

/**
 * The first of two steps: SCIM is refused with 403 from the next request on, nothing is removed, `restoreOrg` takes it
 * back. The second step is `purgeOrg`.
 * @throws ScimError 400, 404, 409
 */
export async function scheduleDeletion(
  administration: Administration,
  slug: string,
  reason: string,
): Promise<OrgAnswer> {
  const checked = checkReason(reason);
  return changeOrg(administration, slug, (org) => {
    if (org.deletion !== undefined) return { answer: answerWith };
    return { next: { ...org, deletion: { since: timeOf(administration), reason: checked } }, answer: answerWith };
  });
}

/** @throws ScimError 404, 409 once the purge has begun */
export async function restoreOrg(administration: Administration, slug: string): Promise<OrgAnswer> {
  return changeOrg(administration, slug, (org) =>
    org.deletion === undefined ? { answer: answerWith } : { next: { ...org, deletion: undefined }, answer: answerWith },
  );
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
  return changeOrg(administration, slug, async (org) => {
    const before = org.protectedUsers ?? [];
    if (before.includes(id)) return { answer: answerWith };
    if (!isUserId(id) || (await users(org).find(id)) === undefined) throw noSuchUser();
    if (before.length >= MOST_PROTECTED) {
      throw OperatorError.conflict("tooManyProtected", MOST_PROTECTED);
    }
    return { next: { ...org, protectedUsers: [...before, id] }, answer: answerWith };
  });
}

/** @throws ScimError 404, 409 */
export async function unprotectUser(administration: Administration, slug: string, id: string): Promise<OrgAnswer> {
  return changeOrg(administration, slug, (org) => {
    const before = org.protectedUsers ?? [];
    if (!before.includes(id)) return { answer: answerWith };
    return { next: { ...org, protectedUsers: before.filter((one) => one !== id) }, answer: answerWith };
  });
}

/** The identity provider's administrator reads it in the answers, with a full stop set behind it. */
function checkReason(reason: string): string {
  let end = reason.trimEnd().length;
  while (reason[end - 1] === ".") end -= 1;
  const trimmed = reason.slice(0, end).trimStart();
  if (trimmed === "") throw OperatorError.invalidValue("reason");
  return checkLine("reason", trimmed, LONGEST_REASON);
}

function timeOf({ now }: Administration): string {
  return new Date(now).toISOString();
}

function noSuchUser(): ScimError {
  return OperatorError.notFound("orgUser");
}
