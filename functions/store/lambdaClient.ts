import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

/** How the SDK calls AWS from a function: no call may take longer than what waits for it. */
export const CALLS = {
  maxAttempts: 4,
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout: 3_000,
    // Without it the SDK writes a warning when that time is over, and goes on waiting.
    throwOnRequestTimeout: true,
    httpsAgent: { maxSockets: 100, keepAlive: true },
  },
} as const;

/** The one client of DynamoDB of a function, made once per cold start. */
export function lambdaClient(): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient(CALLS), { marshallOptions: { removeUndefinedValues: true } });
}
