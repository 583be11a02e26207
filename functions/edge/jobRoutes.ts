import type { Directory, JobPage } from "../provisioning/directoryPorts.ts";
import { isGroupId, isUserId } from "../scim/identifiers.ts";
import { OperatorError } from "../scim/operatorError.ts";
import type { Answer } from "./answer.ts";
import type { MaintenanceCall, MaintenanceRoute } from "./maintenanceRoutes.ts";

/** What was begun of an org's data and is not at its end, for an operator who wonders whether something is stuck. */
export const JOB_ROUTES: readonly MaintenanceRoute[] = [
  {
    method: "GET",
    path: "orgs/{org}/data/jobs/{side}/deletions",
    operation: "listDeletions",
    answer: (call) => page(call, ({ jobs }, after) => jobs.deletions(after)),
  },
  {
    method: "GET",
    path: "orgs/{org}/data/jobs/{side}/begun",
    operation: "listBegun",
    answer: (call) => page(call, ({ jobs }, after) => jobs.begun(after)),
  },
];

async function page(
  { exchange, org, parameter }: MaintenanceCall,
  read: (directory: Directory, after: string | undefined) => Promise<JobPage<object>>,
): Promise<Answer> {
  const side = parameter("side");
  if (side !== "managed" && side !== "unmanaged") throw OperatorError.notFound("side");
  const after = exchange.query("after");
  if (after !== undefined && after !== "u" && !isUserId(after) && !isGroupId(after)) {
    throw OperatorError.invalidValue("after");
  }
  const { id } = await org();
  const { store } = exchange;
  const { jobs, next } = await read(side === "managed" ? store.directory(id) : store.unmanaged(id), after);
  return { status: 200, body: JSON.stringify({ jobs, next }) };
}
