import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";
import { type AdminClient, adminPath, neededNumberIn, objectsIn } from "./adminClient.ts";

interface CheckWishes {
  readonly repair: boolean;
  /** Also search the index for memberships of groups that never existed. */
  readonly index: boolean;
  /** Also compare the event log with the data. */
  readonly events: boolean;
}

export interface DataReport {
  readonly org: string;
  /** Findings that are still broken. */
  readonly broken: number;
  readonly findings: JsonObject[];
  readonly unsettled: Json[];
  readonly examined: number;
  readonly steps: number;
  readonly cost: { readonly rcu: number; readonly wcu: number };
}

/**
 * Checks an organization's stored data in steps: it can be interrupted and started again at any time.
 * @param say receives the progress
 * @throws Refused
 */
export async function checkData(
  client: AdminClient,
  org: string,
  { repair, index, events }: CheckWishes,
  say: (text: string) => void,
): Promise<DataReport> {
  const [findings, unsettled]: [JsonObject[], Json[]] = [[], []];
  let [examined, steps, rcu, wcu] = [0, 0, 0, 0];
  for (const what of events ? [["fsck"], ["events", "fsck"]] : [["fsck"]]) {
    let from: Json | undefined;
    do {
      const alsoIndex = index && what.length === 1 && { index: true };
      const wishes = { repair, ...alsoIndex, ...(from === undefined ? {} : { from }) };
      const step = await client.call("POST", adminPath("orgs", org, "data", ...what), wishes);
      findings.push(...objectsIn(step.findings));
      if (Array.isArray(step.unsettled)) unsettled.push(...step.unsettled);
      examined += neededNumberIn(step, "examined");
      steps += 1;
      if (isObject(step.cost)) {
        rcu += Number(step.cost.rcu);
        wcu += Number(step.cost.wcu);
      }
      from = step.next;
      if (from !== undefined) say(`${examined} items looked at so far.`);
    } while (from !== undefined);
  }
  const broken = findings.filter((finding) => finding.weight === "broken" && finding.repair !== "done").length;
  return { org, broken, findings, unsettled, examined, steps, cost: { rcu, wcu } };
}
