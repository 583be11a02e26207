import { fileURLToPath } from "node:url";
import v8 from "node:v8";
import vm from "node:vm";
import { TestEnvironment } from "jest-environment-node";
import { faultsOf } from "./logLineSchema.ts";

// Child processes of tests find compiled modules: a command takes a quarter of its time.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL("../../node_modules/.cache/rollcall", import.meta.url));

// V8 keeps what it compiled for the next one that compiles the same text. Here nobody can use it, but with each module it keeps
// the whole context of its test file: a process came to two gigabytes, which every full collection has to walk through.
v8.setFlagsFromString("--no-compilation-cache");

// Every test file loads its modules anew, but the same text need not be compiled again: its functions, too, are compiled with it
// the first time, and not by each file that calls them.
v8.setFlagsFromString("--no-lazy");

// Few functions live long enough in a test file to earn back what V8's slowest compiler takes; Maglev compiles the hot ones.
v8.setFlagsFromString("--no-turbofan");
// The heap grows to three times what it held before V8 looks through all of it again: most of it is modules, which stay.
v8.setFlagsFromString("--heap-growing-percent=200");

const { SourceTextModule, compileFunction } = vm;
/** Compiled code of this process, by path. */
const compiled = new Map();

vm.SourceTextModule = class extends SourceTextModule {
  constructor(code, options) {
    const known = compiled.get(options.identifier);
    const again = known?.code === code;
    super(code, again ? { ...options, cachedData: known.data } : options);
    if (!again && !options.identifier.endsWith(".test.ts")) {
      compiled.set(options.identifier, { code, data: this.createCachedData() });
    }
  }
};

vm.compileFunction = (code, parameters, options) => {
  const known = compiled.get(options.filename);
  if (known?.code === code) return compileFunction(code, parameters, { ...options, cachedData: known.data });
  const made = compileFunction(code, parameters, { ...options, produceCachedData: true });
  compiled.set(options.filename, { code, data: made.cachedData });
  return made;
};

/**
 * Jest's environment for Node, with a plain global object. Jest wraps it in a Proxy, through which every mention of Map, JSON
 * or Object costs a hundred times more: a fifth of the tests' time.
 */
export default class extends TestEnvironment {
  constructor(config, context) {
    const { createContext } = vm;
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(config, context);
    } finally {
      vm.createContext = createContext;
    }
    this.global.faultsOfLogLine = faultsOf;
    // Jest keeps a hundred frames of every error, and refused requests throw some.
    this.global.Error.stackTraceLimit = 15;
  }
}
