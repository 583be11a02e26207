import { ScimError } from "../scim/error.ts";

/** We answer ourselves while Lambda (28 s) and API Gateway (29 s) still let us: what Lambda ends has no line. */
export const ANSWER_EARLY = {
  timeoutEarlyInMillis: 700,
  timeoutEarlyResponse: (): never => {
    throw ScimError.busy("timeout", 2);
  },
};
