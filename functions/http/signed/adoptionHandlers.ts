import { type AdoptionKey, previewAdoption } from "../../provisioning/adoptionPreview.ts";
import { OperatorError } from "../../provisioning/operatorError.ts";
import { rulesOf } from "../../provisioning/session.ts";
import { isUserId } from "../../scim/schema.ts";
import type { OrgRecord } from "../../store/records.ts";
import type { ADOPTION_OPERATIONS } from "./declarations/adoption.ts";
import type { Handlers, MaintenanceMeans } from "./route.ts";

export const adoptionHandlers: Handlers<MaintenanceMeans, typeof ADOPTION_OPERATIONS> = {
  previewAdoption: async ({ ctx: { store }, org, query: { by, after } }) => {
    if (after !== undefined && !isUserId(after)) throw OperatorError.invalidValue("after");
    const record = await org();
    const key = keyOf(record, by);
    const sides = { org: record, managed: store.directory(record.id), unmanaged: store.unmanaged(record.id) };
    const { candidates, next } = await previewAdoption(sides, key, after);
    return { by: key, users: candidates.map(({ key: value = null, ...rest }) => ({ ...rest, key: value })), next };
  },
};

/** @throws ScimError 400 */
function keyOf(org: OrgRecord, by: string | undefined): AdoptionKey {
  if (by === "userName" || by === "email") return by;
  if (by !== undefined) throw OperatorError.invalidValue("adoptionKey");
  const { adoption } = rulesOf(org);
  return adoption === "off" ? "userName" : adoption;
}
