import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

// Node keeps what it compiled, types already stripped, where `npm start` has it too: a command takes less than half the time.
// A folder that cannot be written is none; an environment that names another one keeps that.
enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/rollcall", import.meta.url)));
await import("./rollcall/main.ts");
