import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient } from "rollcall/client";
import { type KitOrg, type KitRollcall, startRollcall } from "rollcall/testkit";
import { type Product, type ProductOptions, startProduct } from "./product/product.ts";
import { prepareDatabase } from "./setUp.ts";

export interface InMemory extends AsyncDisposable {
  readonly rollcall: KitRollcall;
  readonly org: KitOrg;
  /** Signs its calls, as the people who run Rollcall do. */
  readonly operator: Client;
  readonly product: Product;
  /** Path of the product's SQLite file. */
  readonly database: string;
  /** What the product reported so far. */
  readonly reports: readonly string[];
  /** Until the product has applied what was answered so far. */
  caughtUp(): Promise<void>;
}

/** Longer than any test: what happens within one was poked. */
export const LONG_MS = 3_600_000;

/**
 * A Rollcall and the product, in this process.
 * @param webhooks `sent`: a webhook of the organization wakes the product; `none`: nothing does but the test
 */
export async function startInMemory(
  changed: Partial<ProductOptions> = {},
  webhooks: "sent" | "none" = "none",
): Promise<InMemory> {
  const folder = mkdtempSync(join(tmpdir(), "rollcall-consumer-"));
  const database = join(folder, "product.db");
  prepareDatabase(database);
  const rollcall = await startRollcall();
  const org = await rollcall.org();
  const operator = createClient({ url: rollcall.url, credentials: rollcall.credentials });
  // Of every organization: a product has more than one, and hears by it that one is gone.
  const { secretKey } = await operator.call("admin.createApplicationKey", {
    body: { scope: "directory.write", description: "product" },
  });
  const reports: string[] = [];
  const secrets: string[] = [];
  const forget = async (): Promise<void> => {
    await rollcall.close();
    rmSync(folder, { recursive: true });
  };
  const product = await startProduct({
    port: 0,
    database,
    isSecure: false,
    rollcall: rollcall.url,
    key: secretKey,
    adminKeys: new Map([[org.name, org.adminKey]]),
    webhookSecrets: secrets,
    fallbackMs: LONG_MS,
    report: (text) => void reports.push(text),
    ...changed,
  }).catch(async (error: unknown) => {
    await forget();
    throw error;
  });
  if (webhooks === "sent") {
    const url = `${product.url}/webhooks/rollcall`;
    secrets.push((await rollcall.webhook({ url, org })).secret);
  }
  return {
    rollcall,
    org,
    operator,
    product,
    database,
    reports,
    async caughtUp() {
      await rollcall.settled();
      await product.catchUp(org.name);
    },
    async [Symbol.asyncDispose]() {
      await product.close();
      await forget();
    },
  };
}
