import { inspectOrg } from "../provisioning/inspection.ts";
import { LIMITS } from "../provisioning/timeBudget.ts";
import { type Finding, meaningOf } from "../store/inspection/findings.ts";
import { Inspection } from "../store/inspection/inspection.ts";
import type { OrgRecord } from "../store/records.ts";
import type { StoredType } from "../store/storedType.ts";
import type { Answer } from "./answer.ts";
import { flagAt, present, readBody, textAt } from "./jsonReading.ts";
import type { RequestContext } from "./requestContext.ts";
import type { SignedRoute } from "./signedApi.ts";

/** One authorized request about an org's data. */
export interface MaintenanceCall {
  readonly ctx: RequestContext;
  /** Who asks, as kept and logged. */
  readonly actor: string;
  /** The org of the path. @throws ScimError 404 */
  org(): Promise<OrgRecord>;
  /** The value of a `{name}` of the route's path, decoded. */
  parameter(name: string): string;
}

export interface MaintenanceRoute extends SignedRoute {
  answer(call: MaintenanceCall): Promise<Answer>;
}

export function inspectionRoutes(types: readonly StoredType[]): readonly MaintenanceRoute[] {
  return [
    {
      method: "POST",
      path: "orgs/{org}/data/fsck",
      operation: "inspectOrg",
      answer: async ({ ctx, actor, org }) => {
        const { store, logFields, started, reference } = ctx;
        const body = readBody(ctx, ["repair", "from"]);
        const found = await org();
        const step = await inspectOrg(found, new Inspection(store.database, found.id, types), {
          repair: flagAt(body, "repair") ?? false,
          ...present("from", textAt(body, "from")),
          until: Date.now() + LIMITS.operatorStep,
          stamp: { at: new Date(started).toISOString(), tokenId: actor, reference },
        });
        logFields.found = step.findings.length;
        logFields.repaired = step.findings.filter(({ repair }) => repair === "done").length;
        logFields.done = step.next === undefined;
        const { rcu, wcu } = store.usage;
        return json({
          ...step,
          findings: step.findings.map((finding) => findingView(finding, types)),
          cost: { rcu, wcu },
        });
      },
    },
  ];
}

function findingView({ code, managed, ids, repair }: Finding, types: readonly StoredType[]) {
  const { weight, says, repair: mends, advice } = meaningOf(code, types);
  return { code, weight, side: managed ? "managed" : "unmanaged", ids, says, repair, mends, advice };
}

function json(value: object): Answer {
  return { status: 200, body: JSON.stringify(value) };
}
