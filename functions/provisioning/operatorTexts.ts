import type { ValuesIn } from "../scim/errors/family.ts";
import { PORTAL_ERRORS } from "./errors/portal.ts";
import { CATALOGUE_ERRORS, MAPPING_ERRORS, ROLES_OFF } from "./errors/roles.ts";
import { TRUST_ERRORS } from "./errors/trusts.ts";
import { SIGNED_TEXTS } from "./operatorError.ts";

/** Of all APIs beside SCIM, for those who explain errors: no function of the service loads them all. */
export const OPERATOR_TEXTS = {
  ...SIGNED_TEXTS,
  ...PORTAL_ERRORS,
  ...TRUST_ERRORS,
  ...ROLES_OFF,
  ...CATALOGUE_ERRORS,
  ...MAPPING_ERRORS,
};

export type OperatorCode = keyof typeof OPERATOR_TEXTS;

/** The values that the text of a code names. */
export type OperatorValues<C> = C extends OperatorCode ? ValuesIn<(typeof OPERATOR_TEXTS)[C]> : never;
