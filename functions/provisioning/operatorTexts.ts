import type { ValuesIn } from "../scim/errors/family.ts";
import { PORTAL_ERRORS } from "./errors/portal.ts";
import { CATALOGUE_ERRORS, MAPPING_ERRORS, ROLES_OFF } from "./errors/roles.ts";
import { TRUST_ERRORS } from "./errors/trusts.ts";
import { SIGNED_TEXTS } from "./operatorError.ts";

/** The texts of all APIs besides SCIM, for code that explains errors. No function of the service loads them all. */
export const OPERATOR_TEXTS = {
  ...SIGNED_TEXTS,
  ...PORTAL_ERRORS,
  ...TRUST_ERRORS,
  ...ROLES_OFF,
  ...CATALOGUE_ERRORS,
  ...MAPPING_ERRORS,
};

export type OperatorCode = keyof typeof OPERATOR_TEXTS;

/** The values in a code's text. */
export type OperatorValues<C> = C extends OperatorCode ? ValuesIn<(typeof OPERATOR_TEXTS)[C]> : never;
