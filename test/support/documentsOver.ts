import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import type { DynamoCalls, DynamoSend } from "../../functions/store/dynamoCalls.ts";

const OPERATIONS: readonly (readonly [abstract new (...given: never[]) => object, keyof DynamoCalls])[] = [
  [BatchGetCommand, "BatchGetItem"],
  [BatchWriteCommand, "BatchWriteItem"],
  [DeleteCommand, "DeleteItem"],
  [GetCommand, "GetItem"],
  [PutCommand, "PutItem"],
  [QueryCommand, "Query"],
  [TransactGetCommand, "TransactGetItems"],
  [TransactWriteCommand, "TransactWriteItems"],
  [UpdateCommand, "UpdateItem"],
];

interface Command {
  readonly input: never;
}

/**
 * A document client over another client's calls: it runs suites for the SDK's client on ours. Scans, which no table makes, stay
 * with the SDK.
 */
export function documentsOver(send: DynamoSend, sdk: DynamoDBDocumentClient): DynamoDBDocumentClient {
  return new Proxy(sdk, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property);
      if (typeof value !== "function") return value;
      if (property !== "send") return value.bind(target);
      return (command: Command, options?: { readonly abortSignal?: AbortSignal }) => {
        const [, operation] = OPERATIONS.find(([kind]) => command instanceof kind) ?? [];
        if (operation === undefined) return value.call(target, command, options);
        return send(operation, command.input, options?.abortSignal);
      };
    },
  });
}
