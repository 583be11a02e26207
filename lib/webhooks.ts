import { Duration } from "aws-cdk-lib";
import { AccountRootPrincipal, ArnPrincipal, PolicyDocument, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import type { Alias, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { isDisposable } from "./config.ts";
import { visit } from "./liveFunction.ts";
import { ScimFunction, type ScimFunctionProps } from "./scimFunction.ts";
import { leftBehind } from "./scimTable.ts";

interface WebhooksProps extends Omit<ScimFunctionProps, "name" | "timeout"> {
  /** The functions that make endpoints: they can encrypt secrets, but not decrypt them. */
  readonly makers: readonly LambdaFunction[];
}

/** How often it looks for due messages, besides being woken: 43,800 runs a month, seven cents. */
const VISITS = Duration.minutes(1);

/** The account's administrators may do this with the key: nothing of it uses the key, or lets others use it. */
const ADMINISTRATION = [
  "CancelKeyDeletion",
  "CreateAlias",
  "DeleteAlias",
  "DescribeKey",
  "DisableKey",
  "DisableKeyRotation",
  "EnableKey",
  "EnableKeyRotation",
  "GetKeyPolicy",
  "GetKeyRotationStatus",
  "ListGrants",
  "ListKeyPolicies",
  "ListKeyRotations",
  "ListResourceTags",
  "PutKeyPolicy",
  "RevokeGrant",
  "RotateKeyOnDemand",
  "ScheduleKeyDeletion",
  "TagResource",
  "UntagResource",
  "UpdateAlias",
  "UpdateKeyDescription",
].map((action) => `kms:${action}`);

/**
 * Sends webhooks. Its own function: outside any VPC, because it calls customers' addresses, with rights to endpoints and
 * messages alone. The secrets have their own key: functions that make endpoints can only encrypt with it.
 */
export class Webhooks extends Construct {
  readonly handler: LambdaFunction;
  readonly live: Alias;

  constructor(scope: Construct, id: string, { makers, ...props }: WebhooksProps) {
    super(scope, id);
    const { handler, live } = new ScimFunction(scope, "webhooks", {
      ...props,
      name: "webhooks",
      timeout: Duration.minutes(2),
    });
    const key = new Key(this, "Key", {
      description: "Rollcall: secrets of webhooks",
      enableKeyRotation: true,
      removalPolicy: leftBehind(isDisposable(props.config)),
      policy: new PolicyDocument({
        statements: [
          new PolicyStatement({
            sid: "Administer",
            principals: [new AccountRootPrincipal()],
            actions: ADMINISTRATION,
            resources: ["*"],
          }),
          useOf("Seal", "kms:Encrypt", makers),
          useOf("Open", "kms:Decrypt", [handler]),
        ],
      }),
    });
    for (const one of [handler, ...makers]) one.addEnvironment("WEBHOOK_KEY", key.keyArn);
    for (const one of makers) letWake(one, live, SENDER);
    visit(this, live, VISITS, { Visit: { every: VISITS, description: "Rollcall: sends the webhooks that are due" } });
    this.handler = handler;
    this.live = live;
  }
}

/** The key's policy allows only these functions, and only for a secret bound to its org and endpoint. */
function useOf(sid: string, action: string, functions: readonly LambdaFunction[]): PolicyStatement {
  return new PolicyStatement({
    sid,
    principals: functions.map(({ role }) => new ArnPrincipal(role?.roleArn ?? "")),
    actions: [action],
    resources: ["*"],
    conditions: {
      "ForAllValues:StringEquals": { "kms:EncryptionContextKeys": ["org", "endpoint"] },
      // The condition above is also true for requests without a context.
      Null: { "kms:EncryptionContext:org": "false", "kms:EncryptionContext:endpoint": "false" },
    },
  });
}

/** How a waking function knows its target, and the name of its right. */
interface Woken {
  readonly variable: string;
  readonly sid: string;
}

export const SENDER: Woken = { variable: "WEBHOOK_SENDER", sid: "Wake" };
export const ROLES_WORKER: Woken = { variable: "ROLES_WORKER", sid: "WakeRoles" };

/** So that work starts at once, not with the next visit. */
export function letWake(waking: LambdaFunction, { functionArn }: Alias, { variable, sid }: Woken): void {
  waking.addEnvironment(variable, functionArn);
  waking.addToRolePolicy(new PolicyStatement({ sid, actions: ["lambda:InvokeFunction"], resources: [functionArn] }));
}
