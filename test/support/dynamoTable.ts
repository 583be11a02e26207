import { randomUUID } from "node:crypto";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { ConnectionLimits } from "../../functions/store/signed/connection.ts";
import { CONNECTION_LIMITS } from "../../functions/store/signed/connections.ts";
import { SignedClient, type SignedOptions } from "../../functions/store/signed/signedClient.ts";
import { tableDefinition } from "../../functions/store/tableDefinition.ts";

/** The SDK's client for a local endpoint, which accepts any credentials. */
function sdkClient(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
}

/** A document client for a local endpoint. */
export function localClient(endpoint: string): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(sdkClient(endpoint), { marshallOptions: { removeUndefinedValues: true } });
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

/** One client makes all tables of a database: a client of its own takes as long as its table. By endpoint. */
const makers = new Map<string, DynamoDBClient>();

/** A new, empty table, without the stream (`ensureTable`). Nobody has its name yet, and local databases have it at once. @returns its name */
export async function freshTable(endpoint: string): Promise<string> {
  const tableName = `rollcall-${randomUUID()}`;
  const client = makers.get(endpoint) ?? sdkClient(endpoint);
  makers.set(endpoint, client);
  await client.send(new CreateTableCommand({ ...tableDefinition(tableName), StreamSpecification: undefined }));
  return tableName;
}
