import { fileURLToPath } from "node:url";

// `npm start`. Node can cache compiled modules between starts, types already stripped; that halves the time to listen and saves
// the 25 MB of the type stripper. Node must know before it reads the first TypeScript file: so this is no TypeScript, and the
// process replaces itself once (same pid, same streams). Where that is impossible it continues without. `npm ci` asks for the
// help (`prepare` in package.json), so that also the first start finds each module compiled. The new process also
// gets less room for young objects, and glibc one pool that returns memory to the system (mallopt(3)): V8 compiles in segments of
// 8 KB and more, which leave holes in the pool unless each is a mapping of its own. Half the room for young objects doubles the CPU
// of a list.
const FRUGAL = { MALLOC_ARENA_MAX: "1", MALLOC_TRIM_THRESHOLD_: "131072", MALLOC_MMAP_THRESHOLD_: "8192" };
if (process.env.NODE_COMPILE_CACHE === undefined && process.execve !== undefined && process.platform !== "win32") {
  const cache = fileURLToPath(new URL("../node_modules/.cache/rollcall", import.meta.url));
  const [node, ...words] = process.argv;
  const args = [node, "--max-semi-space-size=4", ...process.execArgv, ...words];
  process.execve(node, args, { ...FRUGAL, ...process.env, NODE_COMPILE_CACHE: cache });
}
// Old objects may at most double before they are collected; V8 lets them grow up to fourfold. With it and mallopt, 125 MB after
// 10,000 requests instead of 150. Said to V8, not on the command line, where a Node whose V8 has no such flag would not start.
process.getBuiltinModule("node:v8").setFlagsFromString("--heap-growing-percent=100");
await import("./local.ts");
