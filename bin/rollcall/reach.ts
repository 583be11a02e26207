import { pause } from "../local/terminal.ts";
import type { AdminTransport, Api } from "./adminClient.ts";
import type { LogReader } from "./log/logReader.ts";
import { knownRegion, type Place } from "./place.ts";
import { UsageError } from "./refused.ts";

/** Opens an API of a place; loads only what that takes. @throws Refused, UsageError */
export async function reach(
  place: Place,
  actor: string | undefined,
  env: NodeJS.ProcessEnv,
  api: Api,
): Promise<AdminTransport> {
  switch (place.kind) {
    case "local": {
      const { localApi } = await import("./localApi.ts");
      return localApi(place, api, actor, env);
    }
    case "url": {
      const region = place.region ?? knownRegion(regionIn(place.url));
      const { signedHttp } = await import("./aws/signedHttp.ts");
      return signedHttp(urlOf(api, place.url), region, actor);
    }
    case "stack": {
      const region = knownRegion(place.region);
      const { signedHttp } = await import("./aws/signedHttp.ts");
      const { DeployedStack } = await import("./aws/stack.ts");
      const url = await new DeployedStack(place.stack, region).output(OUTPUTS[api]);
      return signedHttp(reachable(api === "console" ? urlOf(api, url) : url, env), region, actor);
    }
  }
}

/**
 * Opens the log of a place; loads only what that takes.
 * @param say tells the waiting person about delays
 * @throws Refused, UsageError
 */
export async function openLog(place: Place, say: (text: string) => void): Promise<LogReader> {
  switch (place.kind) {
    case "local": {
      const { localLog } = await import("./log/localLog.ts");
      return localLog(place.folder);
    }
    case "stack": {
      const region = knownRegion(place.region);
      const { cloudWatchLog } = await import("./log/cloudWatchLog.ts");
      return cloudWatchLog(place.stack, region, { say, wait: pause });
    }
    case "url":
      throw new UsageError("The log of a deployment is found through its stack: give --stack instead of --url.");
  }
}

/** The console API has no output of its own: it is beside the administration. */
const OUTPUTS: Readonly<Record<Api, string>> = { admin: "AdminUrl", directory: "DirectoryUrl", console: "AdminUrl" };

/** A deployment's APIs differ in one word of their address. @throws UsageError */
function urlOf(api: Api, adminUrl: string): string {
  if (api === "admin") return adminUrl;
  const base = /^(.*)\/admin\/v1\/*$/.exec(adminUrl)?.[1];
  if (base === undefined) throw new UsageError("--url takes an admin URL, which ends in /admin/v1.");
  return `${base}/${api}/v1`;
}

/** An API's default domain contains the region. */
function regionIn(url: string): string | undefined {
  return /\.execute-api\.([a-z0-9-]+)\./.exec(new URL(url).host)?.[1];
}

/** An emulator serves its APIs under its own address. */
function reachable(url: string, env: NodeJS.ProcessEnv): string {
  const { host, pathname } = new URL(url);
  const api = /^([a-z0-9]+)\.execute-api\./.exec(host)?.[1];
  if (!env.AWS_ENDPOINT_URL || api === undefined) return url;
  return `${env.AWS_ENDPOINT_URL.replace(/\/+$/, "")}/_aws/execute-api/${api}${pathname}`;
}
