import type { DetailCode, OperatorCode, ScimCode } from "../../../functions/scim/catalogue/catalogue.ts";
import { OPERATOR_REMEDIES } from "./operatorRemedies.ts";
import type { CallerRemedy, Remedy } from "./remedy.ts";
import { REQUEST_REMEDIES } from "./requestRemedies.ts";
import { RESOURCE_REMEDIES } from "./resourceRemedies.ts";

const SCIM_REMEDIES: Readonly<Record<ScimCode, Remedy>> = { ...REQUEST_REMEDIES, ...RESOURCE_REMEDIES };
const CALLER_REMEDIES: Readonly<Record<OperatorCode, CallerRemedy>> = OPERATOR_REMEDIES;

/** Of every code, or it does not compile. The command line and lib/ERRORS.md show them; no function imports them. */
export const REMEDIES: Readonly<Record<DetailCode, Remedy | CallerRemedy>> = { ...SCIM_REMEDIES, ...CALLER_REMEDIES };

/** Of a request that was carried out without members whom nobody knows here (rule `unknownMembers`): no code says so. */
export const SKIPPED_MEMBERS: Remedy = {
  ...SCIM_REMEDIES["value.unknownMembers"],
  happened:
    "The group was sent with members that are no users or groups of this organization. They were left out, and the rest was carried out.",
  elsewhere: "Provision the users first, then send the group again.",
  again: "onceThere",
};
