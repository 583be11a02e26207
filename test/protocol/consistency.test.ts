import { expect, test } from "@jest/globals";
import { createDynamoStore } from "../../functions/store/dynamoTable.ts";
import { clientAround } from "../support/faultyClient.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { startDynamo } from "../support/storeKinds.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { runRows } from "./rows/rows.ts";

/** What of a DynamoDB command decides whether it reads, and whether the answer may be stale. */
interface Input {
  readonly RequestItems?: Readonly<Record<string, { readonly ConsistentRead?: boolean }>>;
  readonly IndexName?: string;
  readonly ConsistentRead?: boolean;
}

/** No emulator answers a stale read, so what is asked of DynamoDB has to be looked at (product.md 5.3, 5.4). */
test("every read but that of the index asks for what is strongly consistent, in all conversations of the rows", async () => {
  const dynamo = await startDynamo();
  const reads = { GetCommand: 0, BatchGetCommand: 0, QueryCommand: 0 };
  const stale: string[] = [];
  const looked = clientAround(dynamo.client, (send, command) => {
    const { name } = command.constructor;
    const input: Input = command.input;
    if (name in reads && input.IndexName === undefined) {
      reads[name as keyof typeof reads]++;
      const asked = name === "BatchGetCommand" ? Object.values(input.RequestItems ?? {}) : [input];
      if (asked.some(({ ConsistentRead }) => ConsistentRead !== true)) stale.push(name);
    }
    return send();
  });
  const store = createDynamoStore({ client: looked, tableName: await dynamo.freshTable() });
  const results = await runRows(inProcessTarget("dynoxide", testEndpoint(store), 1));
  await dynamo.stop();
  expect(results.filter(({ differences }) => differences.length > 0)).toEqual([]);
  expect(stale).toEqual([]);
  // Each kind was seen: none has passed because it goes by another name.
  expect(Object.entries(reads).filter(([, count]) => count === 0)).toEqual([]);
});
