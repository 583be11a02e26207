import {
  type CancellationReason,
  TransactionCanceledException,
  TransactionConflictException,
} from "@aws-sdk/client-dynamodb";
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  PutCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { clientAround } from "./faultyClient.ts";

const SAID = { $metadata: {}, message: "Transaction is ongoing for the item" };

interface Place {
  readonly TableName?: string | undefined;
  readonly Key?: Readonly<Record<string, unknown>> | undefined;
  readonly Item?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * A client whose transactions conflict as in DynamoDB: while one is pending, another one on one of its items is cancelled, and
 * so is a single write to it. The servers of our tests work serially and never conflict. (Amazon DynamoDB Developer Guide,
 * "Transaction conflict handling in DynamoDB".)
 */
export function whereTransactionsMeet(
  client: Pick<DynamoDBDocumentClient, "send">,
): Pick<DynamoDBDocumentClient, "send"> {
  const underWay = new Set<string>();
  return clientAround(client, async (send, command) => {
    if (command instanceof TransactWriteCommand || command instanceof TransactGetCommand) {
      const items = (command.input.TransactItems ?? []).map((item) => nameOf(Object.values(item)[0]));
      const reasons = items.map(
        (item): CancellationReason => ({
          Code: underWay.has(item) ? "TransactionConflict" : "None",
        }),
      );
      if (reasons.some(({ Code }) => Code !== "None")) {
        throw new TransactionCanceledException({ ...SAID, CancellationReasons: reasons });
      }
      if (command instanceof TransactGetCommand) return send();
      for (const item of items) underWay.add(item);
      return send().finally(() => {
        for (const item of items) underWay.delete(item);
      });
    }
    const single =
      command instanceof PutCommand || command instanceof UpdateCommand || command instanceof DeleteCommand;
    if (single && underWay.has(nameOf(command.input))) throw new TransactionConflictException(SAID);
    return send();
  });
}

function nameOf(place: Place | undefined): string {
  const { pk, sk } = place?.Key ?? place?.Item ?? {};
  return `${place?.TableName}\n${pk}\n${sk}`;
}
