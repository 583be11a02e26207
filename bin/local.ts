import "./nodeVersion.ts";
import { registerHooks } from "node:module";
import { setFlagsFromString } from "node:v8";

// Old objects grow by a tenth between collections instead of doubling: about 115 MB after 10,000 requests instead of 140.
// A V8 that does not know this flag ignores it here; on the command line it would end the process.
setFlagsFromString("--heap-growing-percent=10");

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
