import { sweepHandler } from "./edge/sweep.ts";
import { sweepFromEnvironment } from "./sweepRuntime.ts";

export const handler = sweepHandler(sweepFromEnvironment());
