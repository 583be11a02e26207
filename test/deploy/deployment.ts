import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runCommand } from "./command.ts";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

export const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test", region: "us-east-1" };

/** What the stack says of itself, as `cdk deploy` prints it. */
export interface Outputs {
  readonly TenantUrl: string;
  readonly AdminUrl: string;
  readonly TableName: string;
  readonly EventBusName: string;
  readonly NextCommand: string;
}

type Settings = Readonly<Record<string, unknown>>;

const WITHIN_EMULATOR = fileURLToPath(new URL("withinEmulator.ts", import.meta.url));

/**
 * CDK holds a template against the rules of CloudFormation, for which it works 3 to 6 seconds each time. Not where nothing is
 * deployed, nor for the table that was restored: test/infra/lint.sh judges that template.
 */
const UNJUDGED = { CDK_VALIDATION: "false" };

/** The commands of the README, against an emulator instead of an account. */
export class Deployment {
  readonly #env: NodeJS.ProcessEnv;
  readonly #folder: string;
  /** What rollcall.json holds. */
  #settings: Settings = {};
  /** What is deployed. */
  #project = PROJECT;

  /** @param folder where the cloud assembly goes */
  constructor(env: NodeJS.ProcessEnv, folder: string) {
    this.#env = env;
    this.#folder = folder;
  }

  async bootstrap(): Promise<void> {
    await this.#cdk(["bootstrap"], UNJUDGED);
  }

  async deploy(...options: string[]): Promise<void> {
    await this.#deploy(options);
  }

  /**
   * As `deploy` after an edit of rollcall.json, which the next edit finds there.
   * @param watched what goes with `observability`, which is on for this one deployment where it is given
   */
  async deployWith(settings: Settings, watched?: Settings): Promise<void> {
    this.#settings = { ...this.#settings, ...settings };
    const file = join(this.#folder, "rollcall.json");
    const written = watched === undefined ? this.#settings : { ...this.#settings, ...watched, observability: true };
    writeFileSync(file, JSON.stringify(written));
    const app = `PATH="$PWD/node_modules/.bin:$PATH" node --import ${WITHIN_EMULATOR} bin/app.ts`;
    if (watched === undefined) await this.#deploy(["-c", `settings=${file}`], UNJUDGED);
    else await this.#deploy(["-c", `settings=${file}`, "--app", app]);
  }

  /** From now on this copy of the repository is deployed. */
  pull(project: string): void {
    this.#project = project;
  }

  async #deploy(options: readonly string[], more?: NodeJS.ProcessEnv): Promise<void> {
    await this.#cdk(["deploy", "--require-approval", "never", ...options], more);
  }

  async #cdk(args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<void> {
    // A developer's own settings may name a domain or a key that no emulator has.
    const isPlain = !existsSync(join(PROJECT, "rollcall.json")) || args.some((one) => one.startsWith("settings="));
    const plain = isPlain ? [] : ["-c", "settings=none"];
    const output = join(this.#folder, "cdk.out");
    const cdk = join(PROJECT, "node_modules", ".bin", "cdk");
    const env = { ...this.#env, ...more };
    await runCommand({ file: cdk, args: [...args, ...plain, "--output", output], cwd: this.#project, env });
  }
}
