import "./nodeVersion.ts";
import { registerHooks } from "node:module";

// Middy's helpers import one table from `node:http`, and with it a second HTTP client that nobody here uses: 15 MB.
const STATUS_TEXTS = 'data:text/javascript,export const { STATUS_CODES } = process.getBuiltinModule("node:http");';
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "node:http" && context.parentURL?.includes("/@middy/util/") === true
      ? { url: STATUS_TEXTS, shortCircuit: true }
      : next(specifier, context),
});

const { main } = await import("./local/main.ts");
await main();
