import { RollcallError } from "rollcall/client";
import { addWorkspace } from "./addWorkspace.ts";
import { openDatabase } from "./database.ts";
import { startProduct } from "./product.ts";

/**
 * `node main.ts [ORG OWNER_EMAIL [DOMAIN …]]` starts the product, and makes a workspace where one is named. It needs Node 24.15, which
 * strips types and has SQLite. Nothing else reads the environment.
 */
const { argv, env } = process;

function needed(name: string, meaning: string): string {
  const value = env[name];
  if (value) return value;
  console.error(`Set ${name}: ${meaning}.`);
  process.exit(1);
}

const database = env.DATABASE ?? "product.db";
const [org, owner, ...domains] = argv.slice(2);
if (org !== undefined && owner !== undefined) {
  using made = openDatabase(database);
  addWorkspace(made, org, owner, domains);
}
try {
  const product = await startProduct({
    port: Number(env.PORT ?? 8080),
    database,
    isSecure: env.PUBLIC_URL?.startsWith("https:") ?? false,
    rollcall: needed("ROLLCALL_URL", "the address of Rollcall, as `rollcall app env` prints it"),
    key: needed("ROLLCALL_KEY", "an application key of the scope directory.write, from `rollcall app-key create`"),
    // acme=rollcallapp_…,globex=rollcallapp_…
    adminKeys: new Map(
      (env.ROLLCALL_ADMIN_KEYS ?? "").split(",").map((pair) => [pair.split("=")[0] ?? "", pair.split("=")[1] ?? ""]),
    ),
    webhookSecrets: (env.ROLLCALL_WEBHOOK_SECRETS ?? "").split(",").filter((secret) => secret !== ""),
    fallbackMs: 1_000 * Number(env.SYNC_FALLBACK_SECONDS ?? 60),
    report: (text) => console.error(text),
  });
  console.log(`The product listens on ${product.url}. Its sign-in is simulated, and believes every address.`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void product.close());
} catch (error) {
  if (!(error instanceof RollcallError)) throw error;
  console.error(error.detail);
  process.exitCode = 1;
}
