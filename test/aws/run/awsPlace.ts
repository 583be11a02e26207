import { setTimeout as wait } from "node:timers/promises";
import { awsEndpoint, type SignedFetch, signedFetch } from "../../../bin/rollcall/aws/signedHttp.ts";
import { awsTarget } from "../../deploy/deployedTarget.ts";
import { awsCalls } from "../awsCalls.ts";
import type { AccountPlace } from "../openStack.ts";

/** Credentials of a role or of sign-in end within the hour, and a run may take as long: they are looked up again. */
const FRESH_MS = 10 * 60_000;

/** The operator's own account, with the credentials in force. */
export function awsPlace(region: string): AccountPlace {
  const { env } = process;
  const open = senders(region);
  return {
    emulated: false,
    region,
    env: { ...env, AWS_REGION: region, CI: "true" },
    open,
    aws: awsCalls({ open, url: (service) => awsEndpoint(service, region, env).url, wait }),
    connect: (outputs) => awsTarget(outputs, async (url, init) => (await open("execute-api"))(url, init)),
    reachable: (url) => url,
  };
}

function senders(region: string): (service: string) => Promise<SignedFetch> {
  const kept = new Map<string, { readonly since: number; readonly send: Promise<SignedFetch> }>();
  return (service) => {
    const known = kept.get(service);
    if (known !== undefined && Date.now() - known.since < FRESH_MS) return known.send;
    const send = signedFetch(service, awsEndpoint(service, region, {}).region);
    kept.set(service, { since: Date.now(), send });
    return send;
  };
}
