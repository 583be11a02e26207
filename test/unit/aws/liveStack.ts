import type { AwsCalls, LiveStack, StackResource } from "../../aws/liveStack.ts";
import type { Transport } from "../../support/wire.ts";

interface Scripted extends Partial<AwsCalls> {
  readonly resources?: readonly StackResource[];
  readonly transport?: Transport;
  readonly admin?: LiveStack["target"]["admin"];
}

const nobody = async (): Promise<never> => {
  throw new Error("nobody answers this in the test");
};

/** A stack whose answers the test gives. */
export function liveStack({ admin = nobody, resources = [], transport = nobody, ...aws }: Scripted = {}): LiveStack {
  const base = "https://abcdefghij.execute-api.eu-central-1.amazonaws.com/dev";
  return {
    target: { name: "scripted", base, transport, admin, directory: nobody, org: nobody, crowd: 1 },
    outputs: {
      TenantUrl: `${base}/scim/v2/{orgName}`,
      AdminUrl: `${base}/admin/v1`,
      TableName: "Rollcall-DataTable-1",
      EventBusName: "RollcallBus",
      NextCommand: "",
    },
    stackName: "RollcallTrial",
    emulated: false,
    region: "eu-central-1",
    resources,
    aws: { json: nobody, query: nobody, rest: nobody, ...aws },
  };
}
