import { MAPPING_ERRORS, ROLES_OFF } from "../errors/roles.ts";
import { familiesOf } from "../operatorError.ts";

const family = familiesOf({ ...ROLES_OFF, ...MAPPING_ERRORS });

/** Constructors for refusals about mappings. Only functions that save them load the texts. */
export const MappingError = { invalidValue: family("value"), conflict: family("conflict") };
