import { knownRegion, type Place } from "../place.ts";
import { UsageError } from "../refused.ts";
import type { LogReader } from "./logReader.ts";

/**
 * Opens the log of a place; loads only what that takes.
 * @param say tells the waiting person about delays
 * @throws Refused, UsageError
 */
export async function openLog(place: Place, say: (text: string) => void): Promise<LogReader> {
  switch (place.kind) {
    case "local": {
      const { localLog } = await import("./localLog.ts");
      return localLog(place.folder);
    }
    case "stack": {
      const region = knownRegion(place.region);
      const { cloudWatchLog } = await import("./cloudWatchLog.ts");
      const { waiting } = await import("../aws/calls.ts");
      return cloudWatchLog(place.stack, region, { say, wait: waiting });
    }
    case "url":
      throw new UsageError("The log of a deployment is found through its stack: give --stack instead of --url.");
  }
}
