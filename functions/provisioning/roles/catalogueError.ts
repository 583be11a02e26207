import { CATALOGUE_ERRORS, ROLES_OFF } from "../errors/roles.ts";
import { familiesOf } from "../operatorError.ts";

const family = familiesOf({ ...ROLES_OFF, ...CATALOGUE_ERRORS });

/** Constructors for refusals about the catalogue of roles. Only functions that write it load the texts. */
export const CatalogueError = {
  invalidValue: family("value"),
  notFound: family("notFound"),
  conflict: family("conflict"),
};
