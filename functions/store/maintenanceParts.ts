import { DynamoImport } from "./import.ts";
import { StoreInspection } from "./inspection/inspection.ts";
import type { SessionParts } from "./session.ts";
import type { StoredType } from "./storedType.ts";
import { STORED_TYPES } from "./storedTypes.ts";

/** The parts of a session that work on all of an org at once: no function that answers an IdP carries their code. */
export const maintenanceParts: SessionParts = maintenanceOf(STORED_TYPES);

export function maintenanceOf(types: readonly StoredType[]): SessionParts {
  return {
    inspections: (database, orgId) => new StoreInspection(database, orgId, types),
    imports: (views) => new DynamoImport(views),
  };
}
