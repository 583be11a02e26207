import { randomUUID } from "node:crypto";
import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import SCIMMY from "scimmy";
import { type Asked, type Kept, type ScimmyStore, serveScimmy } from "../../testkit/scimmyServer.ts";
import { sendNoTokens } from "../noTokens.ts";

/*
 * A process of `npm run bench:peers`: SCIMMY with a durable store, as somebody would write one who knows DynamoDB. A resource
 * is one item, its name a second one in the same transaction, so that no two have it. Names of a type are together: a page of
 * a list is found there, one query of small items for 2,000 users, and only its resources are read. A filter of names reads no
 * more than it finds. The store uses the SDK's client, without its document layer.
 */

const TableName = "scimmy";

type Stored = Readonly<Record<string, { readonly S?: string }>>;

const client = new DynamoDBClient({
  endpoint: String(process.argv[2]),
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});
sendNoTokens(client);
await client.send(
  new CreateTableCommand({
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: ["pk", "sk"].map((AttributeName) => ({ AttributeName, AttributeType: "S" as const })),
    KeySchema: [
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ],
  }),
);
const { url, token } = await serveScimmy(inDynamo("User", "userName"), inDynamo("Group", "displayName"));
console.log(JSON.stringify({ tenantUrl: url, token }));

/** @param unique the attribute that no two of them share, ignoring case */
function inDynamo(type: string, unique: string): ScimmyStore {
  const names = `${type}/names`;
  const keyOf = (id: string) => ({ pk: { S: type }, sk: { S: id } });
  return {
    async ingress({ id }, data) {
      const body = JSON.stringify(data);
      const name = String(JSON.parse(body)[unique]).toLowerCase();
      const now = new Date().toISOString();
      return id === undefined ? create(body, name, now) : update(id, body, name, now);
    },

    async egress({ id, filter, constraints }) {
      if (id !== undefined) {
        const { Item } = await client.send(new GetItemCommand({ TableName, Key: keyOf(id), ConsistentRead: true }));
        if (Item === undefined) throw none();
        return kept(Item as Stored);
      }
      if (filter !== undefined) return found(filter);
      const ids = await idsByName();
      const first = Math.max(1, constraints?.startIndex ?? 1) - 1;
      const page = await read(ids.slice(first, first + (constraints?.count ?? 20)));
      // SCIMMY takes the length of the array as the total, and shows what is in it.
      return Object.assign(new Array<Kept>(ids.length), page);
    },

    degress() {
      throw new SCIMMY.Types.Error(501, "", "Nothing is deleted in this bench.");
    },
  };

  async function create(body: string, name: string, now: string): Promise<Kept> {
    const item = {
      ...keyOf(randomUUID()),
      body: { S: body },
      name: { S: name },
      created: { S: now },
      modified: { S: now },
    };
    const named = { pk: { S: names }, sk: { S: name }, id: item.sk };
    const ConditionExpression = "attribute_not_exists(pk)";
    const TransactItems = [named, item].map((Item) => ({ Put: { TableName, Item, ConditionExpression } }));
    try {
      await client.send(new TransactWriteItemsCommand({ TransactItems }));
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      throw new SCIMMY.Types.Error(409, "uniqueness", `${unique} is taken.`);
    }
    return kept(item);
  }

  async function update(id: string, body: string, name: string, now: string): Promise<Kept> {
    const change = {
      UpdateExpression: "SET body = :body, modified = :now",
      ConditionExpression: "#name = :name",
      ExpressionAttributeNames: { "#name": "name" },
      ExpressionAttributeValues: { ":body": { S: body }, ":now": { S: now }, ":name": { S: name } },
    };
    const input = { TableName, Key: keyOf(id), ...change, ReturnValues: "ALL_NEW" as const };
    try {
      return kept((await client.send(new UpdateItemCommand(input))).Attributes as Stored);
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      throw new SCIMMY.Types.Error(501, "", "There is none of this id and name, and nobody is renamed in this bench.");
    }
  }

  async function found(filter: NonNullable<Asked["filter"]>): Promise<Kept[]> {
    const name = new RegExp(`^${unique} eq "([^"\\\\]*)"$`, "i").exec(filter.expression)?.[1];
    if (name === undefined) return filter.match(await read(await idsByName()));
    const Key = { pk: { S: names }, sk: { S: name.toLowerCase() } };
    const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
    return Item?.id?.S === undefined ? [] : filter.match(await read([Item.id.S]));
  }

  async function idsByName(): Promise<string[]> {
    const ids: string[] = [];
    const condition = { KeyConditionExpression: "pk = :names", ExpressionAttributeValues: { ":names": { S: names } } };
    for (let from: Stored | undefined; ; ) {
      const input = { TableName, ...condition, ProjectionExpression: "id", ConsistentRead: true };
      const page = await client.send(new QueryCommand({ ...input, ExclusiveStartKey: from as never }));
      for (const { id } of page.Items ?? []) ids.push(id?.S ?? "");
      if (page.LastEvaluatedKey === undefined) return ids;
      from = page.LastEvaluatedKey as Stored;
    }
  }

  async function read(ids: readonly string[]): Promise<Kept[]> {
    const chunks = Array.from({ length: Math.ceil(ids.length / 100) }, (_, n) => ids.slice(n * 100, (n + 1) * 100));
    const all = new Map<string, Kept>();
    for (const chunk of chunks) {
      if (chunk.length === 1) {
        const { Item } = await client.send(new GetItemCommand({ TableName, Key: keyOf(chunk[0] ?? "") }));
        if (Item !== undefined) all.set(chunk[0] ?? "", kept(Item as Stored));
        continue;
      }
      const RequestItems = { [TableName]: { Keys: chunk.map(keyOf), ConsistentRead: true } };
      const { Responses } = await client.send(new BatchGetItemCommand({ RequestItems }));
      for (const item of Responses?.[TableName] ?? []) all.set(item.sk?.S ?? "", kept(item as Stored));
    }
    return ids.flatMap((id) => all.get(id) ?? []);
  }
}

function kept({ sk, body, created, modified }: Stored): Kept {
  const meta = { created: new Date(created?.S ?? ""), lastModified: new Date(modified?.S ?? "") };
  return { ...JSON.parse(body?.S ?? ""), id: sk?.S ?? "", meta };
}

function none(): Error {
  return new SCIMMY.Types.Error(404, "", "There is none of this id.");
}
