// Jest runs ES modules here; esbuild only strips the types, exactly as Node 24 does when it runs these files itself.
import { transformSync } from "esbuild";

export default {
  process: (source, filename) =>
    transformSync(source, { loader: "ts", format: "esm", target: "node24", sourcemap: "inline", sourcefile: filename }),
};
