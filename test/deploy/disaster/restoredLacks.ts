import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import type { AccountPlace } from "../../aws/openStack.ts";
import { CREDENTIALS } from "../deployment.ts";

/** What a restore leaves out, and the command has to add: each that the new table lacks. */
export async function restoredLacks({ env }: AccountPlace, TableName: string): Promise<string[]> {
  const client = new DynamoDBClient({
    endpoint: env.AWS_ENDPOINT_URL,
    region: CREDENTIALS.region,
    credentials: CREDENTIALS,
  });
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
    const { ContinuousBackupsDescription } = await client.send(new DescribeContinuousBackupsCommand({ TableName }));
    const has = {
      protection: Table?.DeletionProtectionEnabled === true,
      stream: Table?.StreamSpecification?.StreamViewType === "NEW_AND_OLD_IMAGES",
      timeToLive: TimeToLiveDescription?.AttributeName === "ttl",
      recovery: ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === "ENABLED",
    };
    return Object.entries(has).flatMap(([name, there]) => (there ? [] : [`the restored table has no ${name}`]));
  } finally {
    client.destroy();
  }
}
