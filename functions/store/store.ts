import { setTimeout as sleep } from "node:timers/promises";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Store } from "../provisioning/ports.ts";
import { UseMarks } from "./lastUsed.ts";
import { DynamoSession, type SessionParts } from "./session.ts";

export interface DynamoStoreOptions {
  /** With `removeUndefinedValues` among its marshall options. Its retries cover throttling, its request handler the time limit. */
  readonly client: Pick<DynamoDBDocumentClient, "send">;
  readonly tableName: string;
  readonly random?: () => number;
  readonly wait?: (milliseconds: number) => Promise<void>;
  /** `maintenanceParts`, where orgs are inspected, exported and imported. */
  readonly parts?: SessionParts;
}

/** The store in DynamoDB (SCHEMA.md). */
export function createDynamoStore({ client, tableName, random, wait, parts }: DynamoStoreOptions): Store {
  const options = { client, tableName, random: random ?? Math.random, wait: wait ?? sleep };
  const marks = new UseMarks();
  return { begin: (allowance) => new DynamoSession({ ...options, ...allowance }, marks, parts) };
}
