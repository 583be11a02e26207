import { sweepHandler } from "./http/sweep.ts";
import { sweepFromEnvironment } from "./sweepRuntime.ts";

export const handler = sweepHandler(sweepFromEnvironment());
