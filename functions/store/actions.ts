import type { TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import { type Key, SCHEMA_VERSION } from "./keys.ts";

export type Item = Readonly<Record<string, unknown>>;

/** A condition on the item an action writes, in DynamoDB's expression language. */
export interface Condition {
  readonly expression: string;
  readonly values?: Item;
}

/** One write, alone or inside a transaction. */
export type Action =
  | { readonly put: Item; readonly condition?: Condition }
  | { readonly delete: Key; readonly condition?: Condition }
  /** Writes nothing: it refuses the transaction it is part of. */
  | { readonly check: Key; readonly condition: Condition }
  | {
      readonly update: Key;
      readonly expression: string;
      readonly values?: Item;
      readonly names?: Readonly<Record<string, string>>;
      readonly condition?: Condition;
    };

export const ABSENT: Condition = { expression: "attribute_not_exists(pk)" };
export const PRESENT: Condition = { expression: "attribute_exists(pk)" };

/** An item that holds nothing but its key. */
export function keyItem(key: Key): Item {
  return { pk: key.pk, sk: key.sk, sv: SCHEMA_VERSION };
}

export function putItem(item: Item, condition?: Condition): Action {
  return { put: item, condition };
}

export function deleteItem(key: Key, condition?: Condition): Action {
  return { delete: key, condition };
}

export function checkItem(key: Key, condition: Condition): Action {
  return { check: key, condition };
}

type TransactItem = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

/** The action as a part of TransactWriteItems; each part's value is also the input of the single command of that name. */
export function transactItem(tableName: string, action: Action) {
  const condition = action.condition && {
    ConditionExpression: action.condition.expression,
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  };
  const values = action.condition?.values;
  if ("put" in action) {
    return {
      Put: { TableName: tableName, Item: action.put, ...condition, ExpressionAttributeValues: values },
    } satisfies TransactItem;
  }
  if ("check" in action) {
    return {
      ConditionCheck: {
        TableName: tableName,
        Key: { pk: action.check.pk, sk: action.check.sk },
        ConditionExpression: action.condition.expression,
        ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
        ExpressionAttributeValues: values,
      },
    } satisfies TransactItem;
  }
  if ("delete" in action) {
    return {
      Delete: {
        TableName: tableName,
        Key: { pk: action.delete.pk, sk: action.delete.sk },
        ...condition,
        ExpressionAttributeValues: values,
      },
    } satisfies TransactItem;
  }
  return {
    Update: {
      TableName: tableName,
      Key: { pk: action.update.pk, sk: action.update.sk },
      UpdateExpression: action.expression,
      ExpressionAttributeNames: action.names,
      ...condition,
      // Left out where there are none: DynamoDB refuses an empty map.
      ExpressionAttributeValues: action.values && values ? { ...action.values, ...values } : (action.values ?? values),
    },
  } satisfies TransactItem;
}
