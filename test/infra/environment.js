import { createRequire } from "node:module";
import Environment from "../support/environment.js";

/** What test/infra/synthesis.ts has made in this process: the code it is made of does not change meanwhile, unless Jest watches. */
const templatesMade = new Map();

/**
 * With what loads CDK once for all files of a worker, and outside their contexts: to load and to warm it up takes as long as
 * most files take for all their tests.
 */
export default class extends Environment {
  constructor(config, context) {
    super(config, context);
    this.global.requireOnce = createRequire(import.meta.url);
    const { watch, watchAll } = config.globalConfig;
    if (!watch && !watchAll) this.global.templatesMade = templatesMade;
  }
}
