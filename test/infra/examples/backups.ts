import type { Stack } from "aws-cdk-lib";
import { Duration } from "aws-cdk-lib";
import { BackupPlan, BackupPlanRule, BackupResource, BackupVault } from "aws-cdk-lib/aws-backup";
import { Schedule } from "aws-cdk-lib/aws-events";
import { Key } from "aws-cdk-lib/aws-kms";
import type { Rollcall } from "../../../lib/rollcall.ts";

/** @param elsewhere the ARN of a vault in the account for backups */
export function backUp(stack: Stack, { table }: Rollcall, elsewhere: string): void {
  // AWS's own key for backups does not leave the account.
  const vault = new BackupVault(stack, "Vault", {
    encryptionKey: new Key(stack, "VaultKey", { enableKeyRotation: true }),
  });
  const plan = new BackupPlan(stack, "Backups", {
    backupPlanRules: [
      new BackupPlanRule({
        backupVault: vault,
        scheduleExpression: Schedule.cron({ hour: "3", minute: "0" }),
        deleteAfter: Duration.days(90),
        copyActions: [
          {
            destinationBackupVault: BackupVault.fromBackupVaultArn(stack, "Elsewhere", elsewhere),
            deleteAfter: Duration.days(365),
          },
        ],
      }),
    ],
  });
  plan.addSelection("Table", { resources: [BackupResource.fromArn(table.tableArn)] });
}
