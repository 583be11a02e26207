import type { InspectionStep, InspectionWishes } from "../store/inspection/findings.ts";
import type { Inspection } from "../store/inspection/inspection.ts";
import { OperatorError } from "./operatorError.ts";

/**
 * One step of an inspection; call it with `next` until there is none. A step that was cut off loses nothing: what it
 * repaired is repaired.
 * @throws ScimError 400 for a `from` that is none, 409 while the org is purged
 */
export async function inspectOrg(
  org: { readonly deletion?: { readonly purging?: true } },
  inspection: Inspection,
  wishes: InspectionWishes,
): Promise<InspectionStep> {
  if (org.deletion?.purging === true) {
    throw OperatorError.conflict("inspectionPurging");
  }
  const step = await inspection.step(wishes);
  if (step !== undefined) return step;
  throw OperatorError.invalidValue("from");
}
