// Jest runs ES modules here; esbuild only strips the types, like Node 24 when it runs these files itself.
import { transformSync } from "esbuild";

export default {
  // A separate source map, read only for printed stacks: inside the code, every test file would parse it again.
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
