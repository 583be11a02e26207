import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { identityProviders } from "rollcall/testkit";
import { playStory } from "../consumer/playStory.ts";
import { startProduct } from "../consumer/product/product.ts";
import { prepareDatabase } from "../consumer/setUp.ts";
import { storyOf } from "../consumer/story.ts";
import { expectStatus } from "../support/org.ts";
import type { Check, Target } from "../support/target.ts";
import { at } from "../support/wire.ts";

/**
 * The product of test/consumer beside the deployed stack, which has the addresses for application keys. A deployment sends no
 * webhook to this machine, because its address is forbidden there: the check asks the product to look, as its timer would.
 * @param folder where the product keeps its data
 */
export function productIsPlayed(folder: string): Check {
  return {
    name: "the product of test/consumer follows Entra from hire to deletion, by application key and without a poke",
    run: async (target) => {
      const tenant = await target.org();
      const org = tenant.slug;
      const keyOf = async (scope: string): Promise<string> => {
        const made = await target.admin("POST", "/app-keys", { scope, org, description: "product" });
        return String(at(expectStatus(made, 201).json, "secretKey"));
      };
      const database = join(folder, "product.db");
      prepareDatabase(database, org);
      await using front = await startFront(target);
      const reports: string[] = [];
      const product = await startProduct({
        port: 0,
        database,
        isSecure: false,
        rollcall: front.url,
        key: await keyOf("directory.write"),
        adminKeys: new Map([[org, await keyOf("admin")]]),
        webhookSecrets: [],
        fallbackMs: 3_600_000,
        report: (text) => void reports.push(text),
      });
      try {
        await playStory(storyOf({ deletes: true }), {
          idp: identityProviders().idp.entra({ tenantUrl: `${front.url}/scim/v2/${org}`, token: tenant.token }),
          product: product.url,
          org,
          poke: () => product.catchUp(org),
          print: (line) => console.log(`  ${line}`),
        });
      } finally {
        await product.close();
      }
      return reports;
    },
  };
}

/**
 * The stack under an address of this machine: the emulator's own name resolves nowhere.
 * @param pasted the token that somebody pasted in a provider's console in the place of an earlier one, by the earlier one
 */
export async function startFront(
  target: Target,
  pasted: ReadonlyMap<string, string> = new Map(),
): Promise<AsyncDisposable & { readonly url: string }> {
  const latest = (authorization: string): string => {
    const token = pasted.get(authorization.replace(/^Bearer /, ""));
    return token === undefined ? authorization : `Bearer ${token}`;
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const {
      authorization = "",
      accept = "application/json",
      "content-type": type = "application/json",
    } = request.headers;
    const { status, headers, text } = await target.transport({
      method: request.method ?? "GET",
      target: request.url ?? "/",
      headers: { Authorization: latest(authorization), Accept: accept, "Content-Type": type },
      body: chunks.length === 0 ? undefined : Buffer.concat(chunks).toString("utf8"),
    });
    response.writeHead(status, { "Content-Type": headers["content-type"] ?? "application/json" }).end(text);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
