import { createRequire } from "node:module";
import Environment from "../support/environment.js";

/**
 * With what loads CDK once for all files of a worker, and outside their contexts: to load and to warm it up takes as long as
 * most files take for all their tests.
 */
export default class extends Environment {
  constructor(config, context) {
    super(config, context);
    this.global.requireOnce = createRequire(import.meta.url);
  }
}
