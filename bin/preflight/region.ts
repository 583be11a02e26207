import { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** From the environment or the profile, as the CDK looks for it; undefined where there is none. */
export async function regionInForce(): Promise<string | undefined> {
  try {
    return await new DynamoDBClient({}).config.region();
  } catch {
    // Its only way to say that there is none; whoever asked says what to do.
    return undefined;
  }
}
