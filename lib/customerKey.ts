import { Stack } from "aws-cdk-lib";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";
import { type Config, isDisposable } from "./config.ts";
import { leftBehind } from "./leftBehind.ts";

/** The key for table and logs that the settings ask for. The policy of a key given by its ARN must let CloudWatch Logs use it. */
export function customerKey(scope: Construct, config: Config): IKey | undefined {
  if (config.customerKey === undefined) return undefined;
  if (config.customerKey !== "create") return Key.fromKeyArn(scope, "Key", config.customerKey);
  const { account, partition, region, urlSuffix } = Stack.of(scope);
  const key = new Key(scope, "Key", {
    description: "Rollcall: table and logs",
    enableKeyRotation: true,
    removalPolicy: leftBehind(isDisposable(config)),
  });
  key.grantEncryptDecrypt(
    new ServicePrincipal(`logs.${region}.${urlSuffix}`, {
      conditions: {
        ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${account}:log-group:*` },
      },
    }),
  );
  return key;
}
