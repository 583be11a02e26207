import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

type Client = Pick<DynamoDBDocumentClient, "send">;
/** Makes the call, each time it is called. */
type Send = () => Promise<unknown>;

/** A client whose calls go through `around`, to lose or repeat calls and answers. */
export function clientAround(
  client: Client,
  around: (send: Send, command: { readonly input: object }) => Promise<unknown>,
): Client {
  return new Proxy(client, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property);
      if (property !== "send" || typeof value !== "function") return value;
      return (command: { readonly input: object }, ...options: readonly unknown[]) =>
        around(() => value.call(target, command, ...options), command);
    },
  });
}

/** Fails the n-th call (from 1), before or after it is made. `hit` shows whether that call came. */
export function failingAt(client: Client, nth: number, when: "before" | "after") {
  let calls = 0;
  const state = { hit: false };
  const faulty = clientAround(client, async (send) => {
    calls++;
    if (calls !== nth) return send();
    state.hit = true;
    if (when === "after") await send();
    throw new Error("the connection is lost");
  });
  return { client: faulty, state };
}
