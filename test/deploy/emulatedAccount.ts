import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { AwsClient } from "aws4fetch";
import type { SignedFetch } from "../../bin/rollcall/aws/signedHttp.ts";
import { awsCalls } from "../aws/awsCalls.ts";
import type { AccountPlace } from "../aws/openStack.ts";
import { NODE_COMPILE_CACHE } from "./cli.ts";
import { emulatedTarget } from "./deployedTarget.ts";
import { CREDENTIALS } from "./deployment.ts";
import type { Ministack } from "./ministack.ts";

/**
 * The one account of an emulator.
 * @param folder the home of whoever works with it
 */
export function emulatedAccount(
  { endpoint, port }: Pick<Ministack, "endpoint" | "port">,
  folder: string,
): AccountPlace {
  return {
    emulated: true,
    region: CREDENTIALS.region,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      CI: "true",
      // What cdk and the commands load is compiled once: each of them is a process of its own.
      NODE_COMPILE_CACHE,
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      AWS_REGION: CREDENTIALS.region,
      // Nothing of the person who runs this may leak in: neither profile nor instance role.
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_CONFIG_FILE: join(folder, "no-config"),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, "no-credentials"),
    },
    open,
    aws: awsCalls({ open, url: () => endpoint, wait }),
    connect: (outputs) => emulatedTarget(port, outputs),
    reachable: (url) => {
      const { hostname, pathname } = new URL(url);
      return `${endpoint}/_aws/execute-api/${hostname.split(".")[0]}${pathname}`;
    },
  };
}

async function open(service: string): Promise<SignedFetch> {
  const client = new AwsClient({ ...CREDENTIALS, service, retries: 0 });
  return (url, init) => client.fetch(url, init);
}
