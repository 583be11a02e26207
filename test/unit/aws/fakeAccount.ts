import { AwsCallFailed, type AwsCalls } from "../../aws/liveStack.ts";
import type { AccountPlace } from "../../aws/openStack.ts";
import { Interruption } from "../../aws/run/interruption.ts";
import type { Executor } from "../../aws/run/liveRun.ts";

export const ACCOUNT = "123456789012";

export interface Faults {
  /** The number of the call that fails, from 1. */
  readonly failAt?: number;
  /** The number of the call in whose midst Ctrl-C comes; what it interrupts never ends by itself. */
  readonly interruptAt?: number;
  /** Calls that always fail, by name. */
  readonly broken?: readonly string[];
}

/** An account that keeps one stack, and everything else a run touches; each call may fail or be interrupted. */
export class FakeAccount {
  readonly interruption = new Interruption();
  readonly calls: string[] = [];
  readonly cdkArgs: (readonly string[])[] = [];
  readonly printed: string[] = [];
  readonly written: string[] = [];
  readonly #faults: Faults;
  stack = false;
  /** Whether `cdk destroy` only says that it did something. */
  stays = false;
  role: string | undefined = "arn:aws:iam::123456789012:role/team-logs";
  bootstrap: number | undefined = 30;
  concurrency = 1000;
  typed = ACCOUNT;
  differences: readonly string[] = [];

  constructor(faults: Faults = {}) {
    this.#faults = faults;
  }

  get said(): string {
    return this.printed.join("\n");
  }

  executor(): Executor {
    const place = this.#place();
    return {
      place,
      account: {
        identity: () => this.#call("identity", () => ({ account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/ada` })),
        bootstrapVersion: () => this.#call("bootstrapVersion", () => this.bootstrap),
        concurrency: () => this.#call("concurrency", () => ({ total: this.concurrency, unreserved: this.concurrency })),
        apiGatewayLogRole: () => this.#call("apiGatewayLogRole", () => this.role),
        subscriptions: () => this.#call("subscriptions", () => []),
      },
      assembly: "/assembly",
      versions: { node: "24.0.0" },
      now: () => {
        this.#touch("now");
        return Date.parse("2026-01-02T03:04:05.678Z");
      },
      random: () => "0a1b2c",
      print: (line) => {
        this.#touch("print");
        this.printed.push(line);
      },
      ask: () => this.#call("ask", () => this.typed),
      cdk: (args, signal) => this.#cdk(args, signal),
      write: (text) => {
        this.#touch("write");
        this.#mayFail("write");
        this.written.push(text);
      },
      wait: () => this.#call("wait", () => undefined),
      suites: () => [
        { title: "Suite", checks: [{ name: "a wire check", run: () => this.#call("wire check", () => []) }] },
        { title: "Next suite", checks: [{ name: "another", run: () => this.#call("next wire check", () => []) }] },
      ],
      checks: [
        {
          name: "a check",
          run: () =>
            this.#call("live check", () => ({
              differences: this.differences,
              figures: [{ name: "cold start, p50", value: 312, unit: "ms" }],
            })),
        },
        {
          name: "a second one",
          run: () => this.#call("second live check", () => ({ differences: [], notShown: "no second identity" })),
        },
      ],
    };
  }

  #place(): AccountPlace {
    const aws: AwsCalls = {
      json: (service, target) => this.#call(`${service}:${target.split(".")[1]}`, () => ({ logGroups: [] })),
      query: (_service, _version, action) => this.#call(action, () => this.#cloudFormation(action)),
      rest: (_service, method, path) => this.#call(`${method} ${path}`, () => ({})),
    };
    const nobody = async (): Promise<never> => {
      throw new Error("nobody answers this in the test");
    };
    return {
      emulated: false,
      region: "eu-central-1",
      env: {},
      open: nobody,
      aws,
      reachable: (url) => url,
      connect: () => {
        this.#touch("connect");
        this.#mayFail("connect");
        const target = {
          name: "fake",
          base: "https://x.test/dev",
          transport: nobody,
          admin: nobody,
          directory: nobody,
        };
        const close = (): void => {
          this.#touch("close");
          this.#mayFail("close");
        };
        return { ...target, org: nobody, crowd: 1, close };
      },
    };
  }

  #cloudFormation(action: string): string {
    if (!this.stack) {
      throw new AwsCallFailed(`cloudformation:${action}`, 400, "ValidationError", "Stack with id X does not exist");
    }
    const names = ["TenantUrl", "AdminUrl", "TableName", "EventBusName", "NextCommand"];
    const outputs = names.map((name) => `<member><OutputKey>${name}</OutputKey><OutputValue>v</OutputValue></member>`);
    return `<StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${outputs.join("")}</Outputs>`;
  }

  async #cdk(args: readonly string[], signal: AbortSignal): Promise<void> {
    const command = String(args[0]);
    this.cdkArgs.push(args);
    // The worst case: what fails or is interrupted has left something behind.
    if (command === "deploy") this.stack = true;
    this.#touch(`cdk ${command}`);
    this.#mayFail(`cdk ${command}`);
    if (signal.aborted) throw new Error("cdk was ended");
    if (command === "destroy") this.stack = this.stays;
  }

  async #call<T>(name: string, answer: () => T): Promise<T> {
    this.#touch(name);
    this.#mayFail(name);
    const hangs = this.calls.length === this.#faults.interruptAt && !this.#deleting;
    if (hangs) return new Promise(() => undefined);
    return answer();
  }

  /** What takes the stack away is not ended by the signal, so that it has to end by itself. */
  get #deleting(): boolean {
    return this.calls.some((name) => /^(cdk destroy|(events|sqs):)/.test(name));
  }

  #touch(name: string): void {
    this.calls.push(name);
    if (this.calls.length === this.#faults.interruptAt) this.interruption.interrupt("it was interrupted (SIGINT)");
  }

  #mayFail(name: string): void {
    const { broken = [], failAt } = this.#faults;
    if (this.calls.length === failAt || broken.includes(name)) throw new Error(`${name} failed`);
  }
}
