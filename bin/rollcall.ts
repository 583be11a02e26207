import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

// Node caches compiled modules, types already stripped, in the folder of `npm start`: a command takes less than half the time.
// An unwritable folder means no cache; an environment that names another folder keeps it.
enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/rollcall", import.meta.url)));
await import("./rollcall/main.ts");
