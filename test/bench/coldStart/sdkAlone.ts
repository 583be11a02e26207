import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import middy from "@middy/core";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));

/** What a function of our make costs before it does anything of its own: the SDK, Middy, and one read. */
export const handler = middy<APIGatewayProxyEvent, APIGatewayProxyResult>().handler(async () => {
  const { Item } = await client.send(
    new GetCommand({ TableName: process.env.TABLE_NAME, Key: { pk: "nobody", sk: "nobody" }, ConsistentRead: true }),
  );
  return { statusCode: 200, body: JSON.stringify(Item ?? null) };
});
