import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { DynamoSend } from "../../functions/store/dynamoCalls.ts";

/*
 * dynoxide 1.2.1 takes longer for a transaction with each ClientRequestToken that it has seen: 275 µs become 512 in 12,000.
 * DynamoDB does not, so benches send dynoxide none. To AWS they always go.
 */

/** The same calls without their tokens. */
export function withoutTokens(send: DynamoSend): DynamoSend {
  return (operation, input, signal) =>
    send(operation, "ClientRequestToken" in input ? { ...input, ClientRequestToken: undefined } : input, signal);
}

/**
 * The SDK makes tokens by itself, so they are taken out of what it has written, before its length is.
 * @throws Error from a call whose token was not found: the figures would be of other requests than they say
 */
export function sendNoTokens({ middlewareStack }: Pick<DynamoDBDocumentClient, "middlewareStack">): void {
  middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        const { request } = args as { request?: { body?: unknown } };
        if (commandName !== "TransactWriteItemsCommand") return next(args);
        if (!(request?.body instanceof Uint8Array)) throw new Error("the SDK writes its requests in another way");
        const written = new TextDecoder().decode(request.body);
        const bare = written.replace(/,"ClientRequestToken":"[^"]*"|"ClientRequestToken":"[^"]*",/, "");
        if (bare === written || bare.includes("ClientRequestToken")) throw new Error("a token was not found");
        request.body = Buffer.from(bare);
        return next(args);
      },
    { step: "serialize", name: "withoutTokens", priority: "low" },
  );
}
