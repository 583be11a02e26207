import { fullDiff, ResourceImpact } from "@aws-cdk/cloudformation-diff";
import type { ReleaseTemplate } from "./templates.ts";

/**
 * What holds neither data nor a place in a stream, nor is known to anybody outside by its name: an update may make it anew. A version
 * of a function is kept when it leaves the template, and a dashboard that has another name is made before the earlier one goes.
 */
const MAY_COME_AND_GO: ReadonlySet<string> = new Set([
  "AWS::ApiGateway::Deployment",
  "AWS::CloudWatch::Dashboard",
  "AWS::Lambda::EventInvokeConfig",
  "AWS::Lambda::Permission",
  "AWS::Lambda::Version",
]);

const HARMFUL: ReadonlySet<ResourceImpact> = new Set([
  ResourceImpact.WILL_REPLACE,
  ResourceImpact.MAY_REPLACE,
  ResourceImpact.WILL_DESTROY,
  ResourceImpact.WILL_ORPHAN,
]);

/**
 * What an update from one template to the other would take away from a deployment, one line each: resources that CloudFormation
 * replaces or removes (by AWS's own specification of each property), what it would keep no longer, and what others read of the stack.
 */
export function updateHarm(before: ReleaseTemplate, after: ReleaseTemplate): string[] {
  const { resources } = fullDiff(before, after);
  const lines = Object.entries(resources.changes).flatMap(([id, change]) => {
    const type = change.oldResourceType ?? change.newResourceType ?? "";
    if (!HARMFUL.has(change.changeImpact) || MAY_COME_AND_GO.has(type)) return [];
    const causes = Object.entries(change.propertyUpdates)
      .filter(([, { changeImpact }]) => changeImpact !== undefined && HARMFUL.has(changeImpact))
      .map(([name]) => name);
    return [`${type} ${id} ${change.changeImpact}${causes.length === 0 ? "" : ` for ${causes.join(", ")}`}`];
  });
  return [...lines, ...keptNoLonger(before, after), ...unread(before, after)].sort();
}

const KEEPS: ReadonlySet<unknown> = new Set(["Retain", "RetainExceptOnCreate"]);

function keptNoLonger(before: ReleaseTemplate, after: ReleaseTemplate): string[] {
  return Object.entries(before.Resources).flatMap(([id, was]) => {
    const is = after.Resources[id];
    const policies = (["DeletionPolicy", "UpdateReplacePolicy"] as const).filter(
      (name) => is !== undefined && KEEPS.has(was[name]) && !KEEPS.has(is[name]),
    );
    return policies.map((name) => `${was.Type} ${id} is kept no longer by its ${name}`);
  });
}

/** Outputs that scripts, the command line and other stacks read, and parameters that have no default. */
function unread(before: ReleaseTemplate, after: ReleaseTemplate): string[] {
  const gone = Object.keys(before.Outputs ?? {}).filter((name) => after.Outputs?.[name] === undefined);
  const asked = Object.entries(after.Parameters ?? {}).filter(
    ([name, { Default }]) => Default === undefined && before.Parameters?.[name] === undefined,
  );
  return [
    ...gone.map((name) => `the output ${name} is gone`),
    ...asked.map(([name]) => `the parameter ${name} has no default`),
  ];
}
