import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { ConnectionLimits } from "../../functions/store/signed/connection.ts";
import { CONNECTION_LIMITS } from "../../functions/store/signed/connections.ts";
import { SignedClient, type SignedOptions } from "../../functions/store/signed/signedClient.ts";
import { ensureTable } from "../../functions/store/tableDefinition.ts";

/** A document client for a local endpoint, which accepts any credentials. */
export function localClient(endpoint: string): DynamoDBDocumentClient {
  const client = new DynamoDBClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

/**
 * A database beside the tests is kept from answering by whatever else its machine does, for longer than DynamoDB ever is. Four
 * silent tries end before a test's own time does, so that the failure names the database.
 */
const PATIENT: ConnectionLimits = { ...CONNECTION_LIMITS, connect: 15_000, silence: 15_000, answer: 25_000 };

/** Our own client for a local endpoint. @param options override a function's */
export function signedLocally(endpoint: string, options: Partial<SignedOptions> = {}): SignedClient {
  const signer = { region: "us-east-1", accessKeyId: "local", secretAccessKey: "local", sessionToken: undefined };
  return new SignedClient({ endpoint, signer: () => signer, limits: PATIENT, ...options });
}

/** A new, empty table. @returns its name */
export async function freshTable(endpoint: string): Promise<string> {
  const tableName = `rollcall-${randomUUID()}`;
  const client = new DynamoDBClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  await ensureTable(client, tableName);
  client.destroy();
  return tableName;
}
