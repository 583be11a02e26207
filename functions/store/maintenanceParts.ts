import { DynamoImport } from "./import.ts";
import { dynamoInspections } from "./inspection/inspection.ts";
import type { SessionParts } from "./session.ts";

/** The parts of a session that work on all of an org at once: no function that answers an IdP carries their code. */
export const maintenanceParts: SessionParts = {
  inspections: dynamoInspections,
  imports: (views) => new DynamoImport(views),
};
