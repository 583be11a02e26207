import type { Chance } from "../chance.ts";
import { FaultPlan, type Occasion } from "../faultPlan.ts";

/** When a fault occurs; `method` limits it to requests of that method. */
export type RequestOccasion = Occasion & { readonly method?: string };

/** Faults between an identity provider and the server. */
export type ProviderFault =
  /** The server gets the request twice; the provider sees the first answer. */
  | { readonly kind: "duplicate" }
  /** The request never arrives. */
  | { readonly kind: "loseRequest" }
  /** The server acts, but the provider gets no answer. */
  | { readonly kind: "loseAnswer" }
  /** Something in front of the server refuses the request. */
  | { readonly kind: "answer"; readonly status: number; readonly retryAfter: number | undefined }
  | { readonly kind: "delay"; readonly ms: number }
  /** Waits until another pending request was answered. */
  | { readonly kind: "reorder" };

export interface InjectedFault {
  readonly fault: ProviderFault["kind"];
  readonly method: string;
  readonly path: string;
}

/**
 * Faults between a Rollcall's identity providers and its server, by the seed: the same seed and requests give the same faults.
 * A request gets at most one, the first planned that matches and falls due.
 */
export class ProviderFaults {
  readonly #plan: FaultPlan<ProviderFault, { readonly method: string }>;
  readonly #injected: InjectedFault[] = [];

  constructor(chance: Chance) {
    this.#plan = new FaultPlan(chance);
  }

  /** The faults so far, in order. */
  get injected(): readonly InjectedFault[] {
    return this.#injected;
  }

  /** Sends the request twice, one after the other. */
  duplicate(occasion: RequestOccasion): void {
    this.#add(occasion, { kind: "duplicate" });
  }

  /** Loses the request: the provider repeats it. */
  loseRequest(occasion: RequestOccasion): void {
    this.#add(occasion, { kind: "loseRequest" });
  }

  /** Loses the answer: the provider repeats the request; a create starts again with its match query. */
  loseAnswer(occasion: RequestOccasion): void {
    this.#add(occasion, { kind: "loseAnswer" });
  }

  /** Delays the request on the clock. @param ms from 60000 on the provider gives up before the answer, and repeats */
  delay(occasion: RequestOccasion, ms: number): void {
    this.#add(occasion, { kind: "delay", ms });
  }

  /** Refuses with 429. @param retryAfter seconds; null: no header */
  answer429(occasion: RequestOccasion, retryAfter: number | null = 2): void {
    this.#add(occasion, { kind: "answer", status: 429, retryAfter: retryAfter ?? undefined });
  }

  /** Refuses with 503. @param retryAfter seconds; null: no header */
  answer503(occasion: RequestOccasion, retryAfter: number | null = 2): void {
    this.#add(occasion, { kind: "answer", status: 503, retryAfter: retryAfter ?? undefined });
  }

  /** Lets another pending request overtake this one; without one it is sent at once. */
  reorder(occasion: RequestOccasion): void {
    this.#add(occasion, { kind: "reorder" });
  }

  /** Removes all planned faults. */
  clear(): void {
    this.#plan.clear();
  }

  /** Call once for each coming request. */
  take({ method, path }: { readonly method: string; readonly path: string }): ProviderFault | undefined {
    const fault = this.#plan.take({ method });
    if (fault !== undefined) this.#injected.push({ fault: fault.kind, method, path });
    return fault;
  }

  #add(occasion: RequestOccasion, fault: ProviderFault): void {
    this.#plan.add(occasion, fault, ({ method }) => occasion.method === undefined || method === occasion.method);
  }
}
