import { GRANT_QUIRKS } from "../../../functions/http/oauthRequest.ts";
import { QUERY_QUIRKS } from "../../../functions/http/requestContext.ts";
import { TIME_QUIRKS } from "../../../functions/provisioning/bulkResults.ts";
import { ADOPTION_QUIRKS } from "../../../functions/provisioning/resources/adoption.ts";
import { GROUP_QUIRKS } from "../../../functions/provisioning/resources/groupActions.ts";
import { ACTIVE_QUIRKS } from "../../../functions/provisioning/resources/userActions.ts";
import { USER_QUIRKS } from "../../../functions/provisioning/resources/userRules.ts";
import { TOKEN_QUIRKS } from "../../../functions/provisioning/session.ts";
import { BULK_QUIRKS } from "../../../functions/scim/bulk/bulk.ts";
import { own, SCHEMAS_QUIRKS } from "../../../functions/scim/json.ts";
import { MEMBER_QUIRKS } from "../../../functions/scim/members.ts";
import { LISTED_QUIRKS } from "../../../functions/scim/patch/applyPatch.ts";
import { PATCH_QUIRKS } from "../../../functions/scim/patch/readPatch.ts";
import { PATH_QUIRKS } from "../../../functions/scim/patch/resolved.ts";
import { LIST_QUIRKS } from "../../../functions/scim/query.ts";
import type { QuirkMeanings } from "../../../functions/scim/quirks.ts";
import { RESOURCE_QUIRKS } from "../../../functions/scim/readResource.ts";
import { VALUE_QUIRKS } from "../../../functions/scim/readValue.ts";

/**
 * The meanings of the entries in the log field `bent`, from the files of the rules. A test fails for lines with another entry.
 */
export const QUIRKS = {
  ...QUERY_QUIRKS,
  ...GRANT_QUIRKS,
  ...TOKEN_QUIRKS,
  ...TIME_QUIRKS,
  ...ADOPTION_QUIRKS,
  ...GROUP_QUIRKS,
  ...USER_QUIRKS,
  ...ACTIVE_QUIRKS,
  ...BULK_QUIRKS,
  ...LIST_QUIRKS,
  ...MEMBER_QUIRKS,
  ...PATH_QUIRKS,
  ...LISTED_QUIRKS,
  ...PATCH_QUIRKS,
  ...RESOURCE_QUIRKS,
  ...SCHEMAS_QUIRKS,
  ...VALUE_QUIRKS,
} satisfies QuirkMeanings;

/** @param entry e.g. `stringBoolean:active` */
export function quirkInWords(entry: string, times: number): string {
  const [quirk = "", ...attribute] = entry.split(":");
  const where = attribute.length === 0 ? "" : ` (${attribute.join(":")})`;
  return `${own(QUIRKS, quirk) ?? quirk}${where}${times > 1 ? `, ${times} times` : ""}`;
}
