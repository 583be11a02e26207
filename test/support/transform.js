// Jest runs ES modules here; esbuild only strips the types, exactly as Node 24 does when it runs these files itself.
import { transformSync } from "esbuild";

export default {
  // The map beside the code, where only a stack that is printed reads it: in it, every test file would parse it again.
  process: (source, filename) =>
    transformSync(source, {
      loader: "ts",
      format: "esm",
      target: "node24",
      sourcemap: "external",
      sourcefile: filename,
      sourcesContent: false,
    }),
};
