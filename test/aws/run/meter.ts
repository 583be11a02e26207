import { makeOrg } from "../../support/org.ts";
import type { Target } from "../../support/target.ts";
import type { LiveStack } from "../liveStack.ts";

/**
 * Counts what goes to a stack, and stops at what the plan promised, since a loop gone wrong must not become a bill, and
 * when the run is interrupted, so that what nobody waits for any more does not go on beside the deletion.
 */
export class Meter {
  readonly #most: { readonly requests: number; readonly calls: number };
  readonly #signal: AbortSignal;
  requests = 0;
  calls = 0;

  constructor(most: { readonly requests: number; readonly calls: number }, signal: AbortSignal) {
    this.#most = most;
    this.#signal = signal;
  }

  /** The same stack, metered. */
  on<S extends LiveStack>(stack: S): S {
    const { aws, target } = stack;
    const { base } = target;
    const transport: Target["transport"] = (request) => this.#request(() => target.transport(request));
    const admin: Target["admin"] = (...call) => this.#request(() => target.admin(...call));
    const directory: Target["directory"] = (...call) => this.#request(() => target.directory(...call));
    return {
      ...stack,
      target: { ...target, transport, admin, directory, org: makeOrg(base, transport, admin) },
      aws: {
        json: (...call) => this.#call(() => aws.json(...call)),
        query: (...call) => this.#call(() => aws.query(...call)),
        rest: (...call) => this.#call(() => aws.rest(...call)),
      },
    };
  }

  async #request<T>(send: () => Promise<T>): Promise<T> {
    this.#signal.throwIfAborted();
    if (this.requests >= this.#most.requests) throw new Error(`the plan allows ${this.#most.requests} requests`);
    this.requests += 1;
    return send();
  }

  async #call<T>(send: () => Promise<T>): Promise<T> {
    this.#signal.throwIfAborted();
    if (this.calls >= this.#most.calls) throw new Error(`the plan allows ${this.#most.calls} calls of AWS`);
    this.calls += 1;
    return send();
  }
}
