import { fileURLToPath } from "node:url";

// `npm start`. Node can cache compiled modules between starts, types already stripped; that halves the time to listen and saves
// the 25 MB of the type stripper. Node must know before it reads the first TypeScript file: so this is no TypeScript, and the
// process replaces itself once (same pid, same streams). Where that is impossible it continues without. `npm ci` asks for the
// help (`prepare` in package.json), so that also the first start finds each module compiled. The new process also
// gets less room for young objects, and glibc one pool that returns memory to the system (mallopt(3)): about 120 MB after
// 10,000 requests instead of 190. Half the room for young objects, or old ones that grow less, doubles the CPU of a list.
const FRUGAL = { MALLOC_ARENA_MAX: "1", MALLOC_TRIM_THRESHOLD_: "131072", MALLOC_MMAP_THRESHOLD_: "65536" };
const local = fileURLToPath(new URL("local.ts", import.meta.url));
if (process.env.NODE_COMPILE_CACHE === undefined && process.execve !== undefined && process.platform !== "win32") {
  const cache = fileURLToPath(new URL("../node_modules/.cache/rollcall", import.meta.url));
  const args = [process.execPath, "--max-semi-space-size=4", ...process.execArgv, local, ...process.argv.slice(2)];
  process.execve(process.execPath, args, { ...FRUGAL, ...process.env, NODE_COMPILE_CACHE: cache });
}
await import("./local.ts");
