import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "./command.ts";

const PROJECT = new URL("../..", import.meta.url).pathname;

export const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test", region: "us-east-1" };

/** What the stack says of itself, as `cdk deploy` prints it. */
export interface Outputs {
  readonly TenantUrl: string;
  readonly AdminUrl: string;
  readonly TableName: string;
  readonly EventBusName: string;
  readonly NextCommand: string;
}

/** The commands of the README, against an emulator instead of an account. */
export class Deployment {
  /** The environment of whoever works with the emulated account. */
  readonly env: NodeJS.ProcessEnv;
  readonly #folder: string;

  /** @param folder where the cloud assembly and the outputs go */
  constructor(endpoint: string, folder: string) {
    this.#folder = folder;
    this.env = {
      PATH: process.env.PATH,
      HOME: folder,
      CI: "true",
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      AWS_REGION: CREDENTIALS.region,
      // Nothing of the person who runs this may leak in: neither profile nor instance role.
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_CONFIG_FILE: join(folder, "no-config"),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, "no-credentials"),
    };
  }

  async bootstrap(): Promise<void> {
    await this.#cdk("bootstrap");
  }

  async deploy(): Promise<Outputs> {
    const file = join(this.#folder, "outputs.json");
    await this.#cdk("deploy", "--require-approval", "never", "--outputs-file", file);
    const outputs: { readonly Rollcall: Outputs } = JSON.parse(readFileSync(file, "utf8"));
    return outputs.Rollcall;
  }

  async #cdk(...args: string[]): Promise<void> {
    // A developer's own settings may name a domain or a key that no emulator has.
    const plain = existsSync(join(PROJECT, "rollcall.json")) ? ["-c", "settings=none"] : [];
    const output = join(this.#folder, "cdk.out");
    const cdk = join(PROJECT, "node_modules", ".bin", "cdk");
    await runCommand({ file: cdk, args: [...args, ...plain, "--output", output], cwd: PROJECT, env: this.env });
  }
}
